"""What is text: which elements part words, which hold none, how white space folds."""

import re

HIDDEN = frozenset({"noscript", "script", "style", "template"})
"""Elements whose content is no text that a reader sees."""

# fmt: off
BREAKING = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center",
        "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head",
        "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu",
        "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "search",
        "section", "select", "summary", "table", "tbody", "td", "textarea", "tfoot",
        "th", "thead", "title", "tr", "ul", "xmp",
    }
)
# fmt: on
"""Elements that part words: `br`, and what the HTML Standard (15.3, "Non-replaced elements") does not show inline."""

WHITE_SPACE = re.compile(r"[ \t\n\f\r]")
"""What parts the words of an attribute ("ASCII whitespace" of the Infra Standard)."""

FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]+"
)
"""Control characters other than white space, and what else XML 1.0 (2.2, "Char") has no place for."""


def fold(text: str) -> str:
    """Return `text` with each run of white space (`str.isspace`: nbsp too) as one space, and no control characters."""
    # No white space but the space itself is printable: most text is found to be in
    # order without being taken apart.
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    folded = " ".join(text.split())
    if folded.isprintable():
        return folded
    return " ".join(FORBIDDEN.sub("", folded).split())
