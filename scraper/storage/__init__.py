"""The crawl database: what is to fetch, what became of it, and every article. No Scrapy in here.

The functions of `crawls`, `topics`, `leases`, `pages`, `articles`, `history` and `feeds` each take a connection. During
a crawl they run as operations of its `Writer`, elsewhere within a `transaction`.
"""

from scraper.storage.database import (
    database_url,
    describe,
    open_database,
    read,
    set_aside,
    transaction,
    write,
)
from scraper.storage.exceptions import (
    CorruptDatabaseError,
    CrawlOwnedError,
    StorageError,
)
from scraper.storage.writer import Writer

__all__ = [
    "CorruptDatabaseError",
    "CrawlOwnedError",
    "StorageError",
    "Writer",
    "database_url",
    "describe",
    "open_database",
    "read",
    "set_aside",
    "transaction",
    "write",
]
