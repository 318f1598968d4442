"""Snapshots of crawls that never were."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from scraper.storage.states import CrawlState
from scraper.storage.watching import CrawlNow, Failure, TopicNow
from scraper.storage.workers import Status, WorkerRow
from scraper.watch.snapshots import Snapshot

STARTED = datetime(2026, 11, 22, 17, 43, 27, tzinfo=UTC)


def status(**changes: Any) -> Status:
    slot = {"active": 30, "queued": 2, "concurrency": 32, "delay": 0.0, "paused": 0.0}
    warning = {
        "at": STARTED.timestamp(),
        "level": "WARNING",
        "message": "Page 3 failed",
    }
    usual: dict[str, Any] = {
        "pages_done": 400,
        "pages_failed": 1,
        "pages_per_second": 25.0,
        "articles": 12_000,
        "requests": 30,
        "concurrency": 32,
        "slots": {"x.org": slot},
        "threads": ["MainThread", "worker"],
        "memory_mb": 130.4,
        "cpu_seconds": 12.0,
        "errors": [warning],
    }
    found: Any = usual | changes
    said: Status = found
    return said


def worker(name: str = "a", seconds_ago: float = 1.0, **changes: Any) -> WorkerRow:
    return WorkerRow(
        name=name,
        crawl_id=7,
        host="host",
        pid=4711,
        started=STARTED,
        seen=STARTED,
        seconds_ago=seconds_ago,
        status=status(**changes),
    )


def topic(name: str = "Science", done: int = 10, left: int = 20) -> TopicNow:
    failed = 1 if done else 0
    return TopicNow(name, done, failed, left, in_work=1, articles=30 * done)


def snapshot(
    topics: Sequence[TopicNow],
    workers: Sequence[WorkerRow] = (),
    *,
    site: str = "books",
    state: CrawlState = CrawlState.RUNNING,
    reason: str | None = None,
    age: float = 0.0,
    failures: Sequence[Failure] = (),
) -> Snapshot:
    url = "https://x.org/"
    return Snapshot(
        crawl=CrawlNow(7, site, url, state, reason, STARTED, 192.0),
        workers=workers,
        topics=topics,
        age=age,
        known=sum(one.known for one in topics),
        done=sum(one.done for one in topics),
        failed=sum(one.failed for one in topics),
        articles=sum(one.articles for one in topics),
        failures=failures,
    )
