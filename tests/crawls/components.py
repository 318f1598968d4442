"""Scrapy components that crawls under test are run with."""

import logging
from collections import deque
from pathlib import Path
from time import sleep
from typing import IO, Any, Self

from scrapy import Request, signals
from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.extensions.feedexport import BlockingFeedStorage
from sqlalchemy import make_url

from scraper.items import Article, TopicPage
from scraper.pipelines import ArticlePipeline


class WatchedScheduler(Scheduler):
    """Keeps the most requests that ever waited in the stat `tests/most_pending`."""

    def enqueue_request(self, request: Request) -> bool:
        queued = super().enqueue_request(request)
        if self.stats:
            self.stats.max_value("tests/most_pending", len(self))
        return queued


class OrderlyScheduler(Scheduler):
    """Counts what leaves in the order in which it came, and without a priority, in the stat `tests/in_turn`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line: deque[Request] = deque()

    def enqueue_request(self, request: Request) -> bool:
        queued = super().enqueue_request(request)
        if queued:
            self._line.append(request)
        return queued

    def next_request(self) -> Request | None:
        request = super().next_request()
        if request is None or self.stats is None:
            return request
        if self._line.popleft() is request and request.priority == 0:
            self.stats.inc_value("tests/in_turn")
        return request


class RefusingScheduler(Scheduler):
    """Refuses the second page of every topic."""

    def enqueue_request(self, request: Request) -> bool:
        return "page=2" not in request.url and super().enqueue_request(request)


class SwallowingSpiderMiddleware:
    """Keeps the second page of every topic to itself, without a word."""

    async def process_start(self, start: Any) -> Any:
        async for request in start:
            if "page=2" not in request.url:
                yield request


class RaisingPipeline(ArticlePipeline):
    """Raises at the articles of page 2."""

    def process_article(self, article: Article) -> Article:
        if article["page"] == 2:
            raise ValueError("what a title")
        return article


class DroppingPipeline:
    """Drops page 2."""

    def process_item(self, item: object) -> object:
        if isinstance(item, TopicPage) and item.page.number == 2:
            raise DropItem("not this one")
        return item


class SwallowingOutputMiddleware:
    """Loses the items of page 2 on their way from the spider to the pipelines."""

    async def process_spider_output(self, response: Any, result: Any) -> Any:
        async for item in result:
            if not (isinstance(item, TopicPage) and item.page.number == 2):
                yield item


class RaisingInputMiddleware:
    """Raises at the responses of page 2, before the spider sees them."""

    def process_spider_input(self, response: Any) -> None:
        if "page=2" in response.url:
            raise ValueError("no such input")


class VanishingDatabase:
    """Deletes the crawl database when the crawl closes."""

    def __init__(self, database: Path) -> None:
        self._database = database

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(Path(make_url(crawler.settings["CRAWL_DB"]).database or ""))
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._database.with_name(self._database.name + suffix).unlink()


class PassingPipeline:
    """Lets all pass, and counts the pages in the stat `tests/pages`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_item(self, item: object) -> object:
        self._crawler.stats.inc_value("tests/pages")
        return item


class ForgetfulPipeline:
    """Forgets to return the pages of the number FORGOTTEN_PAGE."""

    def __init__(self, number: int) -> None:
        self._number = number

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("FORGOTTEN_PAGE"))

    def process_item(self, item: object) -> object:
        if isinstance(item, TopicPage) and item.page.number == self._number:
            return None
        return item


class MisspokenExtension:
    """Logs with an argument that its message does not take."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        crawler.signals.connect(cls.say, signals.item_scraped)
        return cls()

    @staticmethod
    def say() -> None:
        logging.getLogger(__name__).warning("%d pages", "some")


class CountingExtension:
    """Counts items in the stat `tests/items`."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self.item_scraped, signals.item_scraped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def item_scraped(self) -> None:
        self._crawler.stats.inc_value("tests/items")


class SlowStorage(BlockingFeedStorage):
    """Takes long to store a feed, and keeps nothing of it."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        pass

    def _store_in_thread(self, file: IO[bytes]) -> None:
        sleep(2.0)
        file.close()
