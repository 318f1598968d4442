"""Short selectors for given sets of nodes: class names first, tags where they must, never places."""

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from heapq import nsmallest
from itertools import permutations

from scraper.suggest.names import (
    is_numbered,
    is_state,
    is_telling,
    is_usable,
    is_utility,
)
from scraper.suggest.outline import Node, Outline

TRIED = 300
"""Selectors that are tried on a page before it is given up."""

CLOSE = 10
"""Names around the targets of which two are tried together."""

ALONE = 40
"""What it costs more to select all `li` of a page, though just now there are no others."""

_SEMANTIC_TAGS = frozenset(
    {"article", "time", "h1", "h2", "h3", "h4", "blockquote", "dt", "tr"}
)
_VAGUE_TAGS = frozenset({"div", "span", "a", "li", "p", "td", "ul", "section"})
_USELESS_ANCESTORS = frozenset({"html", "body"})

_PLAIN = re.compile(r"[A-Za-z][A-Za-z ]{1,30}")

Priced = tuple[float, str]
"""A selector and what it costs: the cheapest one that fits is chosen."""


def compounds(node: Node) -> Iterator[Priced]:
    """What a node could be called on its own."""
    for name in dict.fromkeys(node.classes):
        if is_usable(name):
            price = _price(name)
            yield price, f".{name}"
            yield price + 4, f"{node.tag}.{name}"
    yield _tag_price(node.tag), node.tag
    if node.tag == "tr" and any(child.tag == "td" for child in node.children):
        yield _tag_price(node.tag) + 8, "tr:has(td)"
    for name in ("itemprop", "rel"):
        value = node.attribute(name)
        if value.isalpha():
            yield 14 + len(value) / 10, f"[{name}={value}]"


def surroundings(node: Node) -> Iterator[Priced]:
    """What an element around others could be called."""
    if node.tag in _USELESS_ANCESTORS:
        return
    if node.id and is_usable(node.id) and not is_numbered(node.id):
        yield 9 + len(node.id) / 10, f"#{node.id}"
    label = node.attribute("aria-label")
    if _PLAIN.fullmatch(label):
        yield 14 + len(label) / 10, f'{node.tag}[aria-label="{label}"]'
    yield from compounds(node)


def selector_for(page: Outline, targets: Sequence[Node]) -> str | None:
    """The cheapest selector that matches `targets` on `page` and nothing else; None if none was found."""
    return next(selectors_for(page, targets), None)


def selectors_for(page: Outline, targets: Sequence[Node]) -> Iterator[str]:
    """Selectors that match `targets` on `page` and nothing else, cheapest first."""
    wanted = set(targets)
    for _, css in nsmallest(TRIED, _candidates(targets)):
        if set(page.select(css)) == wanted:
            yield css


def _candidates(targets: Sequence[Node]) -> Iterator[Priced]:
    own = _common([dict(_flipped(compounds(node))) for node in targets])
    parents = [node.parent for node in targets if node.parent]
    above = _common([dict(_flipped(surroundings(node))) for node in parents])
    around = _common([_around(node) for node in targets])
    nearest = nsmallest(CLOSE, ((price, css) for css, price in around.items()))
    for css, price in own.items():
        yield price + ALONE * (css in _VAGUE_TAGS), css
        for parent, parent_price in above.items():
            yield price + parent_price + 5, f"{parent} > {css}"
        for (outer_price, outer), (inner_price, inner) in permutations(nearest, 2):
            yield price + outer_price + inner_price + 9, f"{outer} {inner} {css}"
        for ancestor, ancestor_price in around.items():
            yield price + ancestor_price + 4, f"{ancestor} {css}"
            for parent, parent_price in above.items():
                total = price + ancestor_price + parent_price + 10
                yield total, f"{ancestor} {parent} > {css}"
                if parent != ancestor:
                    yield total + 1, f"{ancestor} > {parent} > {css}"


def _around(node: Node) -> dict[str, float]:
    """What surrounds a node, by name; what is further out costs a little more."""
    found: dict[str, float] = {}
    for level, ancestor in enumerate(node.ancestors()):
        for price, css in surroundings(ancestor):
            found.setdefault(css, price + level)
    return found


def _common(prices: Sequence[dict[str, float]]) -> dict[str, float]:
    """What all have in common, at the highest price."""
    if not prices:
        return {}
    names = reduce(set.intersection, map(set, prices))
    return {name: max(each[name] for each in prices) for name in names}


def _flipped(priced: Iterator[Priced]) -> Iterator[tuple[str, float]]:
    for price, css in priced:
        yield css, price


def _price(name: str) -> float:
    price = 10 + len(name) / 10
    if is_utility(name) or is_state(name):
        price += 25
    elif is_telling(name):
        price -= 1.5
    if is_numbered(name):
        price += 40
    return price


def _tag_price(tag: str) -> float:
    if tag in _SEMANTIC_TAGS:
        return 9
    return 22 if tag in _VAGUE_TAGS else 14
