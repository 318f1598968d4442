"""The repeating element of a page: the group of alike siblings that hold most of its content.

The idea is that of data record mining (Liu, Grossman, Zhai: "Mining Data Records in Web Pages", KDD 2003): records are
elements of the same form below the same parents. Groups are found by tag, class and tag path; what decides between
them is how much of the page they hold, how alike and how rich they are, and whether each has a title of its own. What
is the same on other pages of the site takes no part.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import log2

from scraper.suggest.frame import Frame
from scraper.suggest.groups import LEAST, groups_of
from scraper.suggest.landmarks import content_of
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

    `coverage` is their share of the page's own text, from 0 to 1; `linked` the share of them with a link of their own;
    `is_apart` says that they stand in a menu, a footer or the like, as nothing else is there.
    """

    nodes: tuple[Node, ...]
    score: float
    coverage: float
    linked: float
    is_apart: bool = False

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


def find_records(page: Outline, frame: Frame | None = None) -> Records | None:
    """The likeliest records of a page; `frame` is what other pages show as well."""
    known = frame or Frame()
    if best := _best(page, content_of(page), known):
        return best
    apart = _best(page, page.nodes[1:], known)
    return replace(apart, is_apart=True) if apart else None


def _best(page: Outline, candidates: Sequence[Node], frame: Frame) -> Records | None:
    best: Records | None = None
    length = frame.own_length(page) or 1
    for group in groups_of(candidates):
        nodes = frame.cut_from(group)
        records = _rate(page, nodes, frame, length) if len(nodes) >= LEAST else None
        if records and (best is None or records.score > best.score):
            best = records
    if best is None:
        return None
    articles = _articles(page, candidates, frame)
    return replace(best, nodes=generalized(articles, widened(page, best.nodes)))


def _articles(
    page: Outline, candidates: Sequence[Node], frame: Frame
) -> tuple[Node, ...]:
    """The page's own `article` elements; of those apart from the content only a single one, as the newest may stand."""
    inside = set(candidates)
    every = [n for n in page.nodes if n.tag == "article" and not frame.holds(n)]
    is_single = sum(node not in inside for node in every) == 1
    return tuple(node for node in every if is_single or node in inside)


def _rate(
    page: Outline, nodes: tuple[Node, ...], frame: Frame, length: int
) -> Records | None:
    """How likely some nodes are the records of a page with so many characters; None if they cannot be."""
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
        * (1 - 0.9 * share(nodes, frame.links_to))
        * (1 - 0.9 * share(nodes, lambda node: _leads_nowhere(node, page)))
        * (1 - 0.8 * share(nodes, _is_unfollowed))
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


def _leads_nowhere(node: Node, page: Outline) -> bool:
    """Whether robots.txt forbids where a record leads."""
    link = main_link(node)
    return link is not None and page.forbids(link.url)


def _is_unfollowed(node: Node) -> bool:
    """Whether the site would not have a record's link followed: that of an advertisement, a login, a legal notice."""
    link = main_link(node)
    return link is not None and "nofollow" in link.attribute("rel").lower().split()


def _named(nodes: Sequence[Node]) -> float:
    """A little more for what is called an article, a product or the like."""
    words = frozenset.intersection(*(node.words for node in nodes[:SAMPLE]))
    is_article = all(node.tag == "article" for node in nodes)
    return 1.0 + 0.2 * is_article + 0.15 * bool(words & RECORD_WORDS)
