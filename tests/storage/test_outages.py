"""A server that goes away while a crawl writes: it is waited for, and all is committed once."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from sqlalchemy import URL, Connection, Engine, update

from scraper.storage import (
    StorageError,
    Writer,
    articles,
    leases,
    open_database,
    pages,
    transaction,
)
from scraper.storage.leases import LeasedPage
from scraper.storage.outages import logger
from scraper.storage.pages import DonePage, Stored
from scraper.storage.schema import topics
from tests.servers.gate import Gate
from tests.servers.postgresql import PostgreSQL
from tests.storage.crawling import (
    article,
    begin,
    begin_with_pages,
    begin_with_topics,
    only_postgresql,
    topic,
)

pytestmark = [only_postgresql, pytest.mark.slow]

WAIT = 60.0
PAGES = 30


class Said(logging.Handler):
    """What is said of outages. `lost` is set as soon as a server is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = threading.Event()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())
        self.lost.set()


@pytest.fixture
def said() -> Iterator[Said]:
    handler = Said()
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.fixture
def gate(postgresql: PostgreSQL) -> Iterator[Gate]:
    with Gate(postgresql.port) as gate:
        yield gate


def lease_all(engine: Engine) -> tuple[int, list[LeasedPage]]:
    """A crawl, all of whose pages are handed out."""
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, PAGES)
        return crawl_id, leases.lease(connection, crawl_id, PAGES, "me", 600)


def store(writer: Writer, page: LeasedPage) -> Future[Stored]:
    """Store a page of three articles, of which the first is the last of the page before."""
    assert page.number is not None
    found = [article(page.number * 2 + n) for n in range(3)]
    return writer.submit_item(pages.store, DonePage(page.id, found, seen=3))


def check(engine: Engine, crawl_id: int, stored: list[Stored]) -> None:
    """See that the database has each article once, and that the pages were told what it has."""
    assert all(what.is_first for what in stored)
    told = sum(len(what.new) for what in stored)
    with transaction(engine, reads_only=True) as connection:
        titles = [
            row.fields["title"] for row in articles.read_all(connection, crawl_id)
        ]
        counts = topic(connection, crawl_id)
    assert sorted(titles) == sorted(f"Article {n}" for n in range(2, PAGES * 2 + 3))
    assert told == len(titles) == counts.new
    assert (counts.done, counts.seen) == (PAGES, PAGES * 3)


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_restart_in_the_middle_loses_nothing(
    mode: str, engine: Engine, postgresql: PostgreSQL
) -> None:
    crawl_id, taken = lease_all(engine)
    with Writer(engine, batch=3, linger=0) as writer:
        futures = [store(writer, page) for page in taken]
        futures[4].result(WAIT)
        postgresql.restart(mode)
        stored = [future.result(WAIT) for future in futures]
    check(engine, crawl_id, stored)


def test_while_the_server_is_away_operations_wait(
    engine: Engine, url: URL, postgresql: PostgreSQL, said: Said
) -> None:
    crawl_id, taken = lease_all(engine)
    with Writer(engine, batch=10, linger=0, capacity=15) as writer:
        store(writer, taken[0]).result(WAIT)
        postgresql.stop()
        futures = [store(writer, page) for page in taken[1:11]]
        assert said.lost.wait(WAIT)
        handing_in = threading.Thread(
            target=lambda: futures.extend([store(writer, page) for page in taken[11:]])
        )
        handing_in.start()
        handing_in.join(0.3)
        assert handing_in.is_alive(), "nothing held it back"
        assert not any(future.done() for future in futures)
        postgresql.start()
        handing_in.join(WAIT)
        stored = [future.result(WAIT) for future in futures]
    check(engine, crawl_id, [Stored(True, [0, 1, 2]), *stored])
    lost, back = said.lines
    database = url.render_as_string(hide_password=True)
    assert lost.startswith(f"Lost the crawl database {database} (")
    assert lost.endswith("trying again for up to 120 s")
    assert back.startswith(f"The crawl database {database} is back after ")
    assert "\n" not in lost + back


def test_a_session_that_is_ended_by_the_administrator(
    engine: Engine, postgresql: PostgreSQL
) -> None:
    crawl_id, taken = lease_all(engine)
    with Writer(engine, batch=5, linger=0) as writer:
        futures = [store(writer, page) for page in taken]
        for future in futures[::5]:
            future.result(WAIT)
            postgresql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name LIKE 'scraper%'"
            )
        stored = [future.result(WAIT) for future in futures]
    check(engine, crawl_id, stored)


@pytest.mark.parametrize("answer", [True, False])
def test_what_is_lost_during_the_commit_is_committed_once(
    answer: bool, engine: Engine, url: URL, gate: Gate
) -> None:
    crawl_id, taken = lease_all(engine)
    runs: list[int] = []

    def count(connection: Connection) -> int:
        runs.append(len(runs))
        return len(runs)

    through_gate = open_database(url.set(port=gate.port))
    with Writer(through_gate) as writer:
        writer.submit(begin).result(WAIT)
        gate.lose(b"COMMIT", answer=answer)
        counted = writer.submit(count)
        stored = [store(writer, page) for page in taken]
        check(engine, crawl_id, [future.result(WAIT) for future in stored])
        assert counted.result(WAIT) == len(runs) == (1 if answer else 2)


def test_pages_leased_by_a_commit_whose_answer_was_lost_are_handed_out(
    engine: Engine, url: URL, gate: Gate
) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, PAGES)
    with Writer(open_database(url.set(port=gate.port)), linger=0) as writer:
        numbers = []
        for _ in range(3):
            gate.lose(b"COMMIT", answer=True)
            taken = writer.submit(lambda c: leases.lease(c, crawl_id, 10, "me", 600))
            numbers += [page.number for page in taken.result(WAIT)]
    assert numbers == list(range(1, PAGES + 1))


def test_the_network_is_gone_for_a_while(
    engine: Engine, url: URL, gate: Gate, said: Said
) -> None:
    crawl_id, taken = lease_all(engine)
    with Writer(open_database(url.set(port=gate.port)), batch=4, linger=0) as writer:
        futures = [store(writer, page) for page in taken[:4]]
        futures[3].result(WAIT)
        gate.shut()
        futures += [store(writer, page) for page in taken[4:]]
        assert said.lost.wait(WAIT)
        gate.open()
        stored = [future.result(WAIT) for future in futures]
    check(engine, crawl_id, stored)


def test_patience_has_an_end(url: URL, postgresql: PostgreSQL) -> None:
    engine = open_database(url, patience=0.3)
    crawl_id, taken = lease_all(engine)
    with Writer(engine, batch=10, linger=0) as writer:
        for future in [store(writer, page) for page in taken[:10]]:
            assert future.result(WAIT).is_first
        postgresql.stop()
        futures = [store(writer, page) for page in taken[10:]]
        for future in futures:
            with pytest.raises(StorageError, match=r"The crawl database .* failed: "):
                future.result(WAIT)
        assert isinstance(writer.error, StorageError)
        with pytest.raises(StorageError):
            store(writer, taken[0]).result(WAIT)
    postgresql.start()
    with transaction(open_database(url)) as connection:
        assert topic(connection, crawl_id).done == 10


def test_to_connect_a_server_is_waited_for(
    engine: Engine, postgresql: PostgreSQL, said: Said
) -> None:
    postgresql.stop()
    starting = threading.Thread(target=_start_when_missed, args=(postgresql, said))
    starting.start()
    with transaction(engine) as connection:
        assert begin(connection)
    starting.join(WAIT)


def _start_when_missed(postgresql: PostgreSQL, said: Said) -> None:
    assert said.lost.wait(WAIT)
    postgresql.start()


def test_a_server_that_is_away_at_the_start_is_an_error(
    url: URL, postgresql: PostgreSQL, said: Said
) -> None:
    postgresql.stop()
    with pytest.raises(StorageError, match=r"failed: .*Connection refused"):
        open_database(url)
    assert said.lines == []


@contextmanager
def two_writers(engine: Engine) -> Iterator[tuple[Writer, Writer]]:
    with Writer(engine) as one, Writer(engine) as other:
        yield one, other


def test_a_deadlock_is_resolved(engine: Engine, said: Said) -> None:
    with transaction(engine) as connection:
        begin_with_topics(connection, "a", "b")
    meeting = threading.Barrier(2)
    runs: list[str] = []

    def touching(*names: str) -> Callable[[Connection], str]:
        def operation(connection: Connection) -> str:
            runs.append(names[0])
            for name in names:
                connection.execute(
                    update(topics).where(topics.c.name == name).values(ends_at=1)
                )
                if runs.count(names[0]) == 1 and name == names[0]:
                    meeting.wait(WAIT)
            return names[0]

        return operation

    with two_writers(engine) as (one, other):
        futures = one.submit(touching("a", "b")), other.submit(touching("b", "a"))
        assert [future.result(WAIT) for future in futures] == ["a", "b"]
    assert len(runs) == 3
    assert said.lines == [], "nothing was lost"
