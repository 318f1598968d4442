"""Two crawls of a site compared, some articles at a time: what one has and the other has not, or not the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, func, select

from scraper.storage.history import ChangedRow, differing
from scraper.storage.rows import Fields, decode
from scraper.storage.schema import articles, crawls
from scraper.storage.states import CrawlState

WINDOW = 20_000
"""Ids of articles that a window spans: a query of it takes tenths of a second."""

_ours = articles.alias("ours")
_theirs = articles.alias("theirs")


@dataclass(frozen=True, slots=True)
class EarlierCrawl:
    """A crawl to compare with."""

    id: int
    started: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The articles of a crawl whose ids are from `first` to `last`."""

    crawl_id: int
    first: int
    last: int

    @property
    def condition(self) -> ColumnElement[bool]:
        """What holds for the rows of `ours` that are in it. An article without a key is like no other."""
        return (
            (_ours.c.crawl_id == self.crawl_id)
            & _ours.c.id.between(self.first, self.last)
            & _ours.c.key.is_not(None)
        )


def earlier(connection: Connection, crawl_id: int) -> EarlierCrawl | None:
    """The last crawl of the same site and index before this one that came to its end."""
    this = crawls.alias("this")
    row = connection.execute(
        select(crawls.c.id, crawls.c.started)
        .join(this, (crawls.c.site == this.c.site) & (crawls.c.id < this.c.id))
        .where(this.c.id == crawl_id, crawls.c.index_url == this.c.index_url)
        .where(crawls.c.state == CrawlState.FINISHED, crawls.c.reason == "finished")
        .order_by(crawls.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return EarlierCrawl(row.id, datetime.fromtimestamp(row.started, UTC))


def windows(
    connection: Connection, crawl_id: int, size: int = WINDOW
) -> Iterator[Window]:
    """All articles of a crawl, in windows."""
    bounds = select(func.min(articles.c.id), func.max(articles.c.id))
    first, last = connection.execute(
        bounds.where(articles.c.crawl_id == crawl_id)
    ).one()
    if first is not None:
        for start in range(first, last + 1, size):
            yield Window(crawl_id, start, start + size - 1)


def count_missing(connection: Connection, window: Window, other_id: int) -> int:
    """How many articles of the window the crawl `other_id` has not."""
    counted = select(func.count()).select_from(_ours)
    return connection.execute(
        counted.where(window.condition, _is_missing(other_id))
    ).scalar_one()


def read_missing(
    connection: Connection, window: Window, other_id: int, limit: int
) -> list[Fields]:
    """The first of the articles of the window that the crawl `other_id` has not, at most `limit`."""
    rows = select(_ours.c.fields).where(window.condition, _is_missing(other_id))
    chosen = connection.execute(rows.order_by(_ours.c.id).limit(limit))
    return [decode(text) for text in chosen.scalars()]


def read_changed(
    connection: Connection, window: Window, other_id: int
) -> Iterator[ChangedRow]:
    """The articles of the window that the crawl `other_id` has with other values (see history.differing)."""
    same = (_theirs.c.crawl_id == other_id) & (_theirs.c.key == _ours.c.key)
    rows = (
        select(_ours.c.id, _ours.c.fields, _theirs.c.fields.label("old"))
        .join(_theirs, same)
        .where(window.condition, _ours.c.fields != _theirs.c.fields)
        .order_by(_ours.c.id)
    )
    for row in connection.execute(rows):
        changed = ChangedRow(row.id, decode(row.fields), decode(row.old))
        if differing(changed.fields, changed.old):
            yield changed


def _is_missing(other_id: int) -> ColumnElement[bool]:
    same = (_theirs.c.crawl_id == other_id, _theirs.c.key == _ours.c.key)
    return ~select(_theirs.c.id).where(*same).correlate(_ours).exists()
