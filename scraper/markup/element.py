"""The interface of both engines: an element and what it holds, and a document with its root element."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from scraper.markup.scope import first_within, select_within
from scraper.markup.selector import compile_selector
from scraper.markup.text import BREAKING, HIDDEN, fold
from scraper.markup.urls import absolute_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scraper.markup.glance import Glance
    from scraper.markup.selector import Selector


SIGNPOSTS = compile_selector("base[href], [rel~=next], [class*=next]")
"""What most pages have none of, as one search tells: only where there is one, it is worth while to look for each."""

_BASE = compile_selector("base[href]")


class Element(ABC):
    """An element of a document, which lives as long as any of its elements does.

    Two are equal when they are the same element of the same document.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def tag(self) -> str:
        """The name of the element, in lower case."""

    @property
    @abstractmethod
    def parent(self) -> Element | None:
        """The element around this one; None for the root."""

    @abstractmethod
    def contents(self) -> Sequence[Element | str]:
        """Return the elements and the text directly inside of this one, in order, comments left out."""

    @abstractmethod
    def attribute(self, name: str) -> str | None:
        """Return an attribute's text, entities decoded: "" if it has no value, None if the element has it not."""

    @abstractmethod
    def find(self, css: str) -> Sequence[Element]:
        """Return what plain CSS matches of this element and those inside of it, in document order, each once.

        Elements around this one take part in the matching, as they do in a browser; in `select` they do not.
        """

    @abstractmethod
    def find_first(self, css: str) -> Element | None:
        """Return the first of `find`."""

    @abstractmethod
    def discard(self) -> None:
        """Let go of the whole tree, nothing of which is used after that."""

    def glance(self, glance: Glance) -> Sequence[str | None]:
        """Return for each place what the first match of `find` has, folded; None or "" if that takes a search.

        An attribute is left to the search unless it is folded as it stands.
        """
        return [None] * glance.places

    def select(self, selector: Selector) -> Sequence[Element]:
        """Return the elements that `selector` takes something from, in document order, each once."""
        return (
            self.find(selector.css)
            if selector.is_plain
            else list(select_within(self, selector))
        )

    def first(self, selector: Selector) -> Element | None:
        """Return the first of `select`."""
        return (
            self.find_first(selector.css)
            if selector.is_plain
            else first_within(self, selector)
        )

    def text(self) -> str:
        """Return all text of the element, folded, with a space where a block or a `br` parts words.

        The content of scripts, styles, templates and `noscript` is left out.
        """
        return fold("".join(self._flow()))

    def texts(self) -> Iterator[str]:
        """Yield the pieces of that text: what stands between one tag and the next, folded."""
        return filter(None, map(fold, self._flow()))

    def own_text(self) -> str:
        """Return the text directly inside of the element, folded, with a space for a block or `br` in it."""
        parts = (
            item if isinstance(item, str) else " " * (item.tag in BREAKING)
            for item in self.contents()
        )
        return fold("".join(parts))

    def _flow(self) -> Iterator[str]:
        pending = list(reversed(self.contents()))
        while pending:
            item = pending.pop()
            if isinstance(item, str):
                yield item
                continue
            if item.tag in BREAKING:
                yield " "
                pending.append(" ")
            if item.tag not in HIDDEN:
                pending += reversed(item.contents())


class Document:
    """A parsed page. Its selectors start at `root`, the `html` element, which every document has.

    A document that is searched does not change, so that what was selected is remembered.
    """

    __slots__ = ("__weakref__", "_selected", "root")

    def __init__(self, root: Element) -> None:
        self.root = root
        self._selected: dict[str, Sequence[Element]] = {}

    def select(self, selector: Selector) -> Sequence[Element]:
        """Return the elements that `selector` takes something from, in document order, each once."""
        selected = self._selected.get(selector.source)
        if selected is None:
            selected = self._selected[selector.source] = self._find(selector)
        return selected

    def _find(self, selector: Selector) -> Sequence[Element]:
        if selector.document_css is not None:
            return self.root.find(selector.document_css)
        return self.root.select(selector)

    def first(self, selector: Selector) -> Element | None:
        """Return the first of `select`."""
        if selector.document_css is not None:
            return self.root.find_first(selector.document_css)
        return self.root.first(selector)

    def text(self) -> str:
        """Return all text of the page, its title included, folded."""
        return self.root.text()

    def discard(self) -> None:
        """Let go of the tree, of which nothing is used any more: its memory is free at once."""
        self._selected.clear()
        self.root.discard()

    def base_href(self) -> str | None:
        """Return the `href` of the first `base` element that has one, as it stands."""
        base = self.select(SIGNPOSTS) and self.first(_BASE)
        return base.attribute("href") if base else None

    def base_url(self, url: str) -> str:
        """Return what the links of the page are relative to, if it came from `url` (HTML Standard, 2.4.3)."""
        return absolute_url(self.base_href() or "", url) or url
