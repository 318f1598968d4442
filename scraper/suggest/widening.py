"""From the nodes that were found to whole records: what belongs to them around, and others like them."""

from collections.abc import Sequence

from scraper.suggest.groups import is_nested
from scraper.suggest.names import is_state, is_usable, is_utility
from scraper.suggest.outline import Node, Outline
from scraper.suggest.record import RECORD_WORDS, main_link, title_text


def widened(page: Outline, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """Nodes with what belongs to them around: the elements around each, as long as these hold just one of them.

    Of several that hold the same, the one with the best name.
    """
    chain = [nodes]
    while (wider := _parents(page, chain[-1])) is not None:
        chain.append(wider)
    best = chain[-1]
    for inner in reversed(chain[:-1]):
        if not _holds_the_same(inner, best):
            break
        if _name_quality(inner) > _name_quality(best):
            best = inner
    return best


def generalized(every: tuple[Node, ...], nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """All `article` elements (`every`), if the nodes are some, and the others are like them: the newest one, say."""
    if not set(nodes) < set(every) or is_nested(every):
        return nodes
    others = [node for node in every if node not in nodes]
    if len(others) > len(nodes) or not all(map(main_link, others)):
        return nodes
    titles = [title_text(node) for node in every]
    if len(set(titles)) < len(titles) or not all(titles):
        return nodes
    return every


def _parents(page: Outline, nodes: tuple[Node, ...]) -> tuple[Node, ...] | None:
    """The parents of nodes, if each has one of its own, and all are of a kind."""
    parents = [node.parent for node in nodes]
    found = [parent for parent in parents if parent and parent is not page.body]
    is_each_ones = len(set(found)) == len(nodes)
    if not is_each_ones or len({parent.tag for parent in found}) > 1:
        return None
    return tuple(found)


def _holds_the_same(inner: Sequence[Node], outer: Sequence[Node]) -> bool:
    return all(
        a.text == b.text
        and _count(a, "a") == _count(b, "a")
        and _count(a, "img") == _count(b, "img")
        for a, b in zip(inner, outer, strict=True)
    )


def _name_quality(nodes: Sequence[Node]) -> int:
    names = frozenset.intersection(*(frozenset(node.classes) for node in nodes))
    good = [name for name in names if is_usable(name) and not is_state(name)]
    good = [name for name in good if not is_utility(name)]
    words = frozenset.intersection(*(node.words for node in nodes))
    is_article = all(node.tag == "article" for node in nodes)
    return 2 * is_article + bool(good) + 2 * bool(good and words & RECORD_WORDS)


def _count(record: Node, tag: str) -> int:
    return sum(node.tag == tag for node in record.walk())
