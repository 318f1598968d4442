"""Which part of a record is its title, its link, its description, its date, its price."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scraper.suggest.outline import Node
from scraper.suggest.records import main_link
from scraper.suggest.slots import Slot, slots_of
from scraper.suggest.texts import date_share, prices_in

SAMPLE = 24
"""Records that are looked into."""

MOST_HAVE = 0.8
SOME_HAVE = 0.5
SHORT = 60
"""Characters of a date, a price or a name, at most."""

LONG = 30
"""Characters of a description, at least."""

TITLE = 200
"""Characters of a title, at most."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_WORDS = frozenset({"title", "name", "headline", "heading", "subject"})
_NO_TITLE_WORDS = frozenset(
    {"date", "price", "author", "meta", "category", "tag", "tags"}
)
_AUTHOR_WORDS = ("author", "byline", "username", "poster-name")
_ELLIPSIS = ("…", "...")


@dataclass(frozen=True)
class Fields:
    """The `fields` of a profile, and a reason for each, in words."""

    specs: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    has_title: bool = False
    has_url: bool = False


def infer_fields(records: Sequence[Node]) -> Fields:
    """Find the fields of records of one or more pages."""
    sample = list(records[:SAMPLE])
    slots = slots_of(sample)
    specs: dict[str, Any] = {}
    reasons: dict[str, str] = {}
    title = _best(slots, lambda slot: _title_score(slot, sample))
    if title:
        specs["title"], reasons["title"] = _title_spec(title, slots)
    elif image := _image_title(slots):
        specs["title"], reasons["title"] = image
    if url := _url_css(slots, sample, title):
        specs["url"] = {"css": f"{url}::attr(href)", "url": True}
        reasons["url"] = "leads to a page of its own from each article"
    for name, find in _OTHERS.items():
        if found := find(slots, title):
            specs[name], reasons[name] = found
    order = ("title", "description", "url", "date", "price", "author", "image")
    return Fields(
        {name: specs[name] for name in order if name in specs},
        reasons,
        "title" in specs,
        "url" in specs,
    )


def _best(slots: Sequence[Slot], score: Callable[[Slot], float]) -> Slot | None:
    """The slot with the highest score above 0; of equals, the cheapest."""
    rated = [(score(slot), -slot.price, slot) for slot in slots]
    best = max(rated, key=lambda each: each[:2], default=None)
    return best[2] if best and best[0] > 0 else None


# title


def _title_score(slot: Slot, records: Sequence[Node]) -> float:
    is_named = slot.coverage >= MOST_HAVE and slot.distinct >= SOME_HAVE
    if not is_named or not 2 <= slot.length <= TITLE or _is_date(slot):
        return 0
    nodes = slot.found
    words = frozenset.intersection(*(node.words for node in nodes))
    if any(node in records for node in nodes) and len(nodes[0].children) > 1:
        return 0
    score = 1.0 + slot.distinct + slot.coverage
    score += 3 * _share(nodes, _is_in_heading)
    score += 2 * _share(nodes, lambda node: _is_main_link(node, slot, records))
    score += 1.5 * bool(words & _TITLE_WORDS)
    score += 1.0 * all(n.attribute("itemprop") in ("name", "headline") for n in nodes)
    score -= 2 * bool(words & _NO_TITLE_WORDS)
    score -= 2 * all(len(prices_in(text)) > 0 for text in slot.texts)
    return score - slot.length / TITLE - slot.price / 400


def _is_in_heading(node: Node) -> bool:
    return node.tag in _HEADINGS or (
        node.parent is not None and node.parent.tag in _HEADINGS
    )


def _is_main_link(node: Node, slot: Slot, records: Sequence[Node]) -> bool:
    """Whether a node is its record's main link, or holds just that, or lies in it."""
    record = records[slot.nodes.index(node)]
    link = main_link(record)
    if link is None:
        return False
    return node.is_inside(link) or (link.is_inside(node) and link.text == node.text)


def _title_spec(title: Slot, slots: Sequence[Slot]) -> tuple[Any, str]:
    """The selector of the title; before it that of a `title` attribute, where the text is cut short."""
    cut = [n for n in title.found if n.text.endswith(_ELLIPSIS)]
    if cut:
        for slot in sorted(slots, key=lambda slot: slot.price):
            if slot.coverage and _has_whole_titles(slot, title):
                reason = "the text is cut short, the title attribute is not"
                return [f"{slot.css}::attr(title)", title.css], reason
    return title.css, "the most prominent text, different in each article"


def _has_whole_titles(slot: Slot, title: Slot) -> bool:
    for node, named in zip(slot.nodes, title.nodes, strict=True):
        if node is None or named is None:
            return False
        whole, text = node.attribute("title"), named.text
        for mark in _ELLIPSIS:
            text = text.removesuffix(mark)
        if not whole.startswith(text.rstrip()):
            return False
    return True


def _image_title(slots: Sequence[Slot]) -> tuple[Any, str] | None:
    """A title that only an attribute has."""
    for attribute in ("title", "aria-label", "alt"):
        for slot in sorted(slots, key=lambda slot: slot.price):
            values = [node.attribute(attribute) for node in slot.found]
            if _is_of_most(values, slot) and len(set(values)) > len(values) / 2:
                return (
                    f"{slot.css}::attr({attribute})",
                    f"the only text is in {attribute}",
                )
    return None


# url


def _url_css(
    slots: Sequence[Slot], records: Sequence[Node], title: Slot | None
) -> str | None:
    """The selector of each record's own link: that of the title, or else the main one."""
    wanted = [_own_link(record, title, place) for place, record in enumerate(records)]
    urls = [link.url for link in wanted if link]
    if len(urls) < MOST_HAVE * len(records) or len(set(urls)) < MOST_HAVE * len(urls):
        return None
    if title and (css := _link_of_title(title)):
        return css

    def score(slot: Slot) -> float:
        if any(node.tag != "a" for node in slot.found):
            return 0
        pairs = list(zip(slot.nodes, wanted, strict=True))
        right = sum(
            a is not None and b is not None and a.url == b.url for a, b in pairs
        )
        same = sum(a is b for a, b in pairs)
        # A bare `a` is right only as long as no other link comes first.
        malus = 0.01 * (slot.css == "a") + slot.price / 10_000
        return (right + 0.02 * same) / len(records) - malus

    best = _best(slots, score)
    return best.css if best and score(best) > MOST_HAVE else None


def _link_of_title(title: Slot) -> str | None:
    """The selector of the titles' links, if the titles are links, or hold one each."""
    if all(node.url for node in title.found):
        return title.css
    if all(len(node.links) == 1 for node in title.found):
        return f"{title.css} a"
    return None


def _own_link(record: Node, title: Slot | None, place: int) -> Node | None:
    node = title.nodes[place] if title else None
    if node is not None:
        around = [node, *node.ancestors()]
        inside = [link for link in node.links if link.url]
        near = [each for each in around if each.url and each.is_inside(record)]
        if inside or near:
            return (inside or near)[0]
    return main_link(record)


# what else


def _description(slots: Sequence[Slot], title: Slot | None) -> tuple[Any, str] | None:
    titles = set(title.found) if title else set()

    def is_apart(node: Node) -> bool:
        around = node.ancestors()
        inside = any(part in titles for part in node.walk())
        return not inside and titles.isdisjoint(around)

    def score(slot: Slot) -> float:
        is_text = slot.coverage >= SOME_HAVE and slot.length >= LONG
        if not is_text or slot.distinct < SOME_HAVE or _is_date(slot):
            return 0
        if not all(map(is_apart, slot.found)) or _link_share(slot) > SOME_HAVE:
            return 0
        if all(date_share(text) > 0.15 for text in slot.texts):
            return 0
        return slot.length * slot.coverage

    longest = _best(slots, score)
    if longest is None:
        return None
    # The longest may have more around the text than the text.
    near = [slot for slot in slots if score(slot) >= 0.8 * score(longest)]
    near = [slot for slot in near if slot.coverage >= longest.coverage]
    inner = min(near, key=lambda slot: (slot.length, slot.price))
    return inner.css, "the longest text beside the title"


def _link_share(slot: Slot) -> float:
    """The share of a slot's text that is links."""
    linked = sum(len(link.text) for node in slot.found for link in node.links)
    return linked / (slot.length * len(slot.texts) or 1)


def _date(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    for attribute in ("datetime", "content", "title"):
        for slot in sorted(slots, key=lambda slot: (slot.css != "time", slot.price)):
            values = [node.attribute(attribute) for node in slot.found]
            if _is_of_most(values, slot) and all(date_share(v) > 0.3 for v in values):
                return f"{slot.css}::attr({attribute})", f"dates in {attribute}"
    best = _best(slots, lambda slot: _is_date(slot) and 1 + 1 / slot.length)
    return (best.css, "texts that are dates") if best else None


def _is_date(slot: Slot) -> bool:
    if slot.coverage < MOST_HAVE or slot.length > SHORT:
        return False
    dated = [text for text in slot.texts if date_share(text) > 0.5]
    return len(dated) >= MOST_HAVE * len(slot.texts)


def _price(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    def score(slot: Slot) -> float:
        prices = [len(prices_in(text)) for text in slot.texts]
        if slot.coverage < MOST_HAVE or slot.length > SHORT or not all(prices):
            return 0
        named = all("price" in node.words for node in slot.found)
        return 1 + named - slot.length / 200 - sum(prices) / len(prices) / 10

    best = _best(slots, score)
    if best is None:
        return None
    sale = [
        s for s in slots if s.css == "ins" and s.texts and all(map(prices_in, s.texts))
    ]
    css = ["ins", best.css] if sale else best.css
    return css, "texts that are prices"


def _author(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    def score(slot: Slot) -> float:
        named = any(word in slot.css for word in _AUTHOR_WORDS)
        if not named or slot.coverage < MOST_HAVE or slot.length > SHORT / 2:
            return 0
        return 1 - slot.length / SHORT

    best = _best(slots, score)
    return (best.css, "its name says so") if best else None


def _image(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    for attribute in ("data-src", "src"):
        for slot in sorted(slots, key=lambda slot: slot.price):
            if not slot.found or any(node.tag != "img" for node in slot.found):
                continue
            values = [node.attribute(attribute) for node in slot.found]
            is_one = len(set(values)) > len(values) / 2 and _is_of_most(values, slot)
            if is_one and not any(value.startswith("data:") for value in values):
                css = {"css": f"{slot.css}::attr({attribute})", "url": True}
                return css, "the picture"
    return None


def _is_of_most(values: Sequence[str], slot: Slot) -> bool:
    return all(values) and len(values) >= MOST_HAVE * len(slot.nodes)


def _share(nodes: Sequence[Node], has: Callable[[Node], bool]) -> float:
    return sum(map(has, nodes)) / len(nodes) if nodes else 0.0


_OTHERS: Mapping[
    str, Callable[[Sequence[Slot], Slot | None], tuple[Any, str] | None]
] = {
    "description": _description,
    "date": _date,
    "price": _price,
    "author": _author,
    "image": _image,
}
