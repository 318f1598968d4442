"""The familiar engine, for pages that decide what is crawled and for own extraction code: BeautifulSoup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Comment, Tag

from scraper.markup.element import Element
from scraper.markup.matching import matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class SoupElement(Element):
    """An element of a BeautifulSoup tree; `node` is the `bs4.Tag`."""

    __slots__ = ("node",)

    def __init__(self, node: Tag) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        # Tags themselves are equal when their content is.
        if not isinstance(other, SoupElement):
            return NotImplemented
        return self.node is other.node

    def __hash__(self) -> int:
        return id(self.node)

    @property
    def tag(self) -> str:
        """The name, in lower case."""
        return self.node.name

    @property
    def parent(self) -> SoupElement | None:
        """The element around this one; None for the root."""
        node = self.node.parent
        if node is None or isinstance(node, BeautifulSoup):
            return None
        return SoupElement(node)

    def contents(self) -> list[Element | str]:
        """Return the elements and the text directly inside of this one, in order."""
        return [
            SoupElement(node) if isinstance(node, Tag) else str(node)
            for node in self.node.contents
            if not isinstance(node, Comment)
        ]

    def attribute(self, name: str) -> str | None:
        """Return an attribute's text; that of a `class`, which the soup has as a list, without tabs and line breaks."""
        value = self.node.get(name.lower())
        return " ".join(value) if isinstance(value, list) else value

    def discard(self) -> None:
        """Cut the tags loose from each other: else they would wait for the garbage collector, 5 MB a page."""
        self.node.decompose()

    def find(self, css: str) -> Sequence[SoupElement]:
        """Return what plain CSS matches, this element included."""
        return [SoupElement(tag) for tag in _found(self.node, css)]

    def find_first(self, css: str) -> SoupElement | None:
        """Return the first match; the search ends there."""
        tag = next(_found(self.node, css), None)
        return None if tag is None else SoupElement(tag)


def _found(node: Tag, css: str) -> Iterator[Tag]:
    matches = matcher(css)
    if matches is not None:
        if matches(node):
            yield node
        for inside in node.descendants:
            if isinstance(inside, Tag) and matches(inside):
                yield inside
        return
    # Imported when it is needed: its first selector takes it a third of a second.
    import soupsieve

    pattern = soupsieve.compile(css)
    if pattern.match(node):
        yield node
    yield from pattern.iselect(node)
