"""How a crawl ended: the reasons for closing it, and the exit status of `scrapy crawl`."""

from enum import IntEnum

CANNOT_WRITE = "cannot_write"
"""The finish reason of a crawl that was closed because a feed could not be written."""

DATABASE_FAILED = "database_failed"
"""The finish reason of a crawl that was closed because its database failed."""

SITE_DEAD = "site_dead"
"""The finish reason of a crawl whose only host was given up."""

INTERRUPTED = "shutdown"
"""Scrapy's finish reason after Ctrl-C or SIGTERM."""


class ExitStatus(IntEnum):
    """What `scrapy crawl` answers."""

    COMPLETE = 0
    """Every page known is done."""
    CONFIGURATION = 1
    """A setting, profile or argument is wrong, or the crawl could not start; nothing was crawled."""
    USAGE = 2
    """The command line is wrong (argparse's own status)."""
    PAGES_LOST = 3
    """Pages failed, or there was no article at all, or a limit closed the crawl before all were done."""
    CANNOT_WRITE = 4
    """A feed or the crawl database could not be written; what it holds is not complete."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C or SIGTERM before all was done (128 + SIGINT, as shells have it)."""


def exit_status(
    finish_reason: str | None, *, failed: int, left: int, feeds_failed: int
) -> ExitStatus:
    """The status of a crawl that closed with `finish_reason`.

    `failed` counts the pages that could not be had (the index too), `left` those known
    and not settled, `feeds_failed` the feeds that could not be stored.
    """
    if finish_reason in (CANNOT_WRITE, DATABASE_FAILED) or feeds_failed:
        return ExitStatus.CANNOT_WRITE
    if finish_reason == INTERRUPTED:
        return ExitStatus.INTERRUPTED
    if finish_reason != "finished" or failed or left:
        return ExitStatus.PAGES_LOST
    return ExitStatus.COMPLETE
