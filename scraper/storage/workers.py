"""Workers: the processes that are at work on a crawl. Each registers, shows signs of life, and leaves."""

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict

from sqlalchemy import ColumnElement, Connection, select, update

from scraper.storage.dialects import DatabaseNow, insert_into
from scraper.storage.schema import crawls, workers

SILENCE = 30.0
"""Seconds without a sign of life after which a worker is taken for dead, unless it is said otherwise."""


class Role(StrEnum):
    """What a worker is to the others."""

    ALONE = "alone"
    """It does not share the crawl."""
    SHARING = "sharing"
    """It shares the crawl with others."""
    FLEET = "fleet"
    """It fetches nothing: it looks after other workers, and finishes the crawl when they are done."""


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
    role: Role = Role.ALONE


def join(
    connection: Connection, crawl_id: int, name: str, role: Role = Role.ALONE
) -> None:
    """This process works on the crawl from now on, under a `name` that no other worker has or had."""
    connection.execute(
        insert_into(connection.dialect, workers)
        .values(
            name=name,
            crawl_id=crawl_id,
            role=role,
            host=socket.gethostname(),
            pid=os.getpid(),
            started=DatabaseNow(),
            seen=DatabaseNow(),
            status="{}",
        )
        .on_conflict_do_nothing()
    )


def heartbeat(
    connection: Connection,
    crawl_id: int,
    name: str,
    status: Status,
    silence: float = SILENCE,
) -> bool:
    """Show a sign of life; False if it comes too late: others may have what this worker had on lease."""
    this = update(workers).where(*_is(crawl_id, name))
    values = {"seen": DatabaseNow(), "status": json.dumps(status)}
    if connection.execute(this.where(is_living(silence)).values(**values)).rowcount:
        return True
    connection.execute(this.values(left=None, **values))
    return False


def leave(connection: Connection, crawl_id: int, name: str) -> None:
    """The worker works on the crawl no more. Its row stays, with the last it said of itself."""
    here = update(workers).where(*_is(crawl_id, name), workers.c.left.is_(None))
    connection.execute(here.values(left=DatabaseNow()))


def bury(connection: Connection, crawl_id: int, silence: float = SILENCE) -> list[str]:
    """Take the workers for dead that are silent for so many seconds; returns their names."""
    dead = update(workers).where(
        workers.c.crawl_id == crawl_id,
        workers.c.left.is_(None),
        workers.c.seen < DatabaseNow() - silence,
    )
    buried = dead.values(left=workers.c.seen).returning(workers.c.name)
    return list(connection.execute(buried).scalars())


def living(
    connection: Connection, crawl_id: int, silence: float = SILENCE
) -> list[WorkerRow]:
    """The workers that have not left and showed a sign of life in time, in the order they joined."""
    return _read(connection, workers.c.crawl_id == crawl_id, is_living(silence))


def read_all(connection: Connection, crawl_id: int) -> list[WorkerRow]:
    """All workers that the crawl ever had, in the order they joined."""
    return _read(connection, workers.c.crawl_id == crawl_id)


def sharing(
    connection: Connection, site: str, index_url: str, silence: float = SILENCE
) -> list[WorkerRow]:
    """The living workers that share a crawl of this site and index."""
    its_crawls = select(crawls.c.id).where(
        crawls.c.site == site, crawls.c.index_url == index_url
    )
    return _read(
        connection,
        workers.c.crawl_id.in_(its_crawls),
        workers.c.role != Role.ALONE,
        is_living(silence),
    )


def is_living(silence: float = SILENCE) -> ColumnElement[bool]:
    """The condition of a row of `workers` that its worker is alive."""
    return workers.c.left.is_(None) & (workers.c.seen >= DatabaseNow() - silence)


def _is(crawl_id: int, name: str) -> tuple[ColumnElement[bool], ...]:
    return workers.c.crawl_id == crawl_id, workers.c.name == name


def _read(connection: Connection, *which: ColumnElement[bool]) -> list[WorkerRow]:
    silent = (DatabaseNow() - workers.c.seen).label("silent")
    in_order = select(workers, silent).order_by(workers.c.started, workers.c.name)
    return [
        WorkerRow(
            name=row.name,
            crawl_id=row.crawl_id,
            role=Role(row.role),
            host=row.host,
            pid=row.pid,
            started=datetime.fromtimestamp(row.started, UTC),
            seen=datetime.fromtimestamp(row.seen, UTC),
            seconds_ago=row.silent,
            status=json.loads(row.status),
        )
        for row in connection.execute(in_order.where(*which))
    ]
