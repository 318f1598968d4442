"""Which topics of a crawl are shown, when there are too many to show all."""

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.account import TopicAccount

CHARTED = 40
"""Topics that get a bar; what has gone wrong comes first, then what is large."""

LISTED = 2000
"""Topics in the table of all."""


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One line: a topic, or several in sum. Pages: `done` includes those that are `short`."""

    name: str
    expected: int
    done: int
    failed: int
    left: int
    short: int
    articles: int

    @classmethod
    def of(cls, *topics: TopicAccount, name: str = "") -> "TopicRow":
        """The line of a topic, or of several under one name."""
        return cls(
            name or topics[0].topic,
            sum(topic.expected for topic in topics),
            sum(topic.done for topic in topics),
            sum(topic.failed for topic in topics),
            sum(topic.left for topic in topics),
            sum(len(topic.short) for topic in topics),
            sum(topic.unique for topic in topics),
        )

    @property
    def segments(self) -> list[tuple[str, float]]:
        """The parts of its bar, each a name and its percentage of the line's pages."""
        parts = {
            "done": self.done - self.short,
            "short": self.short,
            "failed": self.failed,
            "left": self.left,
        }
        whole = max(self.expected, 1)
        return [(name, 100 * part / whole) for name, part in parts.items() if part]


@dataclass(frozen=True, slots=True)
class TopicRows:
    """The lines with a bar, what is not among them in sum, and the lines of the table of all (none: no need)."""

    charted: Sequence[TopicRow]
    rest: TopicRow | None
    listed: Sequence[TopicRow]
    not_listed: int

    @property
    def most(self) -> int:
        """The pages of the largest topic with a bar, at least 1: the width of the chart."""
        return max([1, *(row.expected for row in self.charted)])


def choose(topics: Sequence[TopicAccount]) -> TopicRows:
    """The worst and the largest topics with bars, in their order on the site if that is all of them."""
    if len(topics) <= CHARTED:
        return TopicRows([TopicRow.of(topic) for topic in topics], None, [], 0)
    ranked = sorted(topics, key=_rank)
    rest = ranked[CHARTED:]
    return TopicRows(
        [TopicRow.of(topic) for topic in ranked[:CHARTED]],
        TopicRow.of(*rest, name=f"{len(rest):,} more topics"),
        [TopicRow.of(topic) for topic in topics[:LISTED]],
        max(len(topics) - LISTED, 0),
    )


def _rank(topic: TopicAccount) -> tuple[int, int, int]:
    return -(topic.failed + topic.left), -len(topic.short), -topic.expected
