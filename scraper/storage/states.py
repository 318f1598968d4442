"""What can become of a page and of a crawl."""

from enum import StrEnum


class PageState(StrEnum):
    """Where a page stands. Taking up a crawl again (resume.reopen) has those that failed or were absent wait again."""

    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    """Stored, with its articles."""
    FAILED = "failed"
    """It could not be had."""
    ABSENT = "absent"
    """The site has no such page; whether it ought to have is decided at the end of the crawl."""
    PAST_END = "past_end"
    """The site has no such page, and need not have: the topic ends before it."""
    SKIPPED = "skipped"
    """Nobody wanted it any more."""


class CrawlState(StrEnum):
    """Whether a crawl can be resumed (`running`, also after a crash) or has ended."""

    RUNNING = "running"
    FINISHED = "finished"
