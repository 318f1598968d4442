"""Dead sites: a worker that gets no answer any more leaves the pages to the others, if there are any."""

from sqlalchemy import Connection, select, update

from scraper.storage import leases, resume, workers
from scraper.storage.schema import crawls
from scraper.storage.states import CrawlState
from scraper.storage.workers import SILENCE, Role


def give_up(
    connection: Connection,
    crawl_id: int,
    worker: str,
    *,
    why: str,
    reason: str,
    silence: float = SILENCE,
) -> int | None:
    """`worker` leaves, as the site does not answer it; None if others go on with the pages.

    The last one fails all pages that wait or are in work, for the reason `why`, and
    returns how many. The crawl stays unfinished, for the `reason` that it has then.
    """
    this = crawls.c.id == crawl_id
    # One after the other: of two at once neither would be the last.
    connection.execute(select(crawls.c.id).where(this).with_for_update())
    workers.leave(connection, crawl_id, worker)
    leases.release(connection, crawl_id, worker)
    living = workers.living(connection, crawl_id, silence)
    if any(other.role is Role.SHARING for other in living):
        return None
    connection.execute(update(crawls).where(this).values(reason=reason))
    return resume.fail_waiting(connection, crawl_id, why)


def was_given_up(connection: Connection, crawl_id: int) -> bool:
    """Whether the last worker of an unfinished crawl has given up its site. Who takes the crawl up tries again."""
    why = select(crawls.c.reason).where(
        crawls.c.id == crawl_id, crawls.c.state == CrawlState.RUNNING
    )
    return connection.execute(why).scalar_one_or_none() is not None
