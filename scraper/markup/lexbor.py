"""The fast engine, for thousands of pages: lexbor, by way of selectolax."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, cast

from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.markup.element import Element
from scraper.markup.glance import ANY, Glance, Wanted
from scraper.markup.selector import Take
from scraper.markup.text import BREAKING, HIDDEN, WHITE_SPACE, fold

if TYPE_CHECKING:
    from collections.abc import Sequence


# Only a page's first doctype counts. Without one, lexbor is as lax as browsers are then,
# and `.a` matches class="A" too, which it does not to BeautifulSoup, nor to Scrapy.
_DOCTYPE = b"<!DOCTYPE html>"

GLANCED_AT = 50
"""Elements that are walked through before a search is cheaper."""


def parse_tree(html: str | bytes) -> LexborNode:
    """Return the `html` element of a page, which the HTML Standard's parser makes of any text; the GIL is released."""
    # Encoded here, for selectolax refuses half a surrogate pair, which a wrongly decoded
    # page may hold.
    utf8 = html if isinstance(html, bytes) else html.encode("utf-8", "replace")
    tree = LexborHTMLParser(_DOCTYPE + utf8)
    root = cast("LexborNode", tree.root)
    while (before := root.prev) is not None:
        before.decompose()  # or else the root would be no `:first-child`
    return root


class LexborElement(Element):
    """An element of a lexbor tree; `node` is selectolax's. Not for two threads at a time."""

    __slots__ = ("node",)

    def __init__(self, node: LexborNode) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        # Nodes themselves are equal when their HTML is.
        if not isinstance(other, LexborElement):
            return NotImplemented
        return self.node.mem_id == other.node.mem_id

    def __hash__(self) -> int:
        return self.node.mem_id

    @property
    def tag(self) -> str:
        """The name, in lower case inside of `svg` too."""
        return (self.node.tag or "").lower()

    @property
    def parent(self) -> LexborElement | None:
        """The element around this one; None for the root."""
        node = self.node.parent
        if node is None or not node.is_element_node:
            return None
        return LexborElement(node)

    def contents(self) -> list[Element | str]:
        """Return the elements and the text directly inside of this one, in order."""
        return [
            LexborElement(node) if node.is_element_node else node.text_content or ""
            for node in self.node.iter(include_text=True)
            if node.is_element_node or node.is_text_node
        ]

    def attribute(self, name: str) -> str | None:
        """Return an attribute's text, entities decoded; None if there is none of that name."""
        return self.node.attrs.sget(name, None)

    def discard(self) -> None:
        """Do nothing: lexbor's tree goes with the last of its elements."""

    def find(self, css: str) -> Sequence[LexborElement]:
        """Return what plain CSS matches, this element included."""
        found = [LexborElement(node) for node in self.node.css(css)]
        # An element comes once per part of the list that it matches.
        return list(dict.fromkeys(found)) if "," in css else found

    def find_first(self, css: str) -> LexborElement | None:
        """Return the first match; the search ends there."""
        node = self.node.css_first(css)
        return None if node is None else LexborElement(node)

    def glance(self, glance: Glance) -> Sequence[str | None]:
        """Walk from element to element until all is found, or `GLANCED_AT` of them were looked at."""
        found: list[str | None] = [None] * glance.places
        missing = glance.wanted
        by_tag = glance.by_tag
        of_any = by_tag[ANY]
        for node in islice(self.node.traverse(), GLANCED_AT if missing else 0):
            for wanted in by_tag.get(node.tag or ANY, of_any):
                place, classes = wanted.place, wanted.classes
                if found[place] is None and (
                    not classes or _has_classes(node, classes)
                ):
                    found[place] = _taken(node, wanted)
                    missing -= 1
            if not missing:
                break
        return found

    def text(self) -> str:
        """Return all text, folded."""
        return _text(self.node)

    def own_text(self) -> str:
        """Return the text directly inside, folded."""
        child = self.node.first_child
        if child is None:
            return ""
        if child.next is None:
            return fold(child.text_content or "")
        return super().own_text()


def _has_classes(node: LexborNode, classes: frozenset[str]) -> bool:
    if not node.is_element_node:  # a comment
        return False
    return classes.issubset(WHITE_SPACE.split(node.attrs.sget("class", "")))


def _taken(node: LexborNode, wanted: Wanted) -> str:
    if wanted.attribute:
        value = node.attrs.sget(wanted.attribute, "")
        return value if value == fold(value) else ""
    if wanted.take is Take.TEXT:
        return _text(node)
    return LexborElement(node).own_text()


def _text(root: LexborNode) -> str:
    child = root.first_child
    if child is None:
        return ""
    if child.next is None and (text := child.text_content) is not None:
        return fold(text)
    return fold("".join(_flow(root)))


def _flow(root: LexborNode) -> list[str]:
    """Do what `Element` does for any engine, on lexbor's nodes: most of what a page shows goes through here."""
    parts: list[str] = []
    around: list[tuple[LexborNode, str]] = []  # elements, and what follows each
    node = root.first_child
    while node is not None or around:
        if node is None:
            element, breaks = around.pop()
            parts.append(breaks)
            node = element.next
            continue
        text = node.text_content
        if text is not None:
            parts.append(text)
            node = node.next
            continue
        tag = node.tag
        breaks = " " if tag in BREAKING else ""
        parts.append(breaks)
        around.append((node, breaks))
        node = None if tag in HIDDEN else node.first_child
    return parts
