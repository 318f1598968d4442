"""What a selector would take from each record: for every name in the records, the first node of that name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from scraper.suggest.outline import Node
from scraper.suggest.selectors import compounds


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
