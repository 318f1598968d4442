"""The repeating element of a page: the group of alike siblings that hold most of its content.

The idea is that of data record mining (Liu, Grossman, Zhai: "Mining Data Records in Web Pages", KDD 2003): records are
elements of the same form below the same parents. Groups are found by tag, class and tag path; what decides between
them is how much of the page they hold, how alike and how rich they are, and whether each has a title of its own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log2

from scraper.suggest.names import is_state, is_usable, is_utility
from scraper.suggest.outline import Node, Outline

LEAST = 2
"""Records that make a group."""

MOST = 1000
SAMPLE = 15
ALIKE = 0.35
"""How alike records must be, from 0 to 1."""

TITLED = 0.6
"""The share of records that must have a title that others have not."""

_RECORD_WORDS = frozenset(
    {
        "article", "post", "product", "item", "entry", "card", "result", "topic",
        "thread", "book", "quote", "story", "listing", "record", "hentry", "forum",
        "discussion", "question", "teaser", "news", "job", "event", "recipe",
    }
)  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
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


def find_records(page: Outline, template: Collection[str] = ()) -> Records | None:
    """The likeliest records of a page; `template` are the URLs that other pages link to as well."""
    best: Records | None = None
    for nodes in _groups(page):
        records = _rate(page, nodes, template)
        if records and (best is None or records.score > best.score):
            best = records
    return _generalized(page, _widened(page, best)) if best else None


def main_link(record: Node) -> Node | None:
    """The link to what a record is about: that in its heading, or around it, or else the first with text."""
    links = record.links
    for link in links:
        if _is_heading_link(link, record):
            return link
    return next((link for link in links if link.text), links[0] if links else None)


def title_text(record: Node) -> str:
    """What a record seems to be called, for telling records apart."""
    for node in record.walk():
        if node.tag in _HEADINGS and node.text:
            return node.text
    link = main_link(record)
    if link is None:
        return record.text[:80]
    return link.text or link.attribute("title") or link.attribute("aria-label")


def _is_heading_link(link: Node, record: Node) -> bool:
    inside = any(node.tag in _HEADINGS for node in link.walk())
    around = (node for node in link.ancestors() if node.is_inside(record))
    return inside or any(node.tag in _HEADINGS for node in around)


# groups


def _groups(page: Outline) -> Iterator[tuple[Node, ...]]:
    """Every group of nodes that could be records, each once."""
    by_class: dict[tuple[str, str], list[Node]] = defaultdict(list)
    by_path: dict[str, list[Node]] = defaultdict(list)
    by_parent: dict[tuple[int, str], list[Node]] = defaultdict(list)
    paths = {page.body: "body"}
    for node in page.nodes[1:]:
        assert node.parent is not None  # only the body has none
        paths[node] = path = f"{paths[node.parent]}/{node.tag}"
        by_path[path].append(node)
        if not _is_heading_row(node):
            by_parent[id(node.parent), node.tag].append(node)
        for name in node.classes:
            if is_usable(name) and not is_utility(name):
                by_class[node.tag, name].append(node)
    articles = [node for node in page.nodes if node.tag == "article"]
    seen: set[frozenset[Node]] = set()
    for nodes in [articles, *by_class.values(), *by_parent.values(), *by_path.values()]:
        group = frozenset(nodes)
        if LEAST <= len(nodes) <= MOST and group not in seen and not _is_nested(nodes):
            seen.add(group)
            yield tuple(nodes)


def _is_heading_row(node: Node) -> bool:
    return node.tag == "tr" and all(child.tag == "th" for child in node.children)


def _is_nested(nodes: Sequence[Node]) -> bool:
    """Whether one of some nodes in document order lies in another."""
    group = set(nodes)
    return any(not group.isdisjoint(node.ancestors()) for node in nodes)


# rating


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
        * (1 - 0.85 * _share(nodes, page.is_furniture))
        * (1 - 0.9 * _share(nodes, lambda node: _is_template(node, template)))
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


def _share(nodes: Sequence[Node], has: object) -> float:
    assert callable(has)
    return sum(bool(has(node)) for node in nodes) / len(nodes)


def _named(nodes: Sequence[Node]) -> float:
    """A little more for what is called an article, a product or the like."""
    words = frozenset.intersection(*(node.words for node in nodes[:SAMPLE]))
    is_article = all(node.tag == "article" for node in nodes)
    return 1.0 + 0.2 * is_article + 0.15 * bool(words & _RECORD_WORDS)


# the whole record


def _widened(page: Outline, records: Records) -> Records:
    """The records with what belongs to them around: the elements around each, as long as these hold just one of them.

    Of several that hold the same, the one with the best name.
    """
    chain = [records.nodes]
    while (wider := _parents(page, chain[-1])) is not None:
        chain.append(wider)
    best = chain[-1]
    for nodes in reversed(chain[:-1]):
        if not _holds_the_same(nodes, best):
            break
        if _name_quality(nodes) > _name_quality(best):
            best = nodes
    return Records(best, records.score, records.coverage, records.linked)


def _generalized(page: Outline, records: Records) -> Records:
    """All `article` elements, if the records are some of them, and the others are like them: the newest one, say."""
    every = tuple(node for node in page.nodes if node.tag == "article")
    if not set(records.nodes) < set(every) or _is_nested(every):
        return records
    others = [node for node in every if node not in records.nodes]
    if len(others) > len(records.nodes) or not all(map(main_link, others)):
        return records
    titles = [title_text(node) for node in every]
    if len(set(titles)) < len(titles) or not all(titles):
        return records
    return Records(every, records.score, records.coverage, records.linked)


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
        a.text == b.text and len(a.links) == len(b.links)
        for a, b in zip(inner, outer, strict=True)
    )


def _name_quality(nodes: Sequence[Node]) -> int:
    names = frozenset.intersection(*(frozenset(node.classes) for node in nodes))
    good = [name for name in names if is_usable(name) and not is_state(name)]
    good = [name for name in good if not is_utility(name)]
    words = frozenset.intersection(*(node.words for node in nodes))
    is_article = all(node.tag == "article" for node in nodes)
    return 2 * is_article + bool(good) + 2 * bool(good and words & _RECORD_WORDS)
