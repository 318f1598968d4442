"""Workers register, show signs of life, and leave."""

import os
import socket

import pytest
from sqlalchemy import Connection, Engine, inspect, update

from scraper.storage import crawls, hosts, transaction, workers
from scraper.storage.migrations import migrate
from scraper.storage.schema import metadata
from scraper.storage.schema import workers as table
from scraper.storage.workers import SILENCE, Role, Status
from tests.storage.crawling import begin

STATUS: Status = {"pages_done": 3, "slots": {}, "errors": []}


def names(connection: Connection, crawl_id: int) -> list[str]:
    return [worker.name for worker in workers.living(connection, crawl_id)]


def silence(connection: Connection, name: str) -> None:
    """Let the last sign of life of a worker be too long ago."""
    late = update(table).where(table.c.name == name)
    connection.execute(late.values(seen=table.c.seen - SILENCE - 1))


def test_a_worker_registers_with_where_it_runs(connection: Connection) -> None:
    crawl_id = begin(connection)
    workers.join(connection, crawl_id, "one")
    (worker,) = workers.living(connection, crawl_id)
    assert (worker.name, worker.crawl_id) == ("one", crawl_id)
    assert (worker.host, worker.pid) == (socket.gethostname(), os.getpid())
    assert 0 <= (worker.seen - worker.started).total_seconds() < 5
    assert 0 <= worker.seconds_ago < 5
    assert worker.status == {}


def test_a_heartbeat_tells_the_status(connection: Connection) -> None:
    crawl_id = begin(connection)
    workers.join(connection, crawl_id, "one")
    assert workers.heartbeat(connection, crawl_id, "one", STATUS)
    (worker,) = workers.living(connection, crawl_id)
    assert worker.status == STATUS


@pytest.mark.parametrize("is_buried", [False, True])
def test_a_worker_that_was_silent_for_long_is_told_so_and_lives_on(
    is_buried: bool, connection: Connection
) -> None:
    crawl_id = begin(connection)
    for name in ("one", "two"):
        workers.join(connection, crawl_id, name)
    silence(connection, "one")
    assert names(connection, crawl_id) == ["two"]
    if is_buried:
        assert workers.bury(connection, crawl_id) == ["one"]
        assert workers.bury(connection, crawl_id) == []
    assert not workers.heartbeat(connection, crawl_id, "one", STATUS)
    assert sorted(names(connection, crawl_id)) == ["one", "two"]
    assert workers.heartbeat(connection, crawl_id, "one", STATUS)


def test_how_long_a_silence_may_be_is_said(connection: Connection) -> None:
    crawl_id = begin(connection)
    workers.join(connection, crawl_id, "one")
    late = update(table).values(seen=table.c.seen - 5)
    connection.execute(late)
    assert workers.living(connection, crawl_id, silence=10)
    assert not workers.living(connection, crawl_id, silence=3)
    assert workers.bury(connection, crawl_id, silence=10) == []
    assert workers.bury(connection, crawl_id, silence=3) == ["one"]


def test_who_shares_a_crawl_of_a_site(connection: Connection) -> None:
    one, other = begin(connection), begin(connection, index_url="https://y.org/")
    workers.join(connection, one, "alone")
    workers.join(connection, one, "sharing", Role.SHARING)
    workers.join(connection, one, "fleet", Role.FLEET)
    workers.join(connection, other, "elsewhere", Role.SHARING)
    found = workers.sharing(connection, "site", "https://x.org/")
    assert {(row.name, row.role) for row in found} == {
        ("sharing", Role.SHARING),
        ("fleet", Role.FLEET),
    }


def test_who_leaves_is_not_alive(connection: Connection) -> None:
    crawl_id = begin(connection)
    for name in ("one", "two"):
        workers.join(connection, crawl_id, name)
    workers.leave(connection, crawl_id, "one")
    assert names(connection, crawl_id) == ["two"]
    assert [row.name for row in workers.read_all(connection, crawl_id)] == [
        "one",
        "two",
    ]


def test_workers_are_those_of_one_crawl(connection: Connection) -> None:
    one, other = begin(connection), begin(connection, "other")
    workers.join(connection, one, "one")
    workers.join(connection, other, "other")
    assert names(connection, one) == ["one"]
    assert not workers.heartbeat(connection, other, "one", STATUS)


def test_they_are_deleted_with_their_crawl(connection: Connection) -> None:
    crawl_id = begin(connection)
    workers.join(connection, crawl_id, "one")
    while crawls.delete_some(connection, crawl_id):
        pass
    assert connection.exec_driver_sql("SELECT count(*) FROM workers").scalar() == 0


def test_tables_and_columns_are_added_to_an_older_schema(engine: Engine) -> None:
    with transaction(engine) as connection:
        made_now = columns(connection)
        for table in ("workers", "hosts"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        for column in ("index_reader", "index_error", "index_next", "finisher"):
            connection.exec_driver_sql(f"ALTER TABLE crawls DROP COLUMN {column}")
        for column in ("first_shown", "last_shown"):
            connection.exec_driver_sql(f"ALTER TABLE topics DROP COLUMN {column}")
        connection.exec_driver_sql("UPDATE schema_version SET version = 1")
        migrate(connection)
        assert columns(connection) == made_now
        crawl_id = begin(connection)
        workers.join(connection, crawl_id, "one")
        hosts.pause(connection, crawl_id, "x.org", 60)


def columns(connection: Connection) -> dict[str, set[tuple[str, bool]]]:
    """The columns of each table, and whether they may be empty."""
    inspector = inspect(connection)
    return {
        table: {(c["name"], c["nullable"]) for c in inspector.get_columns(table)}
        for table in metadata.tables
    }
