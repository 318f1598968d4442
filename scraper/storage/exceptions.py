"""What can go wrong with a crawl database, each named for the decision it asks of the caller."""


class StorageError(Exception):
    """The database cannot be used, or not any more: the crawl must stop, and can be resumed later.

    The message is one line that names the database and the reason; it is what a person sees.
    """


class CorruptDatabaseError(StorageError):
    """The database's file is damaged: `set_aside` keeps it, and lets the next crawl begin with a new one."""


class CrawlOwnedError(StorageError):
    """Another process is at work on this crawl; the message names it."""
