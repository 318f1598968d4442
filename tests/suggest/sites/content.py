"""What the sites of the layouts are about: topics with articles, the same ones each time."""

# ruff: noqa: E501 - the lines are as long as those of the themes

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count, islice

_SUBJECTS = (
    "harbour", "lantern", "orchard", "violin", "glacier", "compass", "saddle", "kettle",
    "archive", "balcony", "meadow", "furnace", "ledger", "pigeon", "quarry", "ribbon",
)  # fmt: skip
_KINDS = ("quiet", "crooked", "northern", "painted", "second", "borrowed", "winter")
_SENTENCES = (
    "Nobody in the village remembered who had built it.",
    "It took three summers and a good deal of patience.",
    "The drawings were found in a drawer, folded twice.",
    "Prices have gone up since, as have the doubts.",
    "A short account of what went wrong, and why.",
)
_AUTHORS = ("Ada Berg", "Lin Wei", "Omar Said", "Ines Prado")


@dataclass(frozen=True)
class Entry:
    """One article."""

    id: int
    title: str
    slug: str
    text: str
    day: date
    price: str
    author: str

    @property
    def iso(self) -> str:
        return self.day.isoformat() + "T08:00:00+00:00"

    @property
    def said(self) -> str:
        """The day as people write it: March 4, 2025."""
        return f"{self.day:%B} {self.day.day}, {self.day.year}"


@dataclass(frozen=True)
class Topic:
    """One topic."""

    id: int
    name: str
    slug: str
    entries: Sequence[Entry]

    def pages(self, size: int) -> list[Sequence[Entry]]:
        """Its articles, by pages."""
        return chunks(self.entries, size)


@dataclass(frozen=True)
class Site:
    """The pages of a site by path and query, the page to begin at, and the articles there are.

    `expected` has for each article some of its fields; `url` is a path.
    """

    pages: Mapping[str, str]
    expected: Sequence[Mapping[str, str]]
    start: str = "/"
    topics: int = 1
    doubts: Sequence[str] = field(default_factory=tuple)


def chunks(entries: Sequence[Entry], size: int) -> list[Sequence[Entry]]:
    return [entries[at : at + size] for at in range(0, len(entries), size)] or [[]]


def topics(names: str, *sizes: int) -> list[Topic]:
    """Topics of these names (separated by commas) and numbers of articles."""
    every = _entries()
    return [
        Topic(number, name.strip(), name.strip().lower().replace(" ", "-"), list(islice(every, size)))
        for number, (name, size) in enumerate(zip(names.split(","), sizes, strict=True), 1)
    ]  # fmt: skip


def all_entries(found: Sequence[Topic]) -> list[Entry]:
    return [entry for topic in found for entry in topic.entries]


def page(title: str, body: str, *, body_class: str = "", head: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<link rel="stylesheet" href="/style.css">\n{head}\n</head>\n<body class="{body_class}">\n{body}\n</body>\n</html>\n'
    )


def _entries() -> Iterator[Entry]:
    for number in count(1):
        subject = _SUBJECTS[number % len(_SUBJECTS)]
        kind = _KINDS[number * 3 % len(_KINDS)]
        title = f"The {kind} {subject} of {1900 + number}"
        sentences = [_SENTENCES[(number + n) % 5] for n in range(1 + number % 3)]
        yield Entry(
            id=number,
            title=title,
            slug=title.lower().replace(" ", "-"),
            text=f"About the {subject}, part {number}. " + " ".join(sentences),
            day=date(2025, 12, 24) - timedelta(days=number * 2),
            price=f"{7 + number * 13 % 80}.{number % 10}0",
            author=_AUTHORS[number % 4],
        )
