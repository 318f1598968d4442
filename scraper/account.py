"""The account of a crawl: what every topic had, what was done of it, and what was not."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from scraper.frontier import FailedPage, Frontier, Topic

SHOWN_TOPICS = 200
SHOWN_FAILURES = 20


@dataclass(frozen=True, slots=True)
class TopicAccount:
    """Pages: `expected` = `done` + `failed` + `left`. Articles: `seen` = `unique` + `duplicates` + `dropped`.

    `short` are the numbers of done pages that show fewer articles than most, and are not the last: they may be cut.
    """

    topic: str
    url: str
    expected: int
    done: int
    failed: int
    left: int
    seen: int
    unique: int
    duplicates: int
    dropped: int
    short: tuple[int, ...]

    @classmethod
    def of(cls, topic: Topic) -> "TopicAccount":
        """The account of one topic of a frontier."""
        return cls(
            topic=topic.name,
            url=topic.url,
            expected=topic.expected,
            done=topic.done,
            failed=topic.failed,
            left=topic.open,
            seen=topic.seen,
            unique=topic.unique,
            duplicates=topic.duplicates,
            dropped=topic.seen - topic.unique - topic.duplicates,
            short=tuple(topic.short),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a whole crawl. `elapsed` is in seconds.

    `failed` counts the failed pages, and the index if that failed; `failures` has the first of them.
    """

    site: str
    index: str
    finish_reason: str
    elapsed: float
    topics: tuple[TopicAccount, ...]
    failures: tuple[FailedPage, ...]
    failed: int

    @classmethod
    def of(
        cls,
        frontier: Frontier,
        *,
        site: str,
        index: str,
        finish_reason: str,
        elapsed: float,
    ) -> "Account":
        """Draw up the account of a crawl that has ended."""
        topics = tuple(TopicAccount.of(topic) for topic in frontier.topics)
        return cls(
            site,
            index,
            finish_reason,
            elapsed,
            topics,
            tuple(frontier.failures(SHOWN_FAILURES)),
            frontier.failed_count,
        )

    def total(self, count: str) -> int:
        """The sum of one count over all topics."""
        return sum(getattr(topic, count) for topic in self.topics)

    def as_dict(self) -> dict[str, Any]:
        """The account as plain values, for JSON."""
        counts = (
            "expected",
            "done",
            "failed",
            "left",
            "seen",
            "unique",
            "duplicates",
            "dropped",
        )
        totals = {count: self.total(count) for count in counts}
        return {**asdict(self), "totals": totals}

    def lines(self) -> Iterator[str]:
        """The account as a person reads it."""
        yield from _table(self.topics)
        yield self._totals()
        yield from self._short_pages()
        yield from self._failed_pages()

    def _totals(self) -> str:
        seconds = max(self.elapsed, 0.001)
        done, unique, left = (
            self.total("done"),
            self.total("unique"),
            self.total("left"),
        )
        not_done = f", {left:,} NOT DONE" if left else ""
        return (
            f"{len(self.topics):,} topics; {self.total('expected'):,} pages: {done:,} done, "
            f"{self.failed:,} failed{not_done}; {self.total('seen'):,} articles: {unique:,} unique, "
            f"{self.total('duplicates'):,} duplicates; {self.elapsed:,.1f} s, "
            f"{done / seconds:,.0f} pages/s, {unique / seconds:,.0f} articles/s"
        )

    def _short_pages(self) -> Iterator[str]:
        for topic in self.topics:
            if topic.short:
                numbers = ", ".join(map(str, topic.short[:SHOWN_FAILURES]))
                more = " ..." if len(topic.short) > SHOWN_FAILURES else ""
                yield f"SHORT {topic.topic!r} page {numbers}{more}: fewer articles than on the other pages"

    def _failed_pages(self) -> Iterator[str]:
        for failure in self.failures:
            where = (
                f"{failure.topic!r} page {failure.number or 'first'}"
                if failure.topic
                else "the index"
            )
            tries = f"{failure.attempts} attempt{'s' * (failure.attempts != 1)}"
            yield f"FAILED {where}, {tries}: {failure.reason} ({failure.url})"
        if (more := self.failed - len(self.failures)) > 0:
            yield f"FAILED and {more:,} more pages"


def _table(topics: Iterable[TopicAccount]) -> Iterator[str]:
    rows = list(topics)
    shown = rows[:SHOWN_TOPICS]
    width = min(40, max((len(row.topic) for row in shown), default=5))
    yield (
        f"{'topic':<{width}} {'pages':>8} {'done':>8} {'failed':>7} {'left':>7} "
        f"{'articles':>9} {'unique':>9} {'duplicate':>9}"
    )
    for row in shown:
        yield (
            f"{row.topic[:width]:<{width}} {row.expected:>8,} {row.done:>8,} {row.failed:>7,} {row.left:>7,} "
            f"{row.seen:>9,} {row.unique:>9,} {row.duplicates:>9,}"
        )
    if len(rows) > SHOWN_TOPICS:
        yield f"... and {len(rows) - SHOWN_TOPICS:,} more topics"
