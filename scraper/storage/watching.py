"""Watching a crawl from outside: small queries, that can be asked every second."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from scraper.storage.dialects import DatabaseNow
from scraper.storage.schema import crawls, pages, topics, workers
from scraper.storage.states import CrawlState, PageState
from scraper.storage.workers import is_living


@dataclass(frozen=True, slots=True)
class CrawlNow:
    """A crawl, and the seconds since it was begun: until it ended, or now."""

    id: int
    site: str
    index_url: str
    state: CrawlState
    reason: str | None
    started: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class TopicNow:
    """A topic's counts of pages: `left` are those not settled yet, of which `in_work` are being fetched."""

    name: str
    done: int
    failed: int
    left: int
    in_work: int
    articles: int

    @property
    def known(self) -> int:
        """The number of pages it is known to have."""
        return self.done + self.failed + self.left


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be had."""

    topic: str
    number: int | None
    reason: str


def to_watch(connection: Connection) -> int | None:
    """The id of the last crawl that a process is at work on; else of the last one; None if there is none at all."""
    running = select(func.max(workers.c.crawl_id)).where(is_living())
    last = select(func.max(crawls.c.id))
    return connection.execute(running).scalar() or connection.execute(last).scalar()


def read_crawl(connection: Connection, crawl_id: int) -> CrawlNow | None:
    """The crawl of this id."""
    until = func.coalesce(crawls.c.finished, DatabaseNow())
    row = connection.execute(
        select(crawls, (until - crawls.c.started).label("seconds")).where(
            crawls.c.id == crawl_id
        )
    ).one_or_none()
    if row is None:
        return None
    return CrawlNow(
        row.id,
        row.site,
        row.index_url,
        CrawlState(row.state),
        row.reason,
        datetime.fromtimestamp(row.started, UTC),
        row.seconds,
    )


def count_topics(connection: Connection, crawl_id: int) -> list[TopicNow]:
    """All topics of a crawl in their order. Of all that is here, this takes longest: a second for 1,000,000 pages."""
    counted = (
        select(
            pages.c.topic_id,
            pages.c.state,
            func.count().label("pages"),
            func.coalesce(func.sum(pages.c.new), 0).label("articles"),
        )
        .join_from(topics, pages, pages.c.topic_id == topics.c.id)
        .where(topics.c.crawl_id == crawl_id)
        .group_by(pages.c.topic_id, pages.c.state)
    )
    states: dict[int, dict[str, int]] = {}
    articles: dict[int, int] = {}
    for topic_id, state, count, new in connection.execute(counted):
        states.setdefault(topic_id, {})[state] = count
        articles[topic_id] = articles.get(topic_id, 0) + int(new)
    named = select(topics.c.id, topics.c.name).where(topics.c.crawl_id == crawl_id)
    rows = connection.execute(named.order_by(topics.c.position))
    return [_topic(name, states.get(i, {}), articles.get(i, 0)) for i, name in rows]


def _topic(name: str, states: dict[str, int], articles: int) -> TopicNow:
    waiting = states.get(PageState.PENDING, 0) + states.get(PageState.ABSENT, 0)
    in_work = states.get(PageState.LEASED, 0)
    return TopicNow(
        name,
        done=states.get(PageState.DONE, 0),
        failed=states.get(PageState.FAILED, 0),
        left=waiting + in_work,
        in_work=in_work,
        articles=articles,
    )


def read_failures(connection: Connection, crawl_id: int, limit: int) -> list[Failure]:
    """Some of the pages of a crawl that failed, those that it heard of last."""
    rows = connection.execute(
        select(topics.c.name, pages.c.number, pages.c.error)
        .join_from(pages, topics, pages.c.topic_id == topics.c.id)
        .where(pages.c.crawl_id == crawl_id, pages.c.state == PageState.FAILED)
        .order_by(pages.c.id.desc())
        .limit(limit)
    )
    return [Failure(*row) for row in rows]
