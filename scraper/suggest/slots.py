"""What a selector would take from each record: for every name in the records, the first node of that name."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from scraper.suggest.outline import Node
from scraper.suggest.selectors import compounds
from scraper.suggest.texts import date_share

MOST_HAVE = 0.8
"""The share of records that must have what is to be a field."""

SOME_HAVE = 0.5
SHORT = 60
"""Characters of a date, a price or a name, at most."""


@dataclass(frozen=True)
class Slot:
    """A selector, its price (see `selectors`), and what it matches first in each record: a node or None."""

    css: str
    price: float
    nodes: tuple[Node | None, ...]

    @cached_property
    def found(self) -> list[Node]:
        """The nodes, without the gaps."""
        return [node for node in self.nodes if node is not None]

    @cached_property
    def texts(self) -> list[str]:
        """The texts of the nodes that have one."""
        return [node.text for node in self.found if node.text]

    @property
    def coverage(self) -> float:
        """The share of records where it has text."""
        return len(self.texts) / len(self.nodes)

    @cached_property
    def distinct(self) -> float:
        """The share of texts that are different ones."""
        return len(set(self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def length(self) -> float:
        """The mean length of its texts."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0


def best(slots: Sequence[Slot], score: Callable[[Slot], float]) -> Slot | None:
    """The slot with the highest score above 0; of equals, the cheapest."""
    rated = [(score(slot), -slot.price, slot) for slot in slots]
    best = max(rated, key=lambda each: each[:2], default=None)
    return best[2] if best and best[0] > 0 else None


def is_of_most(values: Sequence[str], slot: Slot) -> bool:
    """Whether a slot's values, one a node, are all there, and in most records."""
    return all(values) and len(values) >= MOST_HAVE * len(slot.nodes)


def share(nodes: Sequence[Node], has: Callable[[Node], bool]) -> float:
    """The share of nodes of which something is true."""
    return sum(map(has, nodes)) / len(nodes) if nodes else 0.0


def is_date(slot: Slot) -> bool:
    """Whether the texts of a slot are dates, by their form."""
    if slot.coverage < MOST_HAVE or slot.length > SHORT:
        return False
    dated = [text for text in slot.texts if date_share(text) > 0.5]
    return len(dated) >= MOST_HAVE * len(slot.texts)


def slots_of(records: Sequence[Node]) -> list[Slot]:
    """The slots of records, one for each different set of nodes: the cheapest selector of those that match it."""
    first: dict[str, list[Node | None]] = defaultdict(lambda: [None] * len(records))
    price: dict[str, float] = defaultdict(float)
    for place, record in enumerate(records):
        for cost, css, node in _named(record):
            price[css] = max(price[css], cost)
            if first[css][place] is None:
                first[css][place] = node
    cheapest: dict[tuple[Node | None, ...], Slot] = {}
    for css, nodes in first.items():
        slot = Slot(css, price[css], tuple(nodes))
        known = cheapest.get(slot.nodes)
        if known is None or (slot.price, slot.css) < (known.price, known.css):
            cheapest[slot.nodes] = slot
    return list(cheapest.values())


def _named(record: Node) -> list[tuple[float, str, Node]]:
    """Every short selector for a node of a record, in document order of the nodes."""
    found = []
    above: dict[Node, dict[str, float]] = {}
    for node in record.walk():
        own = [*compounds(node), *_cells(node)]
        inherited = above.get(node.parent, {}) if node.parent else {}
        # What the record itself is called need not be said.
        above[node] = {**inherited}
        if node is record:
            found += [(cost, css, node) for cost, css in own]
            continue
        for cost, css in own:
            found.append((cost, css, node))
            known = above[node].get(css, cost)
            above[node][css] = min(known, cost)
            for ancestor, price in inherited.items():
                found.append((price + cost + 4, f"{ancestor} {css}", node))
    return found


def _cells(node: Node) -> list[tuple[float, str]]:
    """A table's cell by its column, where nothing else tells it from the others."""
    if node.tag != "td" or node.classes or node.parent is None:
        return []
    column = node.parent.children.index(node) + 1
    return [(25.0, f"td:nth-child({column})")]
