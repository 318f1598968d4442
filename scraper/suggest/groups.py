"""Every group of nodes that could be its records: alike by tag, class, parent or tag path."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from scraper.suggest.names import is_usable, is_utility
from scraper.suggest.outline import Node

LEAST = 2
"""Records that make a group."""

MOST = 1000
"""Records that a page can have."""


def groups_of(candidates: Iterable[Node]) -> Iterator[tuple[Node, ...]]:
    """Every group of a page's nodes, in document order and without the body, that could be records, each once."""
    every = list(candidates)
    by_class: dict[tuple[str, str], list[Node]] = defaultdict(list)
    by_path: dict[str, list[Node]] = defaultdict(list)
    by_parent: dict[tuple[int, str], list[Node]] = defaultdict(list)
    for node in every:
        by_path[node.path].append(node)
        if not _is_heading_row(node):
            by_parent[id(node.parent), node.tag].append(node)
        for name in node.classes:
            if is_usable(name) and not is_utility(name):
                by_class[node.tag, name].append(node)
    articles = [node for node in every if node.tag == "article"]
    seen: set[frozenset[Node]] = set()
    for nodes in [articles, *by_class.values(), *by_parent.values(), *by_path.values()]:
        group = frozenset(nodes)
        if LEAST <= len(nodes) <= MOST and group not in seen and not is_nested(nodes):
            seen.add(group)
            yield tuple(nodes)


def _is_heading_row(node: Node) -> bool:
    return node.tag == "tr" and all(child.tag == "th" for child in node.children)


def is_nested(nodes: Sequence[Node]) -> bool:
    """Whether one of some nodes in document order lies in another."""
    group = set(nodes)
    return any(not group.isdisjoint(node.ancestors()) for node in nodes)
