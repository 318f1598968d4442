"""CSS in parts (groups, compounds, combinators), and the check that both engines read it alike."""

import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

DESCENDANT = " "
"""The combinator between an element and those inside of it; the others are ">", "+" and "~"."""

SCOPE = ":scope"
"""The element that a selector starts from; allowed at the beginning of a group."""

# fmt: off
PSEUDO_CLASSES = frozenset(
    {
        ":checked", ":first-child", ":first-of-type", ":has", ":is", ":last-child",
        ":last-of-type", ":not", ":nth-child", ":nth-last-child", ":nth-last-of-type",
        ":nth-of-type", ":only-child", ":only-of-type", ":root", ":where",
    }
)
# fmt: on
"""The pseudo-classes that mean the same in both engines.

Others are unknown to one of them (`:lang`), or differ (`:empty` beside a comment, `:disabled` inside of a fieldset).
"""

NAME = r"[A-Za-z_][\w-]*"
_VALUE = rf"""(?:{NAME}|"[^"\\\n]*"|'[^'\\\n]*')"""
_SIMPLE = rf"(?:[.#]{NAME}|\[{NAME}(?:[~^$*]?={_VALUE}(?: i)?)?\])"
_COMPOUND = rf"(?:(?:\*|[A-Za-z][A-Za-z0-9]*){_SIMPLE}*|{_SIMPLE}+)"
_COMMON = re.compile(rf"{_COMPOUND}(?:\s*[>+~ ]\s*{_COMPOUND})*", re.ASCII)
"""Names, classes, ids and attributes."""

_TOKEN = re.compile(
    r"""
      (?P<comment> /\*.*?\*/ )
    | (?P<literal> "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' )
    | (?P<escape> \\[0-9a-fA-F]{1,6}\s? | \\. )
    | (?P<open> [(\[] )
    | (?P<close> [)\]] )
    | (?P<comma> \s*,\s* )
    | (?P<combinator> \s*[>+~]\s* | \s+ )
    | (?P<pseudo> ::?[\w-]+ )
    | (?P<namespace> \|(?!=) )
    | (?P<plain> . )
    """,
    re.VERBOSE | re.DOTALL,
)


def split_groups(css: str) -> list[list[str]]:
    """Return, per comma-separated group of `css`, its compounds with the combinators between them.

    A compound that begins with a pseudo-class gets a `*` before it. It means the same, but of `:is(.a) b` lexbor 3.1
    tries the nearest ancestor only and misses a match further out; `*:is(.a) b` it gets right.

    Raises:
        ValueError: a bracket without its counterpart, or what one engine knows and the other does not.
    """
    groups, depth, starts = [[""]], 0, True
    for token in _TOKEN.finditer(css.strip()):
        kind, text = token.lastgroup, token[0]
        depth += (kind == "open") - (kind == "close")
        if kind == "comma" and depth == 0:
            groups.append([""])
        elif kind == "combinator" and depth == 0:
            groups[-1] += [text.strip() or DESCENDANT, ""]
        elif kind == "pseudo":
            groups[-1][-1] += _pseudo(text, at_start=groups[-1] == [""], bare=starts)
        elif kind in {"comment", "namespace"}:
            raise ValueError(f"{kind}s are not supported")
        else:
            groups[-1][-1] += text
        starts = kind in {"comma", "combinator", "open"}
    if depth:
        raise ValueError("its brackets do not match")
    return groups


def check(css: str) -> None:
    """Raise ValueError, with the reason, if one of the engines does not understand `css`."""
    if not needs_no_second_opinion(css):
        _check_with_soupsieve(css)
    try:
        LexborHTMLParser("").css(css)
    except SelectolaxError as error:
        raise ValueError(_reason(error)) from None


def needs_no_second_opinion(css: str) -> bool:
    """Tell whether `css` is made of what every engine reads, and reads alike."""
    return _COMMON.fullmatch(css) is not None


def _check_with_soupsieve(css: str) -> None:
    # Imported when it is needed: its first selector takes it a third of a second.
    import soupsieve

    try:
        soupsieve.compile(css)
    except (soupsieve.SelectorSyntaxError, NotImplementedError) as error:
        raise ValueError(_reason(error)) from None


def _reason(error: Exception) -> str:
    reason = str(error).splitlines()[0].rstrip(".")
    return reason[:1].lower() + reason[1:]


def _pseudo(text: str, *, at_start: bool, bare: bool) -> str:
    if text in {"::text", "::attr"} or (text == SCOPE and at_start):
        return text
    if text.startswith("::"):
        raise ValueError(f"{text} is neither ::text nor ::attr(name)")
    if text == SCOPE:
        raise ValueError(f"{SCOPE} may only be at the beginning")
    if text.lower() not in PSEUDO_CLASSES:
        raise ValueError(f"{text} is not supported")
    return "*" * bare + text
