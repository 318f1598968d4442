"""Pages: what became of each. A page that is done stays done."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, select, update

from scraper.storage import articles
from scraper.storage.articles import Keyed, PageArticles
from scraper.storage.rows import storable
from scraper.storage.schema import is_leased, is_of_crawl, pages, topics
from scraper.storage.states import PageState


@dataclass(frozen=True, slots=True)
class DonePage:
    """A page to be stored. It showed `seen` articles.

    `found` are the articles to store, `duplicates` counts those left out before.
    """

    page_id: int
    found: Sequence[Keyed]
    seen: int
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class Stored:
    """What storing a page did. `new` has the places of the articles that the crawl did not have yet.

    `is_first` is False if the page was done already: nothing was stored then.
    """

    is_first: bool
    new: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class FailedRow:
    """A page that could not be had; `url` is None where the topic's scheme computes it, `is_last` as in FailedPage."""

    page_id: int
    topic_id: int
    topic: str
    number: int | None
    url: str | None
    attempts: int
    reason: str
    is_last: bool


_settled = {"lease_owner": None, "lease_until": None}
_open_pages = (
    select(pages.c.id, pages.c.crawl_id)
    .where(pages.c.id.in_(bindparam("ids", expanding=True)))
    .where(pages.c.state != PageState.DONE)
    .order_by(pages.c.id)  # whoever stores the same pages waits, and nobody for him
    .with_for_update()
)
_make_done = (
    update(pages)
    .where(pages.c.id == bindparam("page"))
    .values(
        state=PageState.DONE,
        error=None,
        attempts=None,
        seen=bindparam("shown"),
        new=bindparam("added"),
        duplicates=bindparam("repeated"),
        **_settled,
    )
)


def store(connection: Connection, done: Sequence[DonePage]) -> list[Stored]:
    """Store pages and their articles, but for those that the crawl has already; returns what that did, page by page.

    A page that is done already is left as it is.
    """
    firsts = _not_done_yet(connection, done)
    added = articles.add(connection, list(firsts.values()))
    stored = [Stored(False)] * len(done)
    for place, new in zip(firsts, added, strict=True):
        stored[place] = Stored(True, new)
    counts = [
        _counts(page, len(what.new))
        for page, what in zip(done, stored, strict=True)
        if what.is_first
    ]
    if counts:
        connection.execute(_make_done, counts)
    return stored


def _not_done_yet(
    connection: Connection, done: Sequence[DonePage]
) -> dict[int, PageArticles]:
    """The articles of those pages that are not done yet, by the page's place in `done`."""
    ids = {"ids": [page.page_id for page in done]}
    crawl_ids = {row.id: row.crawl_id for row in connection.execute(_open_pages, ids)}
    return {
        place: PageArticles(crawl_id, page.page_id, page.found)
        for place, page in enumerate(done)
        if (crawl_id := crawl_ids.pop(page.page_id, None)) is not None
    }


def _counts(page: DonePage, new: int) -> dict[str, int]:
    return {
        "page": page.page_id,
        "shown": page.seen,
        "added": new,
        "repeated": page.duplicates + len(page.found) - new,
    }


def failed(
    connection: Connection, page_id: int, *, attempts: int, reason: str, owner: str
) -> bool:
    """A page could not be had; False if it is not (any more) on lease by `owner`: then it is left as it is."""
    return _settle(connection, page_id, PageState.FAILED, attempts, reason, owner)


def absent(
    connection: Connection, page_id: int, *, attempts: int, reason: str, owner: str
) -> bool:
    """The site has no such page: `close_absent` decides about it. False as `failed`."""
    return _settle(connection, page_id, PageState.ABSENT, attempts, reason, owner)


def past_end(
    connection: Connection, page_id: int, *, attempts: int, reason: str, owner: str
) -> bool:
    """The site has no such page, and need not have; False as `failed`."""
    return _settle(connection, page_id, PageState.PAST_END, attempts, reason, owner)


def _settle(
    connection: Connection,
    page_id: int,
    state: PageState,
    attempts: int,
    reason: str,
    owner: str,
) -> bool:
    held = update(pages).where(
        pages.c.id == page_id, is_leased, pages.c.lease_owner == owner
    )
    settled = held.values(
        state=state, attempts=attempts, error=storable(reason), **_settled
    )
    return connection.execute(settled).rowcount == 1


def close_absent(connection: Connection, crawl_id: int) -> list[FailedRow]:
    """Decide on the absent pages of a crawl, when nothing else is left; returns those that are lost, failed now.

    One is past the end of its topic when a page before it said of itself that it is the last.
    """
    end = select(topics.c.ends_at).where(topics.c.id == pages.c.topic_id)
    is_absent = (is_of_crawl(crawl_id), pages.c.state == PageState.ABSENT)
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
    behind = pages.alias("behind")
    is_behind = (
        behind.c.topic_id == pages.c.topic_id,
        behind.c.number > pages.c.number,
    )
    has_more = select(behind.c.id).where(*is_behind).correlate(pages).exists()
    rows = connection.execute(
        select(
            pages.c.id,
            pages.c.topic_id,
            topics.c.name,
            pages.c.number,
            pages.c.url,
            pages.c.attempts,
            pages.c.error,
            and_(pages.c.number.is_not(None), ~has_more),
        )
        .join_from(pages, topics, pages.c.topic_id == topics.c.id)
        .where(topics.c.crawl_id == crawl_id, pages.c.state == state)
        .order_by(topics.c.position, pages.c.turn)
        .limit(limit)
    )
    return [FailedRow(*row) for row in rows]
