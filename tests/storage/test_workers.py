"""Workers register, show signs of life, and leave."""

import os
import socket

from sqlalchemy import Connection, Engine, inspect, update

from scraper.storage import crawls, transaction, workers
from scraper.storage.migrations import migrate
from scraper.storage.schema import metadata
from scraper.storage.schema import workers as table
from scraper.storage.workers import SILENCE, Status
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
    silence(connection, "one")
    assert names(connection, crawl_id) == []
    assert workers.heartbeat(connection, crawl_id, "one", STATUS)
    (worker,) = workers.living(connection, crawl_id)
    assert worker.status == STATUS


def test_who_leaves_is_not_alive(connection: Connection) -> None:
    crawl_id = begin(connection)
    for name in ("one", "two"):
        workers.join(connection, crawl_id, name)
    workers.leave(connection, crawl_id, "one")
    assert names(connection, crawl_id) == ["two"]
    assert not workers.heartbeat(connection, crawl_id, "one", STATUS)
    assert names(connection, crawl_id) == ["two"]


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


def test_the_table_is_added_to_an_older_schema(engine: Engine) -> None:
    with transaction(engine) as connection:
        made_now = columns(connection)
        connection.exec_driver_sql("DROP TABLE workers")
        connection.exec_driver_sql("UPDATE schema_version SET version = 1")
        migrate(connection)
        assert (
            columns(connection) == made_now == set(metadata.tables["workers"].c.keys())
        )
        workers.join(connection, begin(connection), "one")


def columns(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns("workers")}
