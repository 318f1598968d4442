"""History: what earlier crawls of the same site had, but for superseded ones, and what is new or changed since."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, or_, select

from scraper.storage.articles import CHUNK, ArticleRow
from scraper.storage.crawls import SUPERSEDED
from scraper.storage.rows import Fields, decode
from scraper.storage.schema import articles, crawls, pages, topics
from scraper.storage.states import CrawlState, PageState

PLACE_FIELDS = frozenset({"topic", "page"})
"""Fields that say where an article was found, not what it is: that changes as a site grows."""

_now = articles.alias("now")
_then = articles.alias("earlier")
_this_crawl = bindparam("crawl", type_=Integer)
_site = select(crawls.c.site).where(crawls.c.id == _this_crawl).scalar_subquery()
# What one that was superseded had is still to be told: nobody has a feed of it that is whole.
_earlier_crawls = select(crawls.c.id).where(
    crawls.c.site == _site,
    crawls.c.id < _this_crawl,
    crawls.c.reason.is_distinct_from(SUPERSEDED),
)
_same_then = (_then.c.crawl_id.in_(_earlier_crawls), _then.c.key == _now.c.key)
_known_then = select(_then.c.id).where(*_same_then).correlate(_now).exists()
_latest_then = (
    select(_then.c.fields)
    .where(*_same_then)
    .order_by(_then.c.crawl_id.desc())
    .limit(1)
    .correlate(_now)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """An article, and the fields it had in the latest earlier crawl that had it."""

    id: int
    fields: Fields
    old: Fields


def known(connection: Connection, crawl_id: int, keys: Collection[bytes]) -> set[bytes]:
    """Which of `keys` earlier crawls of this crawl's site had."""
    rows = (
        select(_then.c.key)
        .distinct()
        .where(_then.c.crawl_id.in_(_earlier_crawls), _then.c.key.in_(keys))
    )
    return {
        bytes(key) for key in connection.execute(rows, {"crawl": crawl_id}).scalars()
    }


def had_all(connection: Connection, crawl_id: int, topic_url: str) -> bool:
    """Whether the crawl of the site before this one, if there was one, knew a topic and had all of its pages."""
    earlier = select(crawls).where(crawls.c.id.in_(_earlier_crawls))
    latest = earlier.order_by(crawls.c.id.desc()).limit(1)
    before = connection.execute(latest, {"crawl": crawl_id}).one_or_none()
    if before is None:
        return True
    if before.state != CrawlState.FINISHED:
        return False
    is_topic = (topics.c.crawl_id == before.id, topics.c.url == topic_url)
    topic_id = connection.execute(select(topics.c.id).where(*is_topic)).scalar()
    if topic_id is None:
        return False
    is_failed = (pages.c.topic_id == topic_id, pages.c.state == PageState.FAILED)
    failed = select(pages.c.id).where(*is_failed).limit(1)
    return connection.execute(failed).first() is None


def read_new(
    connection: Connection, crawl_id: int, *, after: int = 0, limit: int = CHUNK
) -> list[ArticleRow]:
    """As `articles.read`, but only the articles that no earlier crawl of the site had."""
    unknown = or_(_now.c.key.is_(None), ~_known_then)
    selected = _next(select(_now.c.id, _now.c.fields).where(unknown))
    rows = connection.execute(selected, _bounds(crawl_id, after, limit))
    return [ArticleRow(row.id, decode(row.fields)) for row in rows]


def read_all_new(connection: Connection, crawl_id: int) -> Iterator[ArticleRow]:
    """As `articles.read_all`, but only the articles that no earlier crawl of the site had."""
    after = 0
    while rows := read_new(connection, crawl_id, after=after):
        yield from rows
        after = rows[-1].id


def read_all_changed(connection: Connection, crawl_id: int) -> Iterator[ChangedRow]:
    """The articles whose fields differ from what the latest earlier crawl that had them says.

    Where an article was found does not count, nor does a field that only one of the
    two crawls has: the profile changed then, not the article.
    """
    old = _latest_then.label("old")
    selected = _next(
        select(_now.c.id, _now.c.fields, old).where(_latest_then != _now.c.fields)
    )
    after = 0
    while rows := connection.execute(selected, _bounds(crawl_id, after, CHUNK)).all():
        for row in rows:
            changed = ChangedRow(row.id, decode(row.fields), decode(row.old))
            if differing(changed.fields, changed.old):
                yield changed
        after = rows[-1].id


def differing(fields: Fields, old: Fields) -> list[str]:
    """The names of the fields that both have, with other values."""
    both = (name for name in fields if name in old and name not in PLACE_FIELDS)
    return [name for name in both if fields[name] != old[name]]


def _next(rows: Select[Any]) -> Select[Any]:
    """The next of `rows` of the crawl `crawl` behind the one with id `after`, at most `limit`."""
    its = rows.where(_now.c.crawl_id == _this_crawl, _now.c.id > bindparam("after"))
    return its.order_by(_now.c.id).limit(bindparam("limit"))


def _bounds(crawl_id: int, after: int, limit: int) -> dict[str, int]:
    return {"crawl": crawl_id, "after": after, "limit": limit}
