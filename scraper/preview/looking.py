"""A crawl that only looks: a coroutine that fetches pages one by one, without database, feeds and pipelines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcessBase

from scraper.exceptions import ConfigurationError
from scraper.preview.fetch import Fetch
from scraper.running import run

Seen = TypeVar("Seen")

QUIET: dict[str, Any] = {
    # Warnings only: what was seen is shown in a table of its own.
    "LOG_LEVEL": "WARNING",
    # A person waits: one retry, half a second later at most.
    "RETRY_TIMES": 1,
    "RETRY_BACKOFF_CAP": 0.5,
    "DOWNLOAD_TIMEOUT": 20,
    "ITEM_PIPELINES": {},
    "FEEDS": {},
    "EXTENSIONS": {
        "scraper.extensions.SettingsCheck": 0,
        "scrapy.extensions.feedexport.FeedExporter": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.telnet.TelnetConsole": None,
        "scrapy.extensions.remote_control.RemoteControl": None,
    },
}
"""Settings of a look, where a crawl has others; to be set with the priority of a spider's, below the command line's."""


class LookingSpider(Spider):
    """Runs `looks`, a coroutine function that is given a Fetch.

    `seen` is what it returned, None if it did not; `mistake` the ConfigurationError that it raised.
    """

    name = "looking"

    def __init__(self, looks: Callable[[Fetch], Awaitable[Any]]) -> None:
        super().__init__()
        self.seen: Any = None
        self.mistake: ConfigurationError | None = None
        self._looks = looks

    async def start(self) -> AsyncIterator[Request]:
        """Look. Nothing is scheduled: all requests are made in the course of it."""
        try:
            self.seen = await self._looks(Fetch(self.crawler))
        except ConfigurationError as error:
            self.mistake = error
        requests: list[Request] = []
        for request in requests:
            yield request


def look(
    process: CrawlerProcessBase, looks: Callable[[Fetch], Awaitable[Seen]]
) -> Seen | None:
    """Run a crawl that is `looks`; returns what it returned, None if it was interrupted.

    Raises:
        ConfigurationError: a setting is wrong, or `looks` says so.
    """
    crawler = process.create_crawler(LookingSpider)
    failure = run(process, crawler, looks=looks)
    if failure is not None:
        raise failure
    spider = crawler.spider
    assert isinstance(spider, LookingSpider)
    if spider.mistake:
        raise spider.mistake
    seen: Seen | None = spider.seen
    return seen
