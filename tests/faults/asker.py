"""A spider that asks for pages of any host, and keeps what becomes of them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.http import Response
from scrapy.utils.asyncio import call_later
from twisted.python.failure import Failure

from scraper.retries import delayed_retry
from scraper.signals import host_given_up, stalled
from tests.crawls.running import project_settings
from tests.faults.crawling import QUICK


class Asker(Spider):
    """Asks for `urls` all at once, with `meta`, and for the pages of `chain` one after the other while there are any.

    A page that says "not yet" is asked for again, from the callback. `stop_after` is the
    seconds after which the crawl is told to stop, as by Ctrl-C.
    """

    name = "asker"

    def __init__(
        self,
        urls: Iterable[str],
        chain: str | None = None,
        meta: Mapping[str, Any] | None = None,
        method: str = "GET",
        stop_after: float | None = None,
    ) -> None:
        super().__init__()
        self.urls = list(urls)
        self.chain = chain
        self.meta = dict(meta or {})
        self.method = method
        self.stop_after = stop_after
        self.stopping: asyncio.Task[None] | None = None
        self.responses: dict[str, Response] = {}
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
        if self.stop_after is not None:
            call_later(self.stop_after, self.stop)
        if self.chain:
            yield Request(f"{self.chain}0", self.parse_chain)
        for url in self.urls:
            yield Request(
                url,
                self.parse,
                method=self.method,
                meta=self.meta,
                errback=self.note_failure,
            )

    def stop(self) -> None:
        self.stopping = asyncio.ensure_future(self.crawler.stop_async())

    def parse(self, response: Response) -> Request | None:
        assert response.request is not None
        if response.body == b"not yet":
            reason = "it says so"
            return delayed_retry(response.request, spider=self, reason=reason)
        self.done.append(response.url)
        self.responses[response.url] = response
        return None

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
    urls: Iterable[str],
    settings: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> tuple[Asker, dict[str, Any]]:
    """Run a crawl of an Asker with these `arguments`; return it and its stats."""
    changed = {"ITEM_PIPELINES": {}, "ROBOTSTXT_OBEY": False, **(settings or {})}
    crawler = asyncio.run(_run({**QUICK, **changed}, {"urls": urls, **arguments}))
    assert isinstance(crawler.spider, Asker)
    return crawler.spider, crawler.stats.get_stats()
