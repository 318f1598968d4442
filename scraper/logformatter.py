"""Log messages of a crawl of pages: what is not shown costs nothing."""

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure

from scraper.storage import StorageError


class PageLogFormatter(LogFormatter):
    """Scrapy's messages, but none of a response or an item unless DEBUG messages are shown.

    Scrapy makes a log record for each of them first and drops it at the handler:
    `LOG_LEVEL` sets the level of the handler, not of the loggers.
    """

    def __init__(self, verbose: bool) -> None:
        self._verbose = verbose

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read LOG_LEVEL."""
        level = logging.getLevelName(crawler.settings["LOG_LEVEL"])
        return cls(verbose=isinstance(level, int) and level <= logging.DEBUG)

    # None means "no message" to Scrapy; the base class's annotations leave that out.

    def crawled(  # type: ignore[override]
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        """Log a response, at DEBUG."""
        return super().crawled(request, response, spider) if self._verbose else None

    def scraped(  # type: ignore[override]
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        """Log an item, at DEBUG."""
        return super().scraped(item, response, spider) if self._verbose else None

    def item_error(
        self,
        item: Any,
        exception: BaseException,
        response: Response | Failure | None,
        spider: Spider,
    ) -> LogFormatterResult:
        """Log an error in a pipeline; that the database failed is said once, by CrawlDatabase, not for every page."""
        result = super().item_error(item, exception, response, spider)
        if isinstance(exception, StorageError):
            result["level"] = logging.DEBUG
        return result
