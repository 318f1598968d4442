"""What a report says, drawn up when a crawl has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from scraper.account import TopicAccount
from scraper.frontier import FailedPage, Frontier
from scraper.report.comparison import Comparison
from scraper.report.sampling import Series
from scraper.report.shown_settings import ShownSetting
from scraper.report.topic_rows import TopicRow, TopicRows, choose
from scraper.storage.workers import WorkerRow

SHOWN_FAILURES = 200
SHOWN_SHORT = 50
SHOWN_WORKERS = 50


@dataclass(frozen=True, slots=True)
class Run:
    """The crawl that a report is of, and its last run in this process, of which `series` has the course.

    `crawl_id` is None without a crawl database; `shared` tells that other workers may
    have had a part in it. `started` and `ended` are aware.
    """

    site: str
    index: str
    crawl_id: int | None
    resumed: bool
    shared: bool
    finish_reason: str
    started: datetime
    ended: datetime
    series: Series
    settings: Sequence[ShownSetting]
    version: str

    @property
    def seconds(self) -> float:
        """How long this run took."""
        return (self.ended - self.started).total_seconds()


@dataclass(frozen=True, slots=True)
class ShortPages:
    """The numbers of pages of a topic that show fewer articles than most."""

    topic: str
    numbers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Report:
    """All that the page says. `failures` and `short` are the first of them; `failed` and `short_topics` count all."""

    run: Run
    total: TopicRow
    duplicates: int
    topic_count: int
    topics: TopicRows
    failed: int
    failures: Sequence[FailedPage]
    short: Sequence[ShortPages]
    short_topics: int
    comparison: Comparison | None
    workers: Sequence[WorkerRow]


def draw_up(
    frontier: Frontier,
    run: Run,
    comparison: Comparison | None = None,
    workers: Sequence[WorkerRow] = (),
) -> Report:
    """The report of a crawl whose accounts are closed, and of the workers that shared it.

    Raises:
        StorageError: the crawl database failed.
    """
    topics = [TopicAccount.of(topic) for topic in frontier.topics]
    short = [topic for topic in topics if topic.short]
    return Report(
        run=run,
        total=TopicRow.of(*topics, name="All"),
        duplicates=sum(topic.duplicates for topic in topics),
        topic_count=len(topics),
        topics=choose(topics),
        failed=frontier.failed_count,
        failures=list(frontier.failures(SHOWN_FAILURES)),
        short=[ShortPages(topic.topic, topic.short) for topic in short[:SHOWN_SHORT]],
        short_topics=len(short),
        comparison=comparison,
        workers=workers[:SHOWN_WORKERS],
    )
