"""CrawlDatabase: a crawl that cannot be lost; it begins, or goes on, in the crawl database."""

import asyncio
import logging
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from scraper import signals as own_signals
from scraper.closing import Closing
from scraper.components import check_pipelines
from scraper.crawl_store import CrawlOptions, CrawlStore
from scraper.crawl_store.worker_status import WorkerStatus
from scraper.exceptions import ConfigurationError
from scraper.feeds import ArticleFeedExporter
from scraper.outcome import DATABASE_FAILED
from scraper.spiders.topics import TopicsSpider
from scraper.storage import CorruptDatabaseError, StorageError
from scraper.storage.crawls import Beginning, Begun
from scraper.storage.database import describe, set_aside

HEARTBEAT = 2.0
"""Seconds between two signs of life."""

logger = logging.getLogger(__name__)


class CrawlDatabase:
    """Opens the crawl's place in the database, gives it to the spider, and ends it after all others."""

    def __init__(self, crawler: Crawler, store: CrawlStore) -> None:
        self._crawler = crawler
        self._store = store
        self._status = WorkerStatus(crawler)
        self._interval = min(HEARTBEAT, store.options.silence / 5)
        self._last_beat: asyncio.Task[None] | None = None
        self._closing = Closing(crawler)
        self._damage: CorruptDatabaseError | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Begin the crawl in the database that the settings name (CrawlOptions), or enter one that is unfinished.

        Raises:
            ConfigurationError: the database cannot be used, or another process is at work on this crawl, or no
                pipeline stores its pages.
        """
        spider = crawler.spider
        if not isinstance(spider, TopicsSpider) or spider.arguments.listed is not None:
            raise NotConfigured
        options = CrawlOptions.from_settings(crawler.settings)
        if options is None:
            if spider.arguments.only_new:
                raise ConfigurationError(
                    "-a only=new needs the crawl database: set CRAWL_DB"
                )
            raise NotConfigured
        check_pipelines(crawler.settings)
        store = _opened(options, spider)
        spider.use_database(store)
        extension = cls(crawler, store)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    async def spider_opened(self, spider: TopicsSpider) -> None:
        """Start the writer, and say what there is to do."""
        self._store.start(self._failed)
        self._status.start()
        self._say(spider)
        # Connected only now, so that it is the last to hear of the end: the others still ask the database.
        self._crawler.signals.connect(self.spider_closed, signals.spider_closed)
        # Before the first request: who else is there decides how many there may be.
        await self._beat()
        self._beating = create_looping_call(self._begin_beat)
        self._beating.start(self._interval, now=False)

    async def spider_closed(self, spider: TopicsSpider, reason: str) -> None:
        """End the crawl in the database, or leave it to be taken up again."""
        spider.frontier.close()
        finished = False
        try:
            try:
                finished = await self._is_finished(spider, reason)
            finally:
                self._beating.stop()
                self._status.stop()
                await self._beat()
                if finished:
                    self._crawler.signals.send_catch_log(own_signals.finishing)
                await self._store.close(finished=finished, reason=reason)
        except StorageError as error:
            self._crawler.stats.inc_value("crawl_database/failed_count")
            if self._damage is None:
                logger.error("%s", error)  # noqa: TRY400 (one line says it all)
        finally:
            if self._damage is not None:
                self._set_aside(self._damage)

    async def _is_finished(self, spider: TopicsSpider, reason: str) -> bool:
        """Whether it is for this worker to finish the crawl, and its feeds, which are waited for, are whole.

        Raises:
            StorageError: the database failed.
        """
        if reason != "finished" or not spider.settlement.is_complete:
            return False
        if not await self._store.take_finish():
            logger.info("Another worker finishes the crawl, and writes its feeds")
            return False
        exporter = self._crawler.get_extension(ArticleFeedExporter)
        return exporter is None or await exporter.closed()

    def _begin_beat(self) -> None:
        if self._last_beat is None or self._last_beat.done():
            self._last_beat = asyncio.ensure_future(self._beat())

    async def _beat(self) -> None:
        try:
            beat = await self._store.heartbeat(self._status.read())
        except StorageError:
            return  # the store has told of it, and the crawl closes
        self._crawler.signals.send_catch_log(own_signals.heartbeat, beat=beat)

    def _failed(self, error: StorageError) -> None:
        if isinstance(error, CorruptDatabaseError):
            self._damage = error
            logger.error("%s. The crawl ends here", error)
        else:
            logger.error(
                "%s. The crawl ends here; the same command goes on with it", error
            )
        self._closing(DATABASE_FAILED)

    def _set_aside(self, damage: CorruptDatabaseError) -> None:
        try:
            logger.error("%s", _kept_aside(self._store.options, damage))
        except StorageError as error:  # another worker was quicker
            logger.error("%s", error)  # noqa: TRY400 (one line says it all)

    def _say(self, spider: TopicsSpider) -> None:
        topics = spider.frontier.topics
        entry, begun = self._store.entry, self._store.begun
        if self._store.options.shared:
            self._say_shared(begun, entry.others)
        elif begun.resumed:
            done = sum(topic.done for topic in topics)
            to_do = sum(topic.waiting for topic in topics)
            logger.info(
                "Crawl %d goes on: %d pages done, %d to do", begun.id, done, to_do
            )
        elif begun.beginning is Beginning.PROFILE_CHANGED:
            logger.info(
                "Crawl %d begins: the profile has changed since the last", begun.id
            )
        else:
            where = describe(self._store.options.url)
            logger.info("Crawl %d begins (%s)", begun.id, where)
        feeds = self._crawler.settings.getdict("FEEDS").values()
        if begun.superseded and not all(feed.get("overwrite") for feed in feeds):
            logger.warning(
                "What an unfinished crawl before wrote to a feed stays in it: to replace it, use -O"
            )

    def _say_shared(self, begun: Begun, others: int) -> None:
        how = f"has {others} other workers" if others else "begins"
        if begun.resumed and not others:
            how = "goes on"
        logger.info(
            "Crawl %d %s. Its feeds are written by the worker that finishes it; "
            "`scrapy export --crawl %d FILE` writes them anywhere",
            begun.id,
            how,
            begun.id,
        )


def _opened(options: CrawlOptions, spider: TopicsSpider) -> CrawlStore:
    try:
        return CrawlStore.open(
            options,
            spider.site,
            fresh=spider.arguments.fresh,
            only_new=spider.arguments.only_new,
        )
    except CorruptDatabaseError as error:
        raise ConfigurationError(_kept_aside(options, error)) from error
    except StorageError as error:
        raise ConfigurationError(str(error)) from error


def _kept_aside(options: CrawlOptions, damage: CorruptDatabaseError) -> str:
    """Keep a damaged database under another name, and say so."""
    kept = set_aside(options.url)
    return (
        f"{damage}. It is kept as {kept}; the same command begins with a new one. "
        "What was written to a feed stays in it: to replace it, use -O"
    )
