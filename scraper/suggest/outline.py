"""A page as a tree of nodes that remember what inference asks of them again and again."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from urllib.parse import urldefrag

from scraper.markup import Document, Element, absolute_url, compile_selector
from scraper.markup.text import HIDDEN

_FURNITURE_TAGS = frozenset({"nav", "footer", "aside"})
_FURNITURE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "complementary", "search", "dialog"}
)
_FURNITURE_WORDS = frozenset(
    {
        "nav", "navbar", "navigation", "navi", "menu", "sidebar", "widget", "widgets",
        "footer", "breadcrumb", "breadcrumbs", "pagination", "pager", "paging", "cookie",
        "cookies", "modal", "dropdown", "social", "share", "related", "comment",
        "comments", "toolbar", "filter", "filters", "banner", "masthead", "copyright",
    }
)  # fmt: skip
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_MAIN_SHARE = 0.6

Mark = tuple[str, str, tuple[str, ...]]
"""What tells an element on several pages: its path of tags, its text, and where its links lead."""


class Node:
    """An element of a page, its place in the tree, and its text."""

    def __init__(self, element: Element, parent: "Node | None", base_url: str) -> None:
        self.element = element
        self.parent = parent
        self.base_url = base_url
        self.tag = element.tag
        self.children: list[Node] = []
        self.classes = tuple((element.attribute("class") or "").split())
        self.id = element.attribute("id") or ""

    @cached_property
    def text(self) -> str:
        """All text of the element, folded."""
        return self.element.text()

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that its class names and its id are made of, in lower case."""
        names = " ".join((*self.classes, self.id))
        return frozenset(word.lower() for word in _WORD.findall(names))

    @cached_property
    def url(self) -> str:
        """Where the element, as a link, leads: absolute, without fragment; "" if nowhere."""
        href = self.element.attribute("href") if self.tag == "a" else None
        return urldefrag(absolute_url(href, self.base_url)).url if href else ""

    @cached_property
    def path(self) -> str:
        """The tags from the body down to the element."""
        return f"{self.parent.path}/{self.tag}" if self.parent else self.tag

    @cached_property
    def mark(self) -> Mark:
        """What is the same for the same element of another page."""
        return self.path, self.text, tuple(n.url for n in self.walk() if n.url)

    @cached_property
    def shape(self) -> frozenset[str]:
        """The paths of tags below the element, four levels deep."""
        return frozenset(self._paths("", 4))

    @cached_property
    def links(self) -> "tuple[Node, ...]":
        """The links in the element, itself included, that lead to another page."""
        here = urldefrag(self.base_url).url
        return tuple(
            node for node in self.walk() if node.url and node.url.rstrip("/") != here
        )

    def attribute(self, name: str) -> str:
        """An attribute's text, "" if it has none."""
        return (self.element.attribute(name) or "").strip()

    def walk(self) -> "Iterator[Node]":
        """The element and those inside of it, in document order."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending += reversed(node.children)

    def ancestors(self) -> "Iterator[Node]":
        """The elements around it, the nearest first, up to the page's root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def is_inside(self, other: "Node") -> bool:
        """Whether it lies inside of `other`, or is it."""
        return other is self or other in self.ancestors()

    def _paths(self, prefix: str, depth: int) -> Iterator[str]:
        for child in self.children:
            path = f"{prefix}/{child.tag}"
            yield path
            if depth > 1:
                yield from child._paths(path, depth - 1)  # noqa: SLF001 - of its own kind


class Outline:
    """A page: its URL, its document, and its nodes in document order, those of its head aside.

    `forbids` says of a URL whether robots.txt forbids it.
    """

    def __init__(
        self,
        document: Document,
        url: str,
        base_url: str,
        forbids: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self.document = document
        self.url = url
        self.forbids = forbids
        self.body = _body(document, base_url)
        self.nodes = list(self.body.walk())
        self._by_element = {node.element: node for node in self.nodes}
        self._furniture: dict[Node, bool] = {}

    def select(self, css: str) -> list[Node]:
        """The nodes that a selector matches, in document order."""
        found = self.document.select(compile_selector(css))
        known = self._by_element
        return [known[element] for element in found if element in known]

    @cached_property
    def link_urls(self) -> frozenset[str]:
        """Where the links of the page lead to."""
        return frozenset(node.url for node in self.nodes if node.url)

    def is_furniture(self, node: Node) -> bool:
        """Whether a node lies in what surrounds a page's content: menus, side bars, footers, comments."""
        if node is self.body:
            return False
        if node not in self._furniture:
            around = node.parent is not None and self.is_furniture(node.parent)
            self._furniture[node] = around or self._is_furniture_itself(node)
        return self._furniture[node]

    def _is_furniture_itself(self, node: Node) -> bool:
        named = (
            node.tag in _FURNITURE_TAGS
            or node.attribute("role") in _FURNITURE_ROLES
            or bool(node.words & _FURNITURE_WORDS)
        )
        # A wrapper that is called "has-sidebar" is none.
        return named and len(node.text) < _MAIN_SHARE * len(self.body.text)


def _body(document: Document, base_url: str) -> Node:
    found = document.first(compile_selector("body"))
    body = Node(found or document.root, None, base_url)
    pending = [body]
    while pending:
        node = pending.pop()
        for item in node.element.contents():
            if isinstance(item, Element) and item.tag not in HIDDEN:
                child = Node(item, node, base_url)
                node.children.append(child)
                pending.append(child)
    return body
