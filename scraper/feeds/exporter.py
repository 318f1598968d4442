"""Rows of articles out of pages, for every feed format and storage that Scrapy knows."""

import asyncio
import contextlib
import logging
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.extensions.feedexport import FeedExporter

from scraper.exceptions import ConfigurationError
from scraper.feeds.local import (
    FeedFileError,
    check_feed_file,
    cut_back,
    local_path,
)
from scraper.items import TopicPage
from scraper.outcome import CANNOT_WRITE
from scraper.site import SiteProfile

logger = logging.getLogger(__name__)


class ArticleFeedExporter(FeedExporter):
    """Scrapy's feed exports with one row per article.

    Rows have the profile's columns unless a feed's `fields` (FEED_EXPORT_FIELDS) say
    otherwise. A feed that cannot be written closes the crawl with the reason
    `cannot_write`: before the first request, where that can be seen then. A crawl that
    goes on makes its feeds whole again from the crawl database: a local file is cut
    back to where the crawl began in it, then all rows are written anew.
    """

    def __init__(self, crawler: Crawler) -> None:
        try:
            super().__init__(crawler)
        except NotConfigured:
            if not crawler.settings.getdict("FEEDS"):
                raise
            raise ConfigurationError(
                f"FEEDS: cannot be used as set (see the error above): {dict(crawler.settings.getdict('FEEDS'))}"
            ) from None
        self._broken = False
        self._closing: asyncio.Task[None] | None = None

    def open_spider(self, spider: Spider) -> None:
        """Open the feeds.

        Raises:
            CloseSpider: a local file cannot be written, or not be appended to.
        """
        site = getattr(spider, "site", None)
        if isinstance(site, SiteProfile):
            for options in self.feeds.values():
                options["fields"] = options["fields"] or list(site.columns)
        super().open_spider(spider)
        store = getattr(spider, "store", None)
        try:
            for slot in self.slots:
                if path := local_path(slot.uri):
                    if store is not None and not slot.feed_options.get("overwrite"):
                        cut_back(path, store)
                    check_feed_file(path, slot.feed_options)
        except FeedFileError as error:
            logger.error(str(error))  # noqa: TRY400, G (one line, no traceback)
            self.slots = []
            raise CloseSpider(CANNOT_WRITE) from None
        if store is not None and store.begun.resumed:
            for article in store.stored_articles():
                self.item_scraped(article, spider)

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write the articles of a page; any other item as it is."""
        if self._broken:
            return
        try:
            for row in item.articles if isinstance(item, TopicPage) else (item,):
                super().item_scraped(row, spider)
        except OSError as error:
            self._broke(error)
            close = self.crawler.engine.close_spider_async(reason=CANNOT_WRITE)
            self._closing = asyncio.ensure_future(close)

    async def close_spider(self, spider: Spider) -> None:
        """Finish the feeds, each on its own, so that one that fails takes no other with it."""
        for slot in list(self.slots):
            if not slot.itemcount or slot.file is None:
                continue
            try:
                slot.finish_exporting()
                slot.file.flush()
            except OSError as error:
                if not self._broken:
                    self._broke(error)
                self.slots.remove(slot)
                with contextlib.suppress(OSError):
                    slot.file.close()
        await super().close_spider(spider)

    def _broke(self, error: OSError) -> None:
        feeds = ", ".join(slot.uri for slot in self.slots)
        reason = error.strerror or error
        logger.error(
            "Cannot write the feed %s: %s. What it holds is not complete", feeds, reason
        )
        self.crawler.stats.inc_value("feedexport/failed_count/write")
        self._broken = True
