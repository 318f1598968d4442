"""Spiders that ask hosts for pages, and what they keep of a crawl."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper.signals import host_given_up, stalled
from tests.crawls.running import project_settings
from tests.faults.crawling import QUICK


class Asker(Spider):
    """Asks for `urls` all at once; for those of `chain` and then, as long as they are found, for one more."""

    name = "asker"

    def __init__(self, urls: Iterable[str], chain: str | None = None) -> None:
        super().__init__()
        self.urls = list(urls)
        self.chain = chain
        self.done: list[str] = []
        self.failed: dict[str, str] = {}
        self.given_up: list[tuple[str, str]] = []
        self.stalls: list[int] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "Asker":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.host_given_up, host_given_up)
        crawler.signals.connect(spider.stalled, stalled)
        return spider

    def host_given_up(self, host: str, reason: str) -> None:
        self.given_up.append((host, reason))

    def stalled(self, times: int) -> None:
        self.stalls.append(times)

    async def start(self) -> AsyncIterator[Request]:
        if self.chain:
            yield Request(f"{self.chain}0", self.parse_chain)
        for url in self.urls:
            yield Request(url, self.parse, errback=self.note_failure)

    def parse(self, response: Response) -> None:
        self.done.append(response.url)

    def parse_chain(self, response: Response) -> Request:
        self.done.append(response.url)
        start, _, number = response.url.rpartition("/")
        return Request(f"{start}/{int(number) + 1}", self.parse_chain)

    def note_failure(self, failure: Failure) -> None:
        url = failure.request.url  # type: ignore[attr-defined]  # set by Scrapy
        self.failed[url] = f"{type(failure.value).__name__}: {failure.value}"


async def _run(settings: dict[str, Any], arguments: dict[str, Any]) -> Crawler:
    runner = AsyncCrawlerRunner(project_settings(**settings))
    crawler = runner.create_crawler(Asker)
    await runner.crawl(crawler, **arguments)
    return crawler


def ask(
    urls: Iterable[str], chain: str | None = None, **settings: Any
) -> tuple[Asker, dict[str, Any]]:
    """Run a crawl of an Asker; return it and its stats."""
    given = {**QUICK, "ITEM_PIPELINES": {}, "ROBOTSTXT_OBEY": False, **settings}
    crawler = asyncio.run(_run(given, {"urls": urls, "chain": chain}))
    assert isinstance(crawler.spider, Asker)
    return crawler.spider, crawler.stats.get_stats()
