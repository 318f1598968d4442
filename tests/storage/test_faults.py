"""A database that fails while a crawl writes: a clear reason, nothing half stored, and the crawl goes on later."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, event

from scraper.storage import (
    CorruptDatabaseError,
    StorageError,
    Writer,
    articles,
    leases,
    open_database,
    pages,
    set_aside,
    transaction,
)
from scraper.storage.pages import DonePage
from tests.storage.crawling import article, begin, begin_with_pages, only_sqlite, topic

pytestmark = only_sqlite

WAIT = 30.0


def store_pages(writer: Writer, crawl_id: int, count: int) -> int:
    """Store the next pages, each in a commit of its own; returns how many were stored before the database failed."""
    taken = writer.submit(lambda c: leases.lease(c, crawl_id, count, "me", 60)).result(
        WAIT
    )
    stored = 0
    for page in taken:
        found = [article(page.id * 100 + n, text="x" * 500) for n in range(10)]
        done = DonePage(page.id, found, seen=10)
        try:
            assert writer.submit_item(pages.store, done).result(WAIT).is_first
        except StorageError:
            break
        stored += 1
    return stored


def test_a_full_disk_stops_the_crawl_which_goes_on_when_there_is_room(url: URL) -> None:
    with transaction(open_database(url)) as connection:
        crawl_id = begin_with_pages(connection, last=50)
        size = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    small = open_database(url)

    @event.listens_for(small, "connect")
    def limit(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {size + 40}")

    with Writer(small, linger=0) as writer:
        stored = store_pages(writer, crawl_id, 50)
        assert 0 < stored < 50
        assert (
            str(writer.error)
            == f"The crawl database {url.database} failed: database or disk is full"
        )

    engine = open_database(url)
    with transaction(engine) as connection:
        assert topic(connection, crawl_id).done == stored
        assert articles.count(connection, crawl_id) == stored * 10
        leases.release(connection, crawl_id, "me")
    with Writer(engine) as writer:
        assert store_pages(writer, crawl_id, 50) == 50 - stored
    with transaction(engine) as connection:
        assert topic(connection, crawl_id).done == 50
        assert articles.count(connection, crawl_id) == 500


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Another program holds the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_database_that_stays_locked_stops_the_crawl(url: URL) -> None:
    engine = open_database(url, timeout=0.1)
    writer = Writer(engine, linger=0)
    with locked(str(url.database)):
        with pytest.raises(
            StorageError, match=f"{url.database} failed: database is locked"
        ):
            writer.submit(begin).result(WAIT)
        with pytest.raises(StorageError, match="database is locked"):
            writer.submit(begin).result(WAIT)
    writer.close()
    with Writer(engine) as writer:
        assert writer.submit(begin).result(WAIT) == 1


def test_a_database_that_is_locked_for_a_moment_is_waited_for(url: URL) -> None:
    with Writer(open_database(url), linger=0) as writer:
        with locked(str(url.database)):
            future = writer.submit(begin)
        assert future.result(WAIT) == 1


@pytest.mark.parametrize("replaced", [True, False])
def test_a_database_that_is_gone_stops_the_crawl(replaced: bool, url: URL) -> None:
    path = Path(str(url.database))
    with Writer(open_database(url), linger=0) as writer:
        crawl_id = writer.submit(begin).result(WAIT)
        assert crawl_id == 1
        path.rename(path.with_name("elsewhere.db"))
        if replaced:
            path.touch()
        with pytest.raises(StorageError, match=f"{path} was deleted or replaced"):
            writer.submit(begin).result(WAIT)


def test_a_database_that_is_gone_before_the_writer_starts(url: URL) -> None:
    engine = open_database(url)
    os.unlink(str(url.database))
    with pytest.raises(StorageError, match="was deleted"):
        Writer(engine)


def test_damage_found_in_the_middle_stops_the_crawl(url: URL) -> None:
    path = Path(str(url.database))
    with transaction(open_database(url)) as connection:
        crawl_id = begin_with_pages(connection, last=5000)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(os.urandom(size // 3))
    damaged = path.read_bytes()
    with Writer(open_database(url), linger=0) as writer:
        with pytest.raises(
            CorruptDatabaseError,
            match=f"{path} is damaged: database disk image is malformed",
        ):
            writer.submit(lambda c: topic(c, crawl_id)).result(WAIT)
        assert isinstance(writer.error, CorruptDatabaseError)
    kept = set_aside(url)
    assert kept.read_bytes() == damaged
    with transaction(open_database(url)) as connection:
        assert begin(connection) == 1
