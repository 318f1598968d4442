"""What records are called, and where they lead: the fields `title` and `url`."""

from collections.abc import Sequence
from typing import Any

from scraper.suggest.outline import Node
from scraper.suggest.record import main_link
from scraper.suggest.slots import (
    MOST_HAVE,
    SOME_HAVE,
    Slot,
    best,
    is_date,
    is_of_most,
    share,
)
from scraper.suggest.texts import prices_in

TITLE = 200
"""Characters of a title, at most."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_WORDS = frozenset({"title", "name", "headline", "heading", "subject"})
_NO_TITLE_WORDS = frozenset(
    {"date", "price", "author", "meta", "category", "tag", "tags"}
)
_ELLIPSIS = ("…", "...")


def infer_title(
    slots: Sequence[Slot], records: Sequence[Node]
) -> tuple[Slot | None, tuple[Any, str] | None]:
    """The slot of the titles, and the selector for them with the reason for it.

    The slot is None where only an attribute has titles.
    """
    title = best(slots, lambda slot: _title_score(slot, records))
    return title, _title_spec(title, slots) if title else _image_title(slots)


def _title_score(slot: Slot, records: Sequence[Node]) -> float:
    is_named = slot.coverage >= MOST_HAVE and slot.distinct >= SOME_HAVE
    if not is_named or not 2 <= slot.length <= TITLE or is_date(slot):
        return 0
    nodes = slot.found
    words = frozenset.intersection(*(node.words for node in nodes))
    if any(node in records for node in nodes) and len(nodes[0].children) > 1:
        return 0
    score = 1.0 + slot.distinct + slot.coverage
    score += 3 * share(nodes, _is_in_heading)
    score += 2 * share(nodes, lambda node: _is_main_link(node, slot, records))
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
    reason = "the most prominent text, different in each article"
    for slot in sorted(slots, key=lambda slot: slot.price):
        if _has_missing_titles(slot, title):
            css = [title.css, f"{slot.css}::attr(title)"]
            return css, f"{reason}; where it misses, the title attribute"
    return title.css, reason


def _has_missing_titles(slot: Slot, title: Slot) -> bool:
    """Whether a slot has in its `title` attribute what some titles lack, and nothing else where there is a title."""
    found = False
    for node, named in zip(slot.nodes, title.nodes, strict=True):
        whole, text = (
            node.attribute("title") if node else "",
            named.text if named else "",
        )
        if whole and text and " ".join(whole.split()) != text:
            return False
        found = found or bool(whole and not text)
    return found


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
            if is_of_most(values, slot) and len(set(values)) > len(values) / 2:
                return (
                    f"{slot.css}::attr({attribute})",
                    f"the only text is in {attribute}",
                )
    return None


def infer_url(
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
        # That of the comments, say, where another link leads to the article itself.
        partial = sum("#" in node.attribute("href") for node in slot.found)
        # A bare `a` is right only as long as no other link comes first.
        malus = 0.01 * (slot.css == "a") + slot.price / 10_000
        return (right + 0.02 * same - 0.05 * partial) / len(records) - malus

    found = best(slots, score)
    return found.css if found and score(found) > MOST_HAVE else None


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
