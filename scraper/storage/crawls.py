"""Crawls: begin one or resume the last, finish it, list them, prune them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, update

from scraper.storage.dialects import DatabaseNow
from scraper.storage.schema import (
    articles,
    crawls,
    feeds,
    hosts,
    is_of_crawl,
    pages,
    topics,
    workers,
)
from scraper.storage.states import CrawlState, PageState

SUPERSEDED = "superseded"
"""The finish reason of a crawl that was left unfinished when a new one of its site began."""


class Beginning(StrEnum):
    """Why a crawl began as it did."""

    RESUMED = "resumed"
    NONE_UNFINISHED = "none unfinished"
    PROFILE_CHANGED = "profile changed"
    FRESH = "fresh"


@dataclass(frozen=True, slots=True)
class Begun:
    """A crawl to work on. `superseded` is the number of unfinished crawls that it took the place of."""

    id: int
    beginning: Beginning
    superseded: int = 0

    @property
    def resumed(self) -> bool:
        """Whether it is an unfinished crawl that goes on."""
        return self.beginning is Beginning.RESUMED


@dataclass(frozen=True, slots=True)
class CrawlRow:
    """One crawl. `pages` counts those done, `failed` those that could not be had."""

    id: int
    site: str
    index_url: str
    columns: tuple[str, ...]
    state: CrawlState
    reason: str | None
    started: datetime
    finished: datetime | None
    pages: int
    failed: int
    articles: int


def begin(
    connection: Connection,
    *,
    site: str,
    index_url: str,
    profile: str,
    columns: Sequence[str] = (),
    fresh: bool = False,
) -> Begun:
    """Resume the last unfinished crawl of this site, index and profile, or begin a new one.

    `profile` is a digest of all that decides what is crawled, `columns` names an
    article's fields in order. A new crawl supersedes the unfinished ones of the same
    site and index: they are finished then.
    """
    unfinished = connection.execute(
        select(crawls.c.id, crawls.c.profile)
        .where(crawls.c.site == site, crawls.c.index_url == index_url)
        .where(crawls.c.state == CrawlState.RUNNING)
        .order_by(crawls.c.id.desc())
    ).all()
    if not fresh:
        for crawl in unfinished:
            if crawl.profile == profile:
                return Begun(crawl.id, Beginning.RESUMED)
    for crawl in unfinished:
        finish(connection, crawl.id, SUPERSEDED)
    crawl_id = connection.execute(
        crawls.insert()
        .values(
            site=site,
            index_url=index_url,
            profile=profile,
            columns=json.dumps(list(columns)),
            state=CrawlState.RUNNING,
            started=DatabaseNow(),
        )
        .returning(crawls.c.id)
    ).scalar_one()
    return Begun(crawl_id, _why(fresh, bool(unfinished)), len(unfinished))


def _why(fresh: bool, unfinished: bool) -> Beginning:
    if fresh:
        return Beginning.FRESH
    return Beginning.PROFILE_CHANGED if unfinished else Beginning.NONE_UNFINISHED


def finish(connection: Connection, crawl_id: int, reason: str) -> None:
    """The crawl has ended, for `reason`; it will not be resumed."""
    connection.execute(
        update(crawls)
        .where(crawls.c.id == crawl_id, crawls.c.state == CrawlState.RUNNING)
        .values(state=CrawlState.FINISHED, reason=reason, finished=DatabaseNow())
    )


def find(connection: Connection, crawl_id: int) -> CrawlRow | None:
    """The crawl of this id."""
    return next(
        iter(_read(connection, _selected().where(crawls.c.id == crawl_id))), None
    )


def last(connection: Connection, site: str) -> CrawlRow | None:
    """The last crawl of a site that was begun; one that ended without a topic does not count: its index failed."""
    has_topics = select(topics.c.id).where(topics.c.crawl_id == crawls.c.id).exists()
    newest = select(func.max(crawls.c.id)).where(
        crawls.c.site == site, or_(crawls.c.state != CrawlState.FINISHED, has_topics)
    )
    chosen = _selected().where(crawls.c.id == newest.scalar_subquery())
    return next(iter(_read(connection, chosen)), None)


def read_all(connection: Connection, site: str | None = None) -> list[CrawlRow]:
    """All crawls, or those of one site, in the order they were begun."""
    chosen = _selected().order_by(crawls.c.id)
    return _read(connection, chosen.where(crawls.c.site == site) if site else chosen)


def beyond(connection: Connection, keep: int, site: str | None = None) -> list[int]:
    """The ids of the finished crawls of each site, or of one, that are not among its last `keep` crawls.

    An unfinished crawl is not among them, since it can be resumed.
    """
    place = func.row_number().over(
        partition_by=crawls.c.site, order_by=crawls.c.id.desc()
    )
    places = select(crawls, place.label("place")).subquery()
    old = select(places.c.id).where(
        places.c.place > keep, places.c.state == CrawlState.FINISHED
    )
    if site is not None:
        old = old.where(places.c.site == site)
    return list(connection.execute(old.order_by(places.c.id)).scalars())


def delete_some(connection: Connection, crawl_id: int, rows: int = 20_000) -> bool:
    """Delete a part of a crawl, about `rows` rows; returns whether some of it is left.

    In parts, so that a crawl that goes on meanwhile can write in between.
    """
    for table, belongs in (
        (articles, articles.c.crawl_id == crawl_id),
        (pages, is_of_crawl(crawl_id)),
    ):
        some = select(table.c.id).where(belongs).limit(rows)
        if connection.execute(delete(table).where(table.c.id.in_(some))).rowcount:
            return True
    for table in (topics, feeds, workers, hosts):
        connection.execute(delete(table).where(table.c.crawl_id == crawl_id))
    connection.execute(delete(crawls).where(crawls.c.id == crawl_id))
    return False


def _selected() -> Select[Any]:
    """Crawls with their counts, each counted by an index."""
    its_pages = (
        select(func.count())
        .select_from(topics.join(pages, pages.c.topic_id == topics.c.id))
        .where(topics.c.crawl_id == crawls.c.id)
        .correlate(crawls)
    )
    its_articles = (
        select(func.count())
        .select_from(articles)
        .where(articles.c.crawl_id == crawls.c.id)
        .correlate(crawls)
    )
    done = its_pages.where(pages.c.state == PageState.DONE)
    failed = its_pages.where(pages.c.state == PageState.FAILED)
    return select(
        crawls,
        done.scalar_subquery().label("done"),
        failed.scalar_subquery().label("failed"),
        its_articles.scalar_subquery().label("articles"),
    )


def _read(connection: Connection, chosen: Select[Any]) -> list[CrawlRow]:
    return [
        CrawlRow(
            id=row.id,
            site=row.site,
            index_url=row.index_url,
            columns=tuple(json.loads(row.columns)),
            state=CrawlState(row.state),
            reason=row.reason,
            started=datetime.fromtimestamp(row.started, UTC),
            finished=row.finished and datetime.fromtimestamp(row.finished, UTC),
            pages=row.done,
            failed=row.failed,
            articles=row.articles,
        )
        for row in connection.execute(chosen)
    ]
