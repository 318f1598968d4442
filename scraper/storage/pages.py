"""Pages: what became of each. A page that is done stays done."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select, update

from scraper.storage import articles
from scraper.storage.articles import Keyed
from scraper.storage.rows import storable
from scraper.storage.schema import is_leased, is_pending, pages, topics
from scraper.storage.states import PageState


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a page did. `new` has the places of the articles that the crawl did not have yet.

    `is_first` is False if the page was done already: nothing was stored then.
    """

    is_first: bool
    new: list[int]


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A page that could not be had; `url` is None where the topic's scheme computes it."""

    page_id: int
    topic_id: int
    topic: str
    number: int | None
    url: str | None
    attempts: int
    reason: str


_is_page = pages.c.id == bindparam("page")
_settled = {"lease_owner": None, "lease_until": None}
_done = (
    update(pages)
    .where(_is_page, pages.c.state != PageState.DONE)
    .values(
        state=PageState.DONE,
        error=None,
        attempts=bindparam("made"),
        seen=bindparam("shown"),
        new=bindparam("added"),
        duplicates=bindparam("repeated"),
        **_settled,
    )
    .returning(pages.c.crawl_id)
)
_recount = (
    update(pages)
    .where(_is_page)
    .values(new=bindparam("added"), duplicates=bindparam("repeated"))
)


def done(
    connection: Connection,
    page_id: int,
    found: Sequence[Keyed],
    *,
    seen: int,
    duplicates: int = 0,
    attempts: int = 1,
) -> Stored:
    """Store a page and its articles, those that the crawl has already left out.

    The page showed `seen` articles, of which `duplicates` were left out before, and
    took `attempts` requests.
    """
    counts = {
        "page": page_id,
        "made": attempts,
        "shown": seen,
        "added": len(found),
        "repeated": duplicates,
    }
    crawl_id = connection.execute(_done, counts).scalar()
    if crawl_id is None:
        return Stored(False, [])
    new = articles.add(connection, crawl_id, page_id, found)
    if len(new) < len(found):
        repeated = duplicates + len(found) - len(new)
        fewer = {"page": page_id, "added": len(new), "repeated": repeated}
        connection.execute(_recount, fewer)
    return Stored(True, new)


def failed(connection: Connection, page_id: int, *, attempts: int, reason: str) -> bool:
    """A page could not be had; False if it is settled already."""
    return _settle(connection, page_id, PageState.FAILED, attempts, reason)


def absent(connection: Connection, page_id: int, *, attempts: int, reason: str) -> bool:
    """The site has no such page: `close_absent` decides about it. False if it is settled already."""
    return _settle(connection, page_id, PageState.ABSENT, attempts, reason)


def past_end(
    connection: Connection, page_id: int, *, attempts: int, reason: str
) -> bool:
    """The site has no such page, and need not have; False if it is settled already."""
    return _settle(connection, page_id, PageState.PAST_END, attempts, reason)


def _settle(
    connection: Connection, page_id: int, state: PageState, attempts: int, reason: str
) -> bool:
    unsettled = update(pages).where(pages.c.id == page_id, or_(is_pending, is_leased))
    settled = unsettled.values(
        state=state, attempts=attempts, error=storable(reason), **_settled
    )
    return connection.execute(settled).rowcount == 1


def close_absent(connection: Connection, crawl_id: int) -> list[FailedRow]:
    """Decide on the absent pages of a crawl, when nothing else is left; returns those that are lost, failed now.

    One is past the end of its topic when a page before it said of itself that it is the last.
    """
    end = select(topics.c.ends_at).where(topics.c.id == pages.c.topic_id)
    its_topics = select(topics.c.id).where(topics.c.crawl_id == crawl_id)
    is_absent = (
        pages.c.topic_id.in_(its_topics),
        pages.c.state == PageState.ABSENT,
    )
    connection.execute(
        update(pages)
        .where(*is_absent, pages.c.number > end.scalar_subquery())
        .values(state=PageState.PAST_END)
    )
    lost = _failures(connection, crawl_id, PageState.ABSENT, None)
    connection.execute(update(pages).where(*is_absent).values(state=PageState.FAILED))
    return lost


def failures(
    connection: Connection, crawl_id: int, limit: int | None = None
) -> list[FailedRow]:
    """The failed pages of a crawl, topic after topic; the first `limit` of them."""
    return _failures(connection, crawl_id, PageState.FAILED, limit)


def _failures(
    connection: Connection, crawl_id: int, state: PageState, limit: int | None
) -> list[FailedRow]:
    rows = connection.execute(
        select(
            pages.c.id,
            pages.c.topic_id,
            topics.c.name,
            pages.c.number,
            pages.c.url,
            pages.c.attempts,
            pages.c.error,
        )
        .join_from(pages, topics, pages.c.topic_id == topics.c.id)
        .where(topics.c.crawl_id == crawl_id, pages.c.state == state)
        .order_by(topics.c.position, pages.c.turn)
        .limit(limit)
    )
    return [FailedRow(*row) for row in rows]
