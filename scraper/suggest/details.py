"""What records have beside title and link: description, date, price, author, picture."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scraper.suggest.outline import Node
from scraper.suggest.slots import (
    MOST_HAVE,
    SHORT,
    SOME_HAVE,
    Slot,
    best,
    is_date,
    is_of_most,
)
from scraper.suggest.texts import date_share, prices_in

LONG = 30
"""Characters of a description, at least."""

_AUTHOR_WORDS = ("author", "byline", "username", "poster-name")


def infer_details(
    slots: Sequence[Slot], title: Slot | None
) -> dict[str, tuple[Any, str]]:
    """The fields that were found: name -> selector as a profile has it, and the reason for it."""
    found = {name: find(slots, title) for name, find in _FINDERS.items()}
    return {name: spec for name, spec in found.items() if spec}


def _description(slots: Sequence[Slot], title: Slot | None) -> tuple[Any, str] | None:
    titles = set(title.found) if title else set()

    def is_apart(node: Node) -> bool:
        around = node.ancestors()
        inside = any(part in titles for part in node.walk())
        return not inside and titles.isdisjoint(around)

    def score(slot: Slot) -> float:
        is_text = slot.coverage >= SOME_HAVE and slot.length >= LONG
        if not is_text or slot.distinct < SOME_HAVE or is_date(slot):
            return 0
        if not all(map(is_apart, slot.found)) or _link_share(slot) > SOME_HAVE:
            return 0
        if all(date_share(text) > 0.15 for text in slot.texts):
            return 0
        return slot.length * slot.coverage

    longest = best(slots, score)
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
            if is_of_most(values, slot) and all(date_share(v) > 0.3 for v in values):
                return f"{slot.css}::attr({attribute})", f"dates in {attribute}"
    found = best(slots, lambda slot: is_date(slot) and 1 + 1 / slot.length)
    return (found.css, "texts that are dates") if found else None


def _price(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    def score(slot: Slot) -> float:
        prices = [len(prices_in(text)) for text in slot.texts]
        if slot.coverage < MOST_HAVE or slot.length > SHORT or not all(prices):
            return 0
        named = all("price" in node.words for node in slot.found)
        return 1 + named - slot.length / 200 - sum(prices) / len(prices) / 10

    found = best(slots, score)
    if found is None:
        return None
    sale = [
        s for s in slots if s.css == "ins" and s.texts and all(map(prices_in, s.texts))
    ]
    css = ["ins", found.css] if sale else found.css
    return css, "texts that are prices"


def _author(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    def score(slot: Slot) -> float:
        named = any(word in slot.css for word in _AUTHOR_WORDS)
        if not named or slot.coverage < MOST_HAVE or slot.length > SHORT / 2:
            return 0
        return 1 - slot.length / SHORT

    found = best(slots, score)
    return (found.css, "its name says so") if found else None


def _image(slots: Sequence[Slot], _: Slot | None) -> tuple[Any, str] | None:
    for attribute in ("data-src", "src"):
        for slot in sorted(slots, key=lambda slot: slot.price):
            if not slot.found or any(node.tag != "img" for node in slot.found):
                continue
            values = [node.attribute(attribute) for node in slot.found]
            is_one = len(set(values)) > len(values) / 2 and is_of_most(values, slot)
            if is_one and not any(value.startswith("data:") for value in values):
                css = {"css": f"{slot.css}::attr({attribute})", "url": True}
                return css, "the picture"
    return None


_FINDERS: Mapping[
    str, Callable[[Sequence[Slot], Slot | None], tuple[Any, str] | None]
] = {
    "description": _description,
    "date": _date,
    "price": _price,
    "author": _author,
    "image": _image,
}
