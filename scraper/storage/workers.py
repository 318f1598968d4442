"""Workers: the processes that are at work on a crawl. Each registers, shows signs of life, and leaves."""

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, select, update

from scraper.storage.dialects import DatabaseNow
from scraper.storage.schema import workers

SILENCE = 30.0
"""Seconds without a sign of life after which a worker is taken for dead."""


class SlotStatus(TypedDict):
    """One download slot (a host). `delay` and `paused` (for how much longer) are in seconds."""

    active: int
    queued: int
    concurrency: int
    delay: float
    paused: float


class ErrorStatus(TypedDict):
    """A warning or an error that was logged; `at` is in seconds since 1970, by the worker's own clock."""

    at: float
    level: str
    message: str


class Status(TypedDict, total=False):
    """What a worker says of itself with each sign of life: `workers.status`, as JSON.

    Counts are of this process alone, since it began. A worker that has only just begun
    has said nothing yet: any key may be missing.
    """

    pages_done: int
    pages_failed: int
    pages_per_second: float
    """Over the last ten seconds or so."""
    articles: int
    """New ones that it stored."""
    requests: int
    """In the downloader now, of `concurrency` that there may be."""
    concurrency: int
    slots: dict[str, SlotStatus]
    threads: list[str]
    """The names of the threads that are alive."""
    memory_mb: float
    """The most it ever had, in MiB."""
    cpu_seconds: float
    errors: list[ErrorStatus]
    """The last few, the latest last."""


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """A worker. `seconds_ago` is how long ago it last showed a sign of life, by the database's clock."""

    name: str
    crawl_id: int
    host: str
    pid: int
    started: datetime
    seen: datetime
    seconds_ago: float
    status: Status


def join(connection: Connection, crawl_id: int, name: str) -> None:
    """This process works on the crawl from now on, under a `name` that no other worker has or had."""
    connection.execute(
        workers.insert().values(
            name=name,
            crawl_id=crawl_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            started=DatabaseNow(),
            seen=DatabaseNow(),
            status="{}",
        )
    )


def heartbeat(connection: Connection, crawl_id: int, name: str, status: Status) -> bool:
    """Show a sign of life; False if it came too late, when the worker is taken for dead already (or has left)."""
    alive = update(workers).where(*_is(crawl_id, name), workers.c.left.is_(None))
    values = {"seen": DatabaseNow(), "status": json.dumps(status)}
    return connection.execute(alive.values(**values)).rowcount == 1


def leave(connection: Connection, crawl_id: int, name: str) -> None:
    """The worker works on the crawl no more. Its row stays, with the last it said of itself."""
    here = update(workers).where(*_is(crawl_id, name), workers.c.left.is_(None))
    connection.execute(here.values(left=DatabaseNow()))


def living(connection: Connection, crawl_id: int) -> list[WorkerRow]:
    """The workers that have not left and showed a sign of life within SILENCE seconds, in the order they joined."""
    return _read(connection, workers.c.crawl_id == crawl_id, is_living())


def is_living() -> ColumnElement[bool]:
    """The condition of a row of `workers` that its worker is alive."""
    return workers.c.left.is_(None) & (workers.c.seen >= DatabaseNow() - SILENCE)


def _is(crawl_id: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return workers.c.crawl_id == crawl_id, workers.c.name == name


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[WorkerRow]:
    silent = (DatabaseNow() - workers.c.seen).label("silent")
    rows = connection.execute(
        select(workers, silent)
        .where(*which)
        .order_by(workers.c.started, workers.c.name)
    )
    return [
        WorkerRow(
            name=row.name,
            crawl_id=row.crawl_id,
            host=row.host,
            pid=row.pid,
            started=datetime.fromtimestamp(row.started, UTC),
            seen=datetime.fromtimestamp(row.seen, UTC),
            seconds_ago=row.silent,
            status=json.loads(row.status),
        )
        for row in rows
    ]
