"""Compare download handlers: requests per second, and CPU time per request, on this machine.

Each handler runs in a process of its own against a server in another one, all of them in turn and
several times over, so that what else the machine does hits all alike; the medians are printed.

    python -m benchmarks.handler                the handlers alone
    python -m benchmarks.handler --crawl        within a whole crawl
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import install_reactor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

OURS = "scraper.downloader.ThreadedDownloadHandler"
HANDLERS: dict[str, tuple[str, dict[str, Any]]] = {
    "http11": ("scrapy.core.downloader.handlers.http11.HTTP11DownloadHandler", {}),
    "aiohttp": (
        "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler",
        {},
    ),
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

    def report(self, requests: int) -> None:
        """Print requests per second and milliseconds of CPU time per request."""
        wall = time.perf_counter() - self._wall
        cpu = time.process_time() - self._cpu
        print(requests / wall, cpu / requests * 1000)


async def serve(size: int) -> None:
    """Answer every request with `size` bytes, as cheaply as Python can."""
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {size}\r\n\r\n"
    )
    answer = head.encode() + b"x" * size

    async def converse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(answer)
        writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=500)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def settings_of(name: str, concurrency: int) -> dict[str, Any]:
    """Return the settings of a crawl with the handler of that name."""
    path, settings = HANDLERS[name]
    return {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DOWNLOAD_HANDLERS": {"http": path, "https": path},
        "LOG_LEVEL": "ERROR",
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        **settings,
    }


async def fetch_alone(name: str, url: str, requests: int, concurrency: int) -> None:
    """Give requests to the handler itself, `concurrency` at a time."""
    crawler = Crawler(scrapy.Spider, settings_of(name, concurrency))
    handler = load_object(HANDLERS[name][0]).from_crawler(crawler)

    async def fetch(count: int) -> None:
        numbers = iter(range(count))

        async def work() -> None:
            for number in numbers:
                request = scrapy.Request(
                    f"{url}{number}", meta={"download_timeout": 60}
                )
                response = await handler.download_request(request)
                assert response.status == 200

        await asyncio.gather(*(work() for _ in range(concurrency)))

    await fetch(WARM_UP)
    clock = Clock()
    await fetch(requests)
    clock.report(requests)
    await handler.close()


def measure_alone(name: str, url: str, requests: int, concurrency: int) -> None:
    """Run `fetch_alone` in Twisted's reactor, which Scrapy's default handler needs."""
    install_reactor(REACTOR)
    from twisted.internet import reactor

    run: Any = reactor
    run.callWhenRunning(
        lambda: deferred_from_coro(
            fetch_alone(name, url, requests, concurrency)
        ).addBoth(lambda _: run.stop())
    )
    run.run()


def measure_crawl(name: str, url: str, requests: int, concurrency: int) -> None:
    """Crawl pages with Scrapy's defaults and a callback that does nothing."""

    class Pages(scrapy.Spider):
        name = "pages"
        done = 0
        clock: Clock | None = None

        async def start(self) -> AsyncIterator[scrapy.Request]:
            for number in range(WARM_UP + requests):
                yield scrapy.Request(f"{url}{number}", dont_filter=True)

        def parse(self, _: scrapy.http.Response) -> None:
            self.done += 1
            if self.done == WARM_UP:
                self.clock = Clock()
            elif self.done == WARM_UP + requests and self.clock:
                self.clock.report(requests)

    process = AsyncCrawlerProcess(settings_of(name, concurrency))
    process.crawl(Pages)
    process.start()


def run_child(arguments: argparse.Namespace, *words: str) -> tuple[float, float]:
    """Return what one measurement in a process of its own printed."""
    command = [sys.executable, "-m", "benchmarks.handler", *words]
    options = [
        f"--requests={arguments.requests}",
        f"--concurrency={arguments.concurrency}",
    ]
    done = subprocess.run(  # noqa: S603 - this script itself
        [*command, *options], check=True, capture_output=True, text=True
    )
    rate, cpu = done.stdout.split()
    return float(rate), float(cpu)


def compare(arguments: argparse.Namespace) -> None:
    """Measure all handlers in turn and print the medians."""
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in HANDLERS}
    server_command = [
        sys.executable,
        "-m",
        "benchmarks.handler",
        f"--size={arguments.size}",
    ]
    with subprocess.Popen(  # noqa: S603 - this script itself
        [*server_command, "--serve"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/"
        for _ in range(arguments.rounds):
            for name, measured in results.items():
                words = ["--url", url, "--handler", name]
                words += ["--crawl"] if arguments.crawl else []
                measured.append(run_child(arguments, *words))
        server.terminate()
    print(f"{'handler':12} {'requests/s':>10} {'CPU ms/request':>15}")
    for name, measured in results.items():
        rate, cpu = (
            statistics.median(values) for values in zip(*measured, strict=True)
        )
        print(f"{name:12} {rate:10.0f} {cpu:15.3f}")


def main() -> None:
    """Compare, or do one part of it as a child process."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", type=int, default=2048, help="bytes of a body")
    parser.add_argument("--requests", type=int, default=2000, help="per measurement")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--crawl", action="store_true", help="measure a whole crawl")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--handler", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve(arguments.size))
    elif arguments.handler:
        measure: Callable[..., None] = (
            measure_crawl if arguments.crawl else measure_alone
        )
        measure(
            arguments.handler, arguments.url, arguments.requests, arguments.concurrency
        )
    else:
        compare(arguments)


if __name__ == "__main__":
    main()
