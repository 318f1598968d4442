"""The frame of a site: what is in the same place, with the same text and links, on all pages that were followed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from scraper.suggest.landmarks import is_apart
from scraper.suggest.outline import Mark, Node, Outline
from scraper.suggest.record import main_link


@dataclass(frozen=True)
class Frame:
    """The marks of the elements that pages have in common, and the URLs that all of them link to."""

    marks: frozenset[Mark] = frozenset()
    urls: frozenset[str] = frozenset()

    def holds(self, node: Node) -> bool:
        """Whether an element is the same on all pages."""
        return bool(self.marks) and node.mark in self.marks

    def links_to(self, record: Node) -> bool:
        """Whether all pages link to where a record leads."""
        link = main_link(record)
        return link is not None and link.url in self.urls

    def cut_from(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """Those of alike nodes that may be articles: none, if all are the frame's.

        A single one that is the same everywhere, between others that are not, is an article that is pinned to the top
        of every page; two of them in one block are a side bar.
        """
        blocks = [self._block(node) for node in nodes]
        if all(blocks):
            return ()
        held = Counter(filter(None, blocks))
        return tuple(
            node
            for node, block in zip(nodes, blocks, strict=True)
            if block is None or held[block] == 1
        )

    def own_length(self, page: Outline) -> int:
        """Characters of a page that are neither the frame's nor in menus, footers, side bars."""
        length = len(page.body.text)
        pending = list(page.body.children)
        while pending:
            node = pending.pop()
            if self.holds(node) or is_apart(node):
                length -= len(node.text)
            else:
                pending += node.children
        return max(0, length)

    def _block(self, node: Node) -> Node | None:
        """The outermost element around a node, or itself, that is the same on all pages."""
        if not self.holds(node):
            return None
        return [each for each in (node, *node.ancestors()) if self.holds(each)][-1]


def frame_of(pages: Sequence[Outline]) -> Frame:
    """The frame of some pages of a site: empty, if there are not two that differ."""
    different = list({page.body.mark: page for page in pages}.values())
    if len(different) < 2:
        return Frame()
    marks = [{n.mark for n in page.nodes if n.text or n.url} for page in different]
    return Frame(
        frozenset.intersection(*map(frozenset, marks)),
        frozenset.intersection(*(page.link_urls for page in different)),
    )
