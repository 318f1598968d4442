"""Snapshots: what is known of a crawl at a moment, read in a way that does not weigh on its database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from sqlalchemy import Connection, Engine

from scraper.storage import transaction, watching, workers
from scraper.storage.states import CrawlState
from scraper.storage.watching import CrawlNow, Failure, TopicNow
from scraper.storage.workers import WorkerRow

SHARE = 0.05
"""Part of the time that counting pages may take; a crawl of very many is counted less often."""

FAILURES = 5
"""Failed pages named of a crawl that is not at work."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A crawl at a moment. `topics` were counted `age` seconds before; `done`, `failed` and `articles` are of now."""

    crawl: CrawlNow
    workers: Sequence[WorkerRow]
    topics: Sequence[TopicNow]
    age: float
    known: int
    done: int
    failed: int
    articles: int
    failures: Sequence[Failure]

    @property
    def is_running(self) -> bool:
        """Whether a process is at work on it."""
        return self.crawl.state is CrawlState.RUNNING and bool(self.workers)

    @property
    def left(self) -> int:
        """The pages not settled yet."""
        return max(self.known - self.done - self.failed, 0)

    @property
    def rate(self) -> float:
        """Pages a second, of all workers."""
        return sum(one.status.get("pages_per_second", 0.0) for one in self.workers)


@dataclass(frozen=True, slots=True)
class _Counted:
    topics: Sequence[TopicNow]
    at: float
    took: float
    by_worker: dict[str, tuple[int, int, int]]


class Snapshots:
    """Takes snapshots of one crawl. Between two counts of its pages, what its workers say is added to the last one."""

    def __init__(
        self, engine: Engine, crawl_id: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._engine = engine
        self._crawl_id = crawl_id
        self._clock = clock
        self._counted: _Counted | None = None

    def take(self) -> Snapshot | None:
        """How things are now; None if there is no such crawl.

        Raises:
            StorageError: the database failed.
        """
        with transaction(self._engine, reads_only=True) as connection:
            crawl = watching.read_crawl(connection, self._crawl_id)
            if crawl is None:
                return None
            living = workers.living(connection, self._crawl_id)
            is_running = crawl.state is CrawlState.RUNNING and bool(living)
            counted = self._count(connection, living, is_running)
            failures = (
                []
                if is_running
                else watching.read_failures(connection, self._crawl_id, FAILURES)
            )
        return self._snapshot(crawl, living, counted, failures)

    def _count(
        self, connection: Connection, living: Sequence[WorkerRow], is_running: bool
    ) -> _Counted:
        began, last = self._clock(), self._counted
        if last is not None and is_running and began < last.at + last.took / SHARE:
            return last
        topics = watching.count_topics(connection, self._crawl_id)
        took = self._clock() - began
        by_worker = {one.name: _counts(one) for one in living}
        self._counted = _Counted(topics, began, took, by_worker)
        return self._counted

    def _snapshot(
        self,
        crawl: CrawlNow,
        living: Sequence[WorkerRow],
        counted: _Counted,
        failures: Sequence[Failure],
    ) -> Snapshot:
        more = [_since(one, counted) for one in living]
        topics = counted.topics
        known = sum(topic.known for topic in topics)
        done = sum(topic.done for topic in topics) + sum(one[0] for one in more)
        failed = sum(topic.failed for topic in topics) + sum(one[1] for one in more)
        failed = min(failed, known)
        return Snapshot(
            crawl=crawl,
            workers=living,
            topics=topics,
            age=self._clock() - counted.at,
            known=known,
            done=min(done, known - failed),
            failed=failed,
            articles=sum(topic.articles for topic in topics)
            + sum(one[2] for one in more),
            failures=failures,
        )


def _counts(worker: WorkerRow) -> tuple[int, int, int]:
    status = worker.status
    return (
        status.get("pages_done", 0),
        status.get("pages_failed", 0),
        status.get("articles", 0),
    )


def _since(worker: WorkerRow, counted: _Counted) -> tuple[int, int, int]:
    """What a worker has done since the pages were counted: pages done, pages failed, articles."""
    then = counted.by_worker.get(worker.name, (0, 0, 0))
    done, failed, articles = (
        max(now - before, 0) for now, before in zip(_counts(worker), then, strict=True)
    )
    return done, failed, articles
