"""Taking up an unfinished crawl: which pages are open again, and how far each topic is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select, update

from scraper.storage.rows import storable
from scraper.storage.schema import (
    crawls,
    is_leased,
    is_of_crawl,
    is_pending,
    pages,
)
from scraper.storage.states import PageState


@dataclass(frozen=True, slots=True)
class Known:
    """How far the pages of a topic are known: the highest number, and the guessed page that waits after it."""

    highest: int | None
    guess_number: int | None
    guess_url: str | None


def reopen(connection: Connection, crawl_id: int) -> int:
    """Make the pages that were in work, failed or absent wait again; returns how many there are.

    An index that could not be had is to be tried again.
    """
    this = update(crawls).where(crawls.c.id == crawl_id)
    undecided = {"index_error": None, "index_reader": None, "finisher": None}
    connection.execute(this.values(reason=None, **undecided))
    open_again = (PageState.LEASED, PageState.FAILED, PageState.ABSENT)
    reopened = update(pages).where(is_of_crawl(crawl_id), pages.c.state.in_(open_again))
    values = {"state": PageState.PENDING, "lease_owner": None, "lease_until": None}
    return connection.execute(reopened.values(**values)).rowcount


def known_pages(connection: Connection, crawl_id: int) -> dict[int, Known]:
    """How far each topic of the crawl is known, by the topic's id."""
    is_guess = and_(is_pending, pages.c.guessed)
    highest = func.max(pages.c.number).filter(~is_guess)
    reached = connection.execute(
        select(pages.c.topic_id, highest)
        .where(is_of_crawl(crawl_id))
        .group_by(pages.c.topic_id)
    )
    known = {topic_id: Known(number, None, None) for topic_id, number in reached}
    guesses = connection.execute(
        select(pages.c.topic_id, pages.c.number, pages.c.url)
        .where(is_of_crawl(crawl_id), is_guess)
        .order_by(pages.c.topic_id, pages.c.number)
    )
    for topic_id, number, url in guesses:
        before = known[topic_id]
        # Of two, the first was in work: the page that links to the second.
        numbers = [before.highest, before.guess_number]
        highest_before = max((n for n in numbers if n is not None), default=None)
        known[topic_id] = Known(highest_before, number, url)
    return known


def fail_waiting(connection: Connection, crawl_id: int, reason: str) -> int:
    """Fail all pages that wait or are in work, as if they had not been tried; returns how many there are."""
    given_up = update(pages).where(
        pages.c.crawl_id == crawl_id, or_(is_pending, is_leased)
    )
    values = {"state": PageState.FAILED, "attempts": 0, "error": storable(reason)}
    return connection.execute(given_up.values(**values)).rowcount


def put_back(connection: Connection, page_ids: Sequence[int], owner: str) -> None:
    """Let these pages wait again; those that are not on lease by `owner` are left as they are."""
    held = update(pages).where(
        pages.c.id.in_(page_ids), is_leased, pages.c.lease_owner == owner
    )
    values = {"state": PageState.PENDING, "lease_owner": None, "lease_until": None}
    connection.execute(held.values(**values))


def skip_leased(connection: Connection, page_ids: Sequence[int], owner: str) -> None:
    """Nobody wants these pages any more; those that are not on lease by `owner` are left as they are."""
    skipped = update(pages).where(
        pages.c.id.in_(page_ids), is_leased, pages.c.lease_owner == owner
    )
    values = {"state": PageState.SKIPPED, "lease_owner": None, "lease_until": None}
    connection.execute(skipped.values(**values))
