"""One measurement of one download handler, in a process of its own: prints it as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import install_reactor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from twisted.python.failure import Failure

OURS = "scraper.downloader.ThreadedDownloadHandler"
HANDLERS: dict[str, tuple[str, dict[str, Any]]] = {
    "http11": ("scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler", {}),
    "aiohttp": (
        "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler",
        {},
    ),
    "threaded": (OURS, {}),
    **{
        f"threaded-{count}": (OURS, {"DOWNLOADER_THREADS": count})
        for count in (1, 2, 4, 8)
    },
}
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
WARM_UP = 200
"""Requests before the clock starts: connections, imports, caches."""


class Clock:
    """Wall and CPU time from its start."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self, requests: int) -> dict[str, float]:
        """Return requests per second, and milliseconds of CPU time per request."""
        wall = time.perf_counter() - self._wall
        cpu = time.process_time() - self._cpu
        return {"rate": requests / wall, "cpu": cpu / requests * 1000}


def settings_of(name: str, concurrency: int, timeout: float) -> dict[str, Any]:
    """Return the settings of a crawl with the handler of that name."""
    path, settings = HANDLERS[name]
    return {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_HANDLERS": {"http": path, "https": path},
        "DOWNLOAD_TIMEOUT": timeout,
        "LOG_LEVEL": "CRITICAL",
        "REMOTE_CONTROL_ENABLED": False,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        **settings,
    }


async def fetch_alone(arguments: argparse.Namespace) -> dict[str, float]:
    """Give requests to the handler itself, some at a time."""
    settings = settings_of(arguments.handler, arguments.concurrency, arguments.timeout)
    crawler = Crawler(scrapy.Spider, settings)
    handler = load_object(HANDLERS[arguments.handler][0]).from_crawler(crawler)

    async def fetch(count: int) -> None:
        numbers = iter(range(count))

        async def work() -> None:
            for number in numbers:
                request = scrapy.Request(
                    f"{arguments.url}?{number}",
                    meta={"download_timeout": arguments.timeout},
                )
                response = await handler.download_request(request)
                assert response.status == 200

        await asyncio.gather(*(work() for _ in range(arguments.concurrency)))

    await fetch(WARM_UP)
    clock = Clock()
    await fetch(arguments.requests)
    figures = clock.read(arguments.requests)
    await handler.close()
    return figures


def measure_alone(arguments: argparse.Namespace) -> dict[str, float]:
    """Run `fetch_alone` in Twisted's reactor, which Scrapy's default handler needs."""
    install_reactor(REACTOR)
    from twisted.internet import reactor

    run: Any = reactor
    figures: list[dict[str, float]] = []
    run.callWhenRunning(
        lambda: (
            deferred_from_coro(fetch_alone(arguments))
            .addCallback(figures.append)
            .addBoth(lambda failure: (run.stop(), failure)[1])
        )
    )
    run.run()
    return figures[0]


class PagesSpider(scrapy.Spider):
    """Asks for the same page again and again; its callback keeps the thread busy for `burn` seconds."""

    name = "pages"

    def __init__(self, url: str, requests: int, burn: float) -> None:
        super().__init__()
        self.figures: dict[str, float] = {}
        self._url, self._requests, self._burn = url, requests, burn
        self._done = 0
        self._timeouts = 0
        self._latencies: list[float] = []
        self._clock = Clock()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield all requests."""
        for number in range(WARM_UP + self._requests):
            yield scrapy.Request(
                f"{self._url}?{number}", errback=self.count_timeout, dont_filter=True
            )

    def parse(self, response: scrapy.http.Response, **_: Any) -> None:
        """Count a page, after the work that a callback may have."""
        self._latencies.append(response.meta["download_latency"])
        until = time.perf_counter() + self._burn
        while time.perf_counter() < until:
            pass
        self._count()

    def count_timeout(self, failure: Failure) -> None:
        """Count what did not arrive in time; anything else ends the measurement."""
        if not isinstance(failure.value, DownloadTimeoutError):
            failure.raiseException()
        self._timeouts += 1
        self._count()

    def _count(self) -> None:
        self._done += 1
        if self._done == WARM_UP:
            self._clock = Clock()
            self._timeouts = 0
            self._latencies.clear()
        elif self._done == WARM_UP + self._requests:
            self.figures = self._clock.read(self._requests)
            *_, slow = statistics.quantiles(self._latencies, n=20)
            self.figures |= {"slow": slow * 1000, "timeouts": self._timeouts}


def measure_crawl(arguments: argparse.Namespace) -> dict[str, float]:
    """Crawl pages with Scrapy's defaults."""
    process = AsyncCrawlerProcess(
        settings_of(arguments.handler, arguments.concurrency, arguments.timeout)
    )
    crawler = process.create_crawler(PagesSpider)
    process.crawl(
        crawler,
        url=arguments.url,
        requests=arguments.requests,
        burn=arguments.burn,
    )
    process.start()
    assert isinstance(crawler.spider, PagesSpider)
    if not crawler.spider.figures:
        sys.exit("not all requests were answered")
    return crawler.spider.figures


def main() -> None:
    """Measure what the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--handler", choices=HANDLERS, required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--concurrency", type=int, required=True)
    parser.add_argument("--timeout", type=float, default=60, help="seconds")
    parser.add_argument("--burn", type=float, default=0, help="seconds of a callback")
    parser.add_argument("--crawl", action="store_true", help="a whole crawl")
    parser.add_argument("url")
    arguments = parser.parse_args()
    measure = measure_crawl if arguments.crawl else measure_alone
    print(json.dumps(measure(arguments)))


if __name__ == "__main__":
    main()
