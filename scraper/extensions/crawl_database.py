"""CrawlDatabase: a crawl that cannot be lost; it begins, or goes on, in the crawl database."""

import asyncio
import logging
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.project import data_path

from scraper.crawl_store import CrawlStore
from scraper.exceptions import ConfigurationError
from scraper.outcome import DATABASE_FAILED
from scraper.spiders.topics import TopicsSpider
from scraper.storage import CorruptDatabaseError, StorageError, database_url
from scraper.storage.crawls import Beginning
from scraper.storage.database import set_aside
from scraper.worker_status import WorkerStatus

HEARTBEAT = 2.0
"""Seconds between two signs of life."""

logger = logging.getLogger(__name__)


class CrawlDatabase:
    """Opens the crawl's place in the database, gives it to the spider, and ends it after all others."""

    def __init__(self, crawler: Crawler, store: CrawlStore) -> None:
        self._crawler = crawler
        self._store = store
        self._status = WorkerStatus(crawler)
        self._closing: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read CRAWL_DB and CRAWL_DB_SYNCHRONOUS, and begin the crawl or take up the unfinished one.

        Raises:
            ConfigurationError: the database cannot be used, or another process is at work on this crawl.
        """
        spider, settings = crawler.spider, crawler.settings
        if not isinstance(spider, TopicsSpider) or spider.arguments.listed is not None:
            raise NotConfigured
        url = database_url(
            settings["CRAWL_DB"], Path(data_path("crawls.db", createdir=False))
        )
        if url is None:
            if spider.arguments.only_new:
                raise ConfigurationError(
                    "-a only=new needs the crawl database: set CRAWL_DB"
                )
            raise NotConfigured
        try:
            store = CrawlStore.open(
                url,
                spider.site,
                fresh=spider.arguments.fresh,
                synchronous=settings.get("CRAWL_DB_SYNCHRONOUS", "NORMAL"),
            )
        except CorruptDatabaseError as error:
            kept = set_aside(url)
            raise ConfigurationError(
                f"{error}. It is kept as {kept}; the same command begins with a new one"
            ) from error
        except StorageError as error:
            raise ConfigurationError(str(error)) from error
        spider.use_database(store)
        extension = cls(crawler, store)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        return extension

    def spider_opened(self, spider: TopicsSpider) -> None:
        """Start the writer, and say what there is to do."""
        self._store.start(self._failed)
        self._status.start()
        self._beating = create_looping_call(self._beat)
        self._beating.start(HEARTBEAT, now=False)
        self._say(spider)
        # Connected only now, so that it is the last to hear of the end: the others still ask the database.
        self._crawler.signals.connect(self.spider_closed, signals.spider_closed)

    async def spider_closed(self, spider: TopicsSpider, reason: str) -> None:
        """End the crawl in the database, or leave it to be taken up again."""
        self._beating.stop()
        self._status.stop()
        self._beat()
        spider.close_frontier()
        finished = reason == "finished" and spider.settlement.is_complete
        try:
            await self._store.close(finished=finished, reason=reason)
        except StorageError as error:
            logger.error("%s", error)  # noqa: TRY400 (one line says it all)

    def _beat(self) -> None:
        self._store.heartbeat(self._status.read())

    def _failed(self, error: StorageError) -> None:
        logger.error("%s. The crawl ends here; the same command goes on with it", error)
        close = self._crawler.engine.close_spider_async(reason=DATABASE_FAILED)
        self._closing = asyncio.ensure_future(close)

    def _say(self, spider: TopicsSpider) -> None:
        topics = spider.frontier.topics
        begun = self._store.begun
        if begun.resumed:
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
            logger.info("Crawl %d begins", begun.id)
