"""Leases: pages handed out for a time, by the database's clock, and taken back when it is over."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Update, select, update

from scraper.storage.dialects import DatabaseNow
from scraper.storage.schema import is_leased, is_pending, pages
from scraper.storage.states import PageState


@dataclass(frozen=True, slots=True)
class LeasedPage:
    """A page to fetch. A landing page has no `number`; `url` is None where the topic's scheme computes it."""

    id: int
    topic_id: int
    number: int | None
    url: str | None
    guessed: bool


def lease(
    connection: Connection, crawl_id: int, count: int, owner: str, seconds: float
) -> list[LeasedPage]:
    """Hand out the next pages, at most `count`, to `owner` for `seconds`.

    Landing pages come first, then the pages of all topics in turn, by their numbers.
    Pages whose lease has run out are pending again.
    """
    _return(connection, crawl_id, pages.c.lease_until < DatabaseNow())
    # First of all chosen, in a query of its own: within the UPDATE it might be run more than once, and take more.
    turn = (
        select(pages.c.id)
        .where(pages.c.crawl_id == crawl_id, is_pending)
        .order_by(pages.c.turn, pages.c.topic_id)
        .limit(count)
        .with_for_update(skip_locked=True)
        .cte("turn")
    )
    taken = connection.execute(
        update(pages)
        .where(pages.c.id.in_(select(turn.c.id)))
        .values(
            state=PageState.LEASED,
            lease_owner=owner,
            lease_until=DatabaseNow() + seconds,
        )
        .returning(
            pages.c.turn,
            pages.c.id,
            pages.c.topic_id,
            pages.c.number,
            pages.c.url,
            pages.c.guessed,
        )
    ).all()
    return [
        LeasedPage(*row[1:])
        for row in sorted(taken, key=lambda r: (r.turn, r.topic_id))
    ]


def renew(connection: Connection, crawl_id: int, owner: str, seconds: float) -> int:
    """Let all leases of `owner` last `seconds` from now; returns how many it still has."""
    held = _held(crawl_id, pages.c.lease_owner == owner)
    return connection.execute(held.values(lease_until=DatabaseNow() + seconds)).rowcount


def release(connection: Connection, crawl_id: int, owner: str) -> int:
    """Take back what `owner` has on lease; returns how many pages."""
    return _return(connection, crawl_id, pages.c.lease_owner == owner)


def _return(connection: Connection, crawl_id: int, *which: ColumnElement[bool]) -> int:
    """Make leased pages pending."""
    held = _held(crawl_id, *which)
    pending = held.values(state=PageState.PENDING, lease_owner=None, lease_until=None)
    return connection.execute(pending).rowcount


def _held(crawl_id: int, *which: ColumnElement[bool]) -> Update:
    """An update of leased pages, but for those that somebody is just settling: it waits for nobody.

    So it cannot be part of a deadlock.
    """
    free = (
        select(pages.c.id)
        .where(pages.c.crawl_id == crawl_id, is_leased, *which)
        .with_for_update(skip_locked=True)
    )
    return update(pages).where(pages.c.id.in_(free))
