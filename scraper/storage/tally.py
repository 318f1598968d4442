"""Tally: how far a crawl has come, in four numbers."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from scraper.storage.schema import pages, topics
from scraper.storage.states import PageState

_NOT_WANTED = (PageState.PAST_END, PageState.SKIPPED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Pages that a crawl is known to have, of which so many are done and so many failed; and its unique articles."""

    known: int
    done: int
    failed: int
    articles: int


def take(connection: Connection, crawl_id: int) -> Tally:
    """Count the pages of a crawl: about a second for a million of them."""
    rows = connection.execute(
        select(pages.c.state, func.count(), func.coalesce(func.sum(pages.c.new), 0))
        .where(
            pages.c.topic_id.in_(
                select(topics.c.id).where(topics.c.crawl_id == crawl_id)
            )
        )
        .group_by(pages.c.state)
    ).all()
    counts = {state: count for state, count, _ in rows}
    return Tally(
        known=sum(counts[state] for state in counts if state not in _NOT_WANTED),
        done=counts.get(PageState.DONE, 0),
        failed=counts.get(PageState.FAILED, 0),
        articles=sum(int(new) for _, _, new in rows),
    )
