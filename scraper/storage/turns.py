"""Turns: what only one worker of a crawl may do at a time: reading the index, and finishing the crawl.

Whose turn it is stands in the crawl's row, by the worker's name, and counts as long as that worker is alive.
"""

from enum import Enum

from sqlalchemy import Column, ColumnElement, Connection, or_, select, update

from scraper.storage.dialects import DatabaseNow
from scraper.storage.rows import storable
from scraper.storage.schema import crawls, is_leased, is_pending, pages, topics, workers
from scraper.storage.states import CrawlState
from scraper.storage.workers import SILENCE, is_living


class Index(Enum):
    """How things stand with the index of a crawl."""

    MINE = "this worker is to read it"
    TAKEN = "another worker is reading it"
    READ = "the crawl has its topics"
    FAILED = "it could not be had"


def take_index(
    connection: Connection, crawl_id: int, worker: str, silence: float = SILENCE
) -> Index:
    """Let `worker` read the index, unless that is done or another one is at it."""
    if _has_topics(connection, crawl_id):
        return Index.READ
    if index_error(connection, crawl_id) is not None:
        return Index.FAILED
    mine = _take(connection, crawl_id, crawls.c.index_reader, worker, silence)
    return Index.MINE if mine else Index.TAKEN


def index_failed(connection: Connection, crawl_id: int, reason: str) -> None:
    """The index could not be had: there is nothing to crawl, and all workers are to say why."""
    this = update(crawls).where(crawls.c.id == crawl_id)
    connection.execute(this.values(index_error=storable(reason)))


def index_error(connection: Connection, crawl_id: int) -> str | None:
    """Why the index could not be had; None if it could, or nobody knows yet."""
    reason = select(crawls.c.index_error).where(crawls.c.id == crawl_id)
    return connection.execute(reason).scalar_one_or_none()


def is_open(connection: Connection, crawl_id: int) -> bool:
    """Whether there is something left to do: a page that waits or is in work, whoever has it, or the index."""
    for is_unsettled in (is_pending, is_leased):
        its = select(pages.c.id).where(pages.c.crawl_id == crawl_id, is_unsettled)
        if connection.execute(its.limit(1)).first():
            return True
    if _has_topics(connection, crawl_id):
        return False
    return index_error(connection, crawl_id) is None


def take_finish(
    connection: Connection, crawl_id: int, worker: str, silence: float = SILENCE
) -> bool:
    """Let `worker` write the feeds and finish the crawl; False if it is finished, or another one is at it."""
    return _take(connection, crawl_id, crawls.c.finisher, worker, silence)


def finisher(connection: Connection, crawl_id: int) -> str | None:
    """The worker whose turn it is to finish the crawl."""
    name = select(crawls.c.finisher).where(crawls.c.id == crawl_id)
    whose: str | None = connection.execute(name).scalar_one()
    return whose


def finish(connection: Connection, crawl_id: int, worker: str, reason: str) -> bool:
    """The crawl has ended, for `reason`; False if it is not this worker's turn to say so."""
    this = update(crawls).where(
        crawls.c.id == crawl_id,
        crawls.c.state == CrawlState.RUNNING,
        crawls.c.finisher == worker,
    )
    ended = {"state": CrawlState.FINISHED, "reason": reason, "finished": DatabaseNow()}
    return connection.execute(this.values(**ended)).rowcount == 1


def give_back(connection: Connection, crawl_id: int, worker: str) -> None:
    """Let another worker do what it was this worker's turn to do."""
    for turn in (crawls.c.index_reader, crawls.c.finisher):
        its = update(crawls).where(crawls.c.id == crawl_id, turn == worker)
        connection.execute(its.values({turn: None}))


def _has_topics(connection: Connection, crawl_id: int) -> bool:
    its = select(topics.c.id).where(topics.c.crawl_id == crawl_id)
    return connection.execute(its.limit(1)).first() is not None


def _take(
    connection: Connection,
    crawl_id: int,
    turn: Column[str | None],
    worker: str,
    silence: float,
) -> bool:
    """Make it the turn of `worker`, if it is its turn already, or nobody's that is alive."""
    taken = update(crawls).where(
        crawls.c.id == crawl_id,
        crawls.c.state == CrawlState.RUNNING,
        or_(turn.is_(None), turn == worker, ~_is_alive(crawl_id, turn, silence)),
    )
    return connection.execute(taken.values({turn: worker})).rowcount == 1


def _is_alive(
    crawl_id: int, turn: Column[str | None], silence: float
) -> ColumnElement[bool]:
    its = select(workers.c.name).where(
        workers.c.crawl_id == crawl_id, workers.c.name == turn, is_living(silence)
    )
    return its.correlate(crawls).exists()
