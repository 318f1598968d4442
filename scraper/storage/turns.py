"""Turns: what only one worker of a crawl may do at a time: reading the index, and finishing the crawl.

Whose turn it is stands in the crawl's row, by the worker's name, and counts as long as that worker is alive.
"""

from enum import Enum

from sqlalchemy import Column, ColumnElement, Connection, and_, or_, select, update

from scraper.pagination import IndexPage
from scraper.storage.dialects import DatabaseNow
from scraper.storage.rows import decode_index_page, encode_index_page, storable
from scraper.storage.schema import crawls, is_leased, is_pending, pages, topics, workers
from scraper.storage.states import CrawlState
from scraper.storage.workers import SILENCE, is_living


class Index(Enum):
    """How things stand with the index of a crawl."""

    MINE = "this worker is to read it"
    TAKEN = "another worker is reading it"
    GROWS = "another worker is reading it, and the crawl has some of its topics"
    READ = "the crawl has its topics, or all that could be had"
    FAILED = "it could not be had"


def take_index(
    connection: Connection, crawl_id: int, worker: str, silence: float = SILENCE
) -> Index:
    """Let `worker` read the index, unless that is done or another one is at it."""
    has_topics = _has_topics(connection, crawl_id)
    if has_topics and index_next(connection, crawl_id) is None:
        return Index.READ
    if index_error(connection, crawl_id) is not None:
        return Index.READ if has_topics else Index.FAILED
    if _take(connection, crawl_id, crawls.c.index_reader, worker, silence):
        return Index.MINE
    return Index.GROWS if has_topics else Index.TAKEN


def index_goes_on(
    connection: Connection, crawl_id: int, worker: str, following: IndexPage | None
) -> None:
    """The topics are known of all pages of the index before `following`; None: of all.

    Nothing is done if another worker reads the index by now.
    """
    going_on = update(crawls).where(_may_tell(crawl_id, worker))
    connection.execute(going_on.values(index_next=encode_index_page(following)))


def index_next(connection: Connection, crawl_id: int) -> IndexPage | None:
    """The page of the index after those whose topics are known; None if that is none, or the first."""
    page = select(crawls.c.index_next).where(crawls.c.id == crawl_id)
    return decode_index_page(connection.execute(page).scalar_one_or_none())


def index_failed(
    connection: Connection, crawl_id: int, worker: str, reason: str
) -> None:
    """The index could not be had, or not all of it: all workers are to say why.

    Nothing is done if another worker reads the index by now.
    """
    failed = update(crawls).where(_may_tell(crawl_id, worker))
    connection.execute(failed.values(index_error=storable(reason)))


def index_error(connection: Connection, crawl_id: int) -> str | None:
    """Why the index could not be had, or not all of it; None if it could, or nobody knows yet."""
    reason = select(crawls.c.index_error).where(crawls.c.id == crawl_id)
    return connection.execute(reason).scalar_one_or_none()


def is_open(connection: Connection, crawl_id: int) -> bool:
    """Whether there is something left to do: a page that waits or is in work, whoever has it, or the index."""
    for is_unsettled in (is_pending, is_leased):
        its = select(pages.c.id).where(pages.c.crawl_id == crawl_id, is_unsettled)
        if connection.execute(its.limit(1)).first():
            return True
    if index_error(connection, crawl_id) is not None:
        return False
    if not _has_topics(connection, crawl_id):
        return True
    return index_next(connection, crawl_id) is not None


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


def _may_tell(crawl_id: int, worker: str) -> ColumnElement[bool]:
    """The condition of a crawl that `worker` may tell of its index; who crawls alone takes no turn."""
    reader = crawls.c.index_reader
    return and_(crawls.c.id == crawl_id, or_(reader.is_(None), reader == worker))


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
