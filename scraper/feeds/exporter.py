"""Rows of articles out of pages, for every feed format and storage that Scrapy knows."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from scrapy.settings import BaseSettings, Settings

from scraper.closing import Closing
from scraper.crawl_store import CrawlStore
from scraper.exceptions import ConfigurationError
from scraper.feeds import batches
from scraper.feeds.local import (
    FeedFileError,
    LocalFeedStorage,
    check_feed_file,
    cut_back,
    local_path,
)
from scraper.feeds.own_rows import check_own_rows
from scraper.feeds.rows import write_rows
from scraper.items import TopicPage
from scraper.outcome import CANNOT_WRITE
from scraper.reasons import reason_of_file
from scraper.setting_values import choice
from scraper.site import SiteProfile
from scraper.storage import StorageError

logger = logging.getLogger(__name__)


class ArticleFeedExporter(FeedExporter):
    """Scrapy's feed exports with one row per article.

    Rows have the profile's columns unless a feed's `fields` (FEED_EXPORT_FIELDS) say
    otherwise. A feed that cannot be written closes the crawl with the reason
    `cannot_write`: before the first request, where that can be seen then. A crawl that
    goes on makes its feeds whole again from the crawl database: a local file is cut
    back to where the crawl began in it, then all rows are written anew. Of a crawl that
    several workers share, one writes the feeds, at the end. Batches that it wrote are
    taken back, and written anew.
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
        check_settings(crawler.settings, self.feeds)
        self._is_split = any(map(batches.is_split, self.feeds.values()))
        self._broken = False
        self._shared: CrawlStore | None = None
        self._closed = asyncio.Event()
        self._closing = Closing(crawler)

    def open_spider(self, spider: Spider) -> None:
        """Open the feeds.

        Raises:
            CloseSpider: a feed's name cannot be made, or a local file not be written, or not be appended to.
        """
        site = getattr(spider, "site", None)
        if isinstance(site, SiteProfile):
            for options in self.feeds.values():
                options["fields"] = options["fields"] or list(site.columns)
        store: CrawlStore | None = getattr(spider, "store", None)
        self._shared = store if store is not None and store.options.shared else None
        try:
            self._open_slots(spider)
            self._make_room(store if self._shared is None else None)
            if store is not None and store.begun.resumed and self._shared is None:
                for articles in store.stored_articles():
                    self._write(articles, spider)
        except FeedFileError as error:
            logger.error(str(error))  # noqa: TRY400, G (one line, no traceback)
            self.slots = []
            raise CloseSpider(CANNOT_WRITE) from None
        except Exception as error:  # noqa: BLE001 (whatever it is: rows are missing)
            self._broke(error)
            raise CloseSpider(CANNOT_WRITE) from None

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Write the articles of a page; any other item as it is."""
        if self._broken or self._shared is not None or item is None:
            return
        rows = item.articles if isinstance(item, TopicPage) else [item]
        try:
            self._write(rows, spider)
        except Exception as error:  # noqa: BLE001 (whatever it is: rows are missing)
            self._broke(error)
            self._closing(CANNOT_WRITE)

    async def close_spider(self, spider: Spider, reason: str = "") -> None:
        """Finish the feeds, each on its own, so that one that fails takes no other with it."""
        try:
            if self._shared is not None and not self._broken:
                await self._write_shared(self._shared, spider, reason)
            self._finish_files()
            await super().close_spider(spider)
        finally:
            self._closed.set()

    async def closed(self) -> bool:
        """Wait until the feeds are closed; whether all of them are whole."""
        await self._closed.wait()
        counts = self.crawler.stats.get_stats()
        return not any(key.startswith("feedexport/failed_count/") for key in counts)

    async def _write_shared(
        self, store: CrawlStore, spider: Spider, reason: str
    ) -> None:
        """Write a crawl that is shared, if it is this worker that finishes it."""
        is_complete = reason == "finished" and spider.settlement.is_complete  # type: ignore[attr-defined]
        if not self.slots or not is_complete:
            self.slots = []
            return
        try:
            if not await store.take_finish():
                self.slots = []
                return
            batches.clear(self.feeds, store)
            for path, slot in self._local_files():
                if not slot.feed_options.get("overwrite"):
                    check_own_rows(slot, path, store)
            for articles in store.stored_articles():
                self._write(articles, spider)
                await asyncio.sleep(0)  # for the signs of life
        except Exception as error:  # noqa: BLE001 (whatever it is: rows are missing)
            self._broke(error)

    def _open_slots(self, spider: Spider) -> None:
        """Open the feeds as Scrapy does.

        Raises:
            FeedFileError: a placeholder in a feed's name stands for nothing.
        """
        try:
            super().open_spider(spider)
        except (ImportError, LookupError, NameError, TypeError, ValueError) as error:
            raise FeedFileError(
                f"FEEDS: a feed's name cannot be made: {error!r} "
                "(placeholders are %(name)s, %(time)s, what the spider has)"
            ) from None

    def _make_room(self, store: CrawlStore | None) -> None:
        """Cut local files back to where the crawl in `store` began in them, and see that all can be written.

        Raises:
            FeedFileError: one cannot, or has rows that are not the crawl's.
        """
        if store is not None and store.begun.resumed:
            batches.clear(self.feeds, store)
        for path, slot in self._local_files():
            if store is not None and not slot.feed_options.get("overwrite"):
                check_own_rows(slot, path, store)
                cut_back(path, store)
            check_feed_file(path, slot.feed_options)

    def _write(self, rows: Sequence[Any], spider: Spider) -> None:
        if self._is_split:
            for row in rows:
                super().item_scraped(row, spider)
        else:
            for slot in self.slots:
                write_rows(slot, rows)

    def _finish_files(self) -> None:
        """Write the end of each file while an error can still be told."""
        for slot in list(self.slots):
            try:
                self._finish_file(slot)
            except Exception as error:  # noqa: BLE001 (whatever it is: the file is not whole)
                if not self._broken:
                    self._broke(error)
                self.slots.remove(slot)
                if slot.file is not None:
                    with contextlib.suppress(OSError):
                        slot.file.close()
        if self._broken:
            self.slots = [slot for slot in self.slots if slot.file is not None]

    def _finish_file(self, slot: FeedSlot) -> None:
        if not slot.itemcount:
            return
        slot.finish_exporting()
        if slot.file is not None:
            slot.file.flush()
        if isinstance(slot.storage, LocalFeedStorage):
            slot.storage.check_written()

    def _local_files(self) -> list[tuple[Path, FeedSlot]]:
        """The feeds that are local files."""
        paths = [(local_path(slot.uri), slot) for slot in self.slots]
        return [(path, slot) for path, slot in paths if path is not None]

    def _broke(self, error: Exception) -> None:
        feeds = ", ".join(slot.uri for slot in self.slots)
        is_usual = isinstance(error, OSError | UnicodeError | StorageError)
        logger.error(
            "Cannot write the feed %s: %s. What it holds is not complete",
            feeds,
            reason_of_file(error),
            exc_info=None if is_usual else error,
        )
        self.crawler.stats.inc_value("feedexport/failed_count/write")
        self._broken = True


def check_feeds(settings: Settings, site: SiteProfile) -> None:
    """See, before a crawl, that the feeds can be written at its end; one whose name is made only then is left aside.

    Raises:
        ConfigurationError: FEEDS cannot be used as set.
        FeedFileError: a local file cannot be written, or not be appended to.
    """
    if not settings.getdict("FEEDS"):
        return
    exporter = ArticleFeedExporter(Crawler(Spider, settings.copy()))
    for uri, options in exporter.feeds.items():
        path = local_path(uri)
        if path is not None and "%(" not in uri:
            columns = options["fields"] or list(site.columns)
            check_feed_file(path, {**options, "fields": columns})


def check_settings(
    settings: BaseSettings, feeds: Mapping[str, Mapping[str, Any]]
) -> None:
    """See that feeds can be written as they are set.

    Raises:
        ConfigurationError: there is no such encoding, or CSV_ESCAPE_FORMULAS is neither true nor false.
    """
    for uri, options in feeds.items():
        try:
            "".encode(options.get("encoding") or "utf-8")
        except LookupError:
            raise ConfigurationError(
                f"FEED_EXPORT_ENCODING: there is no encoding {options['encoding']!r} ({uri})"
            ) from None
    choice(settings, "CSV_ESCAPE_FORMULAS")
