"""Which elements of a page are apart from its content, by their tags: menus, headers, footers, and what is hidden."""

import re

from scraper.suggest.outline import Node, Outline

_ASIDE_TAGS = frozenset({"nav", "aside"})
_ASIDE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "dialog"}
)
_EDGE_TAGS = frozenset({"header", "footer"})
_ARTICLE = frozenset({"article"})
_SECTIONS = frozenset({"article", "section"})
_INVISIBLE = re.compile(r"\b(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.I)


def content_of(page: Outline) -> list[Node]:
    """The nodes below the body that are not apart from the content, nor in what is, in document order."""
    content = []
    pending = list(reversed(page.body.children))
    while pending:
        node = pending.pop()
        if not is_apart(node):
            content.append(node)
            pending += reversed(node.children)
    return content


def is_apart(node: Node) -> bool:
    """Whether a node is hidden, or a landmark of the page that is not its content.

    A `header` or `footer` in an `article` or a `section` is that one's, not the page's (HTML Standard, 4.3.8, 4.3.9).
    """
    return _is_landmark(node) or _is_hidden(node)


def _is_hidden(node: Node) -> bool:
    """Whether a node says itself that it is not shown."""
    return (
        node.element.attribute("hidden") is not None
        or node.attribute("aria-hidden") == "true"
        or bool(_INVISIBLE.search(node.attribute("style")))
    )


def _is_landmark(node: Node) -> bool:
    if node.attribute("role") in _ASIDE_ROLES or node.tag in _ASIDE_TAGS:
        return all(each.tag not in _ARTICLE for each in node.ancestors())
    if node.tag in _EDGE_TAGS:
        return all(each.tag not in _SECTIONS for each in node.ancestors())
    return False
