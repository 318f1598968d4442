"""How many articles the pages of a topic show, to find those that show too few."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

KEPT = 100
"""Page numbers kept of each size; a topic has few sizes, and most of its pages are of one."""


@dataclass(slots=True)
class PageSizes:
    """Counts the pages of a topic by the articles they show, with the first numbers of each size."""

    _count: Counter[int] = field(default_factory=Counter)
    _numbers: dict[int, list[int]] = field(default_factory=dict)

    def add(self, number: int, articles: int) -> None:
        """Page `number` shows so many articles."""
        self._count[articles] += 1
        numbers = self._numbers.setdefault(articles, [])
        if len(numbers) < KEPT:
            numbers.append(number)

    def add_all(self, articles: int, pages: int, numbers: Iterable[int]) -> None:
        """So many `pages` show so many `articles`, those with these `numbers` among them."""
        self._count[articles] += pages
        self._numbers.setdefault(articles, []).extend(numbers)

    def short(self, last: int) -> list[int]:
        """The pages with fewer articles than most have, `last` aside, which may be partly full."""
        if not self._count:
            return []
        usual = max(self._count, key=lambda size: (self._count[size], size))
        return sorted(
            number
            for size, numbers in self._numbers.items()
            if size < usual
            for number in numbers
            if number != last
        )
