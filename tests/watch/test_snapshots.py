"""Snapshots: right, cheap for the database, and without a trace in it."""

from typing import Any

import pytest
from sqlalchemy import URL, Engine, event, text

from scraper.storage import (
    crawls,
    leases,
    open_database,
    pages,
    transaction,
    watching,
    workers,
)
from scraper.watch.snapshots import SHARE, Snapshots
from tests.storage.crawling import begin, begin_with_topics, land, lease, store
from tests.watch.snapshots import status


class Clock:
    """A clock that each count of pages moves on by `cost` seconds."""

    def __init__(self, engine: Engine) -> None:
        self.now = 0.0
        self.cost = 0.0
        self.counts = 0
        event.listen(engine, "before_cursor_execute", self._executed)

    def __call__(self) -> float:
        return self.now

    def _executed(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "GROUP BY" in statement:
            self.counts += 1
            self.now += self.cost


@pytest.fixture
def clock(engine: Engine) -> Clock:
    return Clock(engine)


@pytest.fixture
def crawl_id(engine: Engine) -> int:
    """Two topics: one of ten pages, of which one is done, one failed, one leased; one that is not read yet."""
    with transaction(engine) as connection:
        crawl_id = begin_with_topics(connection, "a", "b")
        first, _ = lease(connection, crawl_id)
        land(connection, first, last=10)
        store(connection, first, [1, 2, 3])
        leases.release(connection, crawl_id, "me")
        taken = lease(connection, crawl_id, 3)
        bad = next(page for page in taken if page.number == 2)
        pages.failed(connection, bad.id, attempts=6, reason="HTTP 500", owner="me")
        workers.join(connection, crawl_id, "me")
    return crawl_id


def beat(engine: Engine, crawl_id: int, **said: Any) -> None:
    with transaction(engine) as connection:
        assert workers.heartbeat(connection, crawl_id, "me", status(**said))


def test_a_crawl_at_a_moment(engine: Engine, crawl_id: int) -> None:
    beat(engine, crawl_id, pages_per_second=2.5)
    now = Snapshots(engine, crawl_id).take()
    assert now is not None
    assert now.is_running
    assert (now.known, now.done, now.failed, now.left, now.articles) == (11, 1, 1, 9, 3)
    topics = [(one.name, one.known, one.in_work) for one in now.topics]
    assert topics == [("a", 10, 1), ("b", 1, 1)]
    assert now.rate == 2.5
    assert [one.name for one in now.workers] == ["me"]


def test_a_crawl_that_nobody_works_on(engine: Engine, crawl_id: int) -> None:
    with transaction(engine) as connection:
        workers.leave(connection, crawl_id, "me")
    now = Snapshots(engine, crawl_id).take()
    assert now is not None
    assert not now.is_running
    (failure,) = now.failures
    assert (failure.topic, failure.number, failure.reason) == ("a", 2, "HTTP 500")


def test_there_is_no_such_crawl(engine: Engine) -> None:
    assert Snapshots(engine, 99).take() is None


def test_the_running_crawl_is_watched_else_the_last(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert watching.to_watch(connection) is None
        running = begin(connection, "one")
        workers.join(connection, running, "me")
        last = begin(connection, "two")
        assert watching.to_watch(connection) == running
        workers.leave(connection, running, "me")
        assert watching.to_watch(connection) == last


def test_a_crawl_that_has_ended_took_as_long_as_it_took(
    engine: Engine, crawl_id: int
) -> None:
    with transaction(engine) as connection:
        crawls.finish(connection, crawl_id, "finished")
        connection.execute(text("UPDATE crawls SET finished = started + 60"))
        found = watching.read_crawl(connection, crawl_id)
    assert found is not None
    assert (round(found.seconds), found.reason) == (60, "finished")


def test_what_takes_long_to_count_is_counted_less_often(
    engine: Engine, crawl_id: int, clock: Clock
) -> None:
    snapshots = Snapshots(engine, crawl_id, clock)
    clock.cost = 1.0
    for _ in range(100):
        assert snapshots.take() is not None
        clock.now += 1.0
    assert clock.counts <= 100 * SHARE + 1
    clock.cost, clock.counts = 0.0, 0
    clock.now += 1 / SHARE
    for _ in range(10):
        snapshots.take()
        clock.now += 1.0
    assert clock.counts == 10


def test_in_between_the_workers_say_how_it_gets_on(
    engine: Engine, crawl_id: int, clock: Clock
) -> None:
    snapshots = Snapshots(engine, crawl_id, clock)
    clock.cost = 1.0
    beat(engine, crawl_id, pages_done=1, pages_failed=1, articles=3)
    snapshots.take()
    beat(engine, crawl_id, pages_done=5, pages_failed=2, articles=99)
    now = snapshots.take()
    assert now is not None
    assert clock.counts == 1
    assert (now.done, now.failed, now.articles) == (1 + 4, 1 + 1, 3 + 96)
    beat(engine, crawl_id, pages_done=500, pages_failed=2, articles=99)
    now = snapshots.take()
    assert now is not None
    assert (now.done, now.failed, now.left) == (9, 2, 0)  # never more than there are


def test_it_only_reads(engine: Engine, crawl_id: int, url: URL) -> None:
    beat(engine, crawl_id)
    said: list[str] = []

    def executed(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement.split()[0])

    reading = open_database(url, create=False)
    event.listen(reading, "before_cursor_execute", executed)
    Snapshots(reading, crawl_id).take()
    reading.dispose()
    assert "SELECT" in said
    assert set(said) <= {"SELECT", "BEGIN"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_it_waits_for_no_writer(engine: Engine, crawl_id: int) -> None:
    with transaction(engine) as writing:
        writing.execute(text("UPDATE crawls SET site = 'other'"))
        now = Snapshots(engine, crawl_id).take()
    assert now is not None
    assert now.crawl.site == "site"
