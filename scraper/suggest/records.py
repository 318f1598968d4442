"""The repeating element of a page: the group of alike siblings that hold most of its content.

The idea is that of data record mining (Liu, Grossman, Zhai: "Mining Data Records in Web Pages", KDD 2003): records are
elements of the same form below the same parents. Groups are found by tag, class and tag path; what decides between
them is how much of the page they hold, how alike and how rich they are, and whether each has a title of its own.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2

from scraper.suggest.groups import groups_of
from scraper.suggest.outline import Node, Outline
from scraper.suggest.record import RECORD_WORDS, main_link, title_text
from scraper.suggest.slots import share
from scraper.suggest.widening import generalized, widened

SAMPLE = 15
ALIKE = 0.35
"""How alike records must be, from 0 to 1."""

TITLED = 0.6
"""The share of records that must have a title that others have not."""

_LEAVES = frozenset({"img", "time", "input", "button"})


@dataclass(frozen=True)
class Records:
    """A group of nodes that seem to be a page's records. `score` only means something among groups of one page.

    `coverage` is their share of the page's text, from 0 to 1; `linked` the share of them with a link of their own.
    """

    nodes: tuple[Node, ...]
    score: float
    coverage: float
    linked: float

    @property
    def links(self) -> list[Node]:
        """The main link of each record that has one."""
        return [link for node in self.nodes if (link := main_link(node))]

    @property
    def has_text_between(self) -> bool:
        """Whether there is more text beside the records, below the same parent, than in them."""
        parents = {node.parent for node in self.nodes}
        around = sum(len(parent.text) for parent in parents if parent)
        return len(parents) == 1 and around > 2 * sum(len(n.text) for n in self.nodes)


def find_records(page: Outline, template: Collection[str] = ()) -> Records | None:
    """The likeliest records of a page; `template` are the URLs that other pages link to as well."""
    best: Records | None = None
    for nodes in groups_of(page):
        records = _rate(page, nodes, template)
        if records and (best is None or records.score > best.score):
            best = records
    return (
        replace(best, nodes=generalized(page, widened(page, best.nodes)))
        if best
        else None
    )


def _rate(
    page: Outline, nodes: tuple[Node, ...], template: Collection[str]
) -> Records | None:
    """How likely some nodes are the records; None if they cannot be."""
    if nodes[0].tag in {"option", "script", "br", "img", "input", "td", "col"}:
        return None
    distinct = _distinct(title_text(node) for node in nodes)
    richness = _richness(nodes[:SAMPLE])
    if distinct < TITLED and richness >= 2:
        # Without titles, as quotes are, they are told apart by their whole text.
        distinct = 0.7 * _distinct(node.text for node in nodes)
    if distinct < TITLED:
        return None
    alike = _likeness(nodes[:SAMPLE])
    if alike < ALIKE:
        return None
    length = len(page.body.text) or 1
    coverage = min(1.0, sum(len(node.text) for node in nodes) / length)
    linked = _linked(nodes)
    score = (
        (0.1 + coverage)
        * log2(1 + min(len(nodes), 60))
        * min(1.0, richness / 3)
        * alike
        * distinct
        * (0.5 + linked / 2)
        * (1 - 0.85 * share(nodes, page.is_furniture))
        * (1 - 0.9 * share(nodes, lambda node: _is_template(node, template)))
        * _named(nodes)
    )
    return Records(nodes, score, coverage, linked)


def _distinct(texts: Iterable[str]) -> float:
    """The share of texts that are different ones, the empty ones aside."""
    every = list(texts)
    return len(set(every) - {""}) / len(every)


def _likeness(nodes: Sequence[Node]) -> float:
    """How alike nodes are below: the mean share of the paths of tags that most have in common."""
    counts = Counter(path for node in nodes for path in node.shape)
    usual = {path for path, count in counts.items() if count * 2 > len(nodes)}
    if not usual:
        return 1.0 if not counts else 0.3
    shares = [len(usual & n.shape) / len(usual | n.shape) for n in nodes]
    return sum(shares) / len(shares)


def _richness(nodes: Sequence[Node]) -> float:
    """The mean number of parts that a record shows: texts, pictures, dates."""
    return sum(sum(map(_is_part, node.walk())) for node in nodes) / len(nodes)


def _is_part(node: Node) -> bool:
    if node.tag in _LEAVES:
        return True
    return bool(node.text) and node.element.own_text() != ""


def _linked(nodes: Sequence[Node]) -> float:
    """The share of records whose main link leads where no other's does."""
    urls = Counter(link.url for node in nodes if (link := main_link(node)))
    return sum(1 for count in urls.values() if count == 1) / len(nodes)


def _is_template(node: Node, template: Collection[str]) -> bool:
    link = main_link(node)
    return link is not None and link.url in template


def _named(nodes: Sequence[Node]) -> float:
    """A little more for what is called an article, a product or the like."""
    words = frozenset.intersection(*(node.words for node in nodes[:SAMPLE]))
    is_article = all(node.tag == "article" for node in nodes)
    return 1.0 + 0.2 * is_article + 0.15 * bool(words & RECORD_WORDS)
