"""Handlers built as Scrapy builds them, and requests given to them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.utils.misc import load_object

from scraper.downloader import ThreadedDownloadHandler

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy.http import Response

OURS = "scraper.downloader.ThreadedDownloadHandler"
STOCK = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"


class Fetcher:
    """A handler under test, with the crawler it was built by."""

    def __init__(self, crawler: Crawler, handler: Any) -> None:
        self.crawler = crawler
        self.handler = handler

    async def __call__(self, url: str, **arguments: Any) -> Response:
        """Return the response to a request for `url`."""
        response: Response = await self.handler.download_request(
            Request(url, **arguments)
        )
        return response


def make_crawler(**settings: Any) -> Crawler:
    """Return a crawler that runs on asyncio without a reactor."""
    return Crawler(Spider, {"TWISTED_REACTOR_ENABLED": False, **settings})


@asynccontextmanager
async def opened(path: str = OURS, **settings: Any) -> AsyncIterator[Fetcher]:
    """Build the handler at `path` and close it at the end."""
    crawler = make_crawler(**settings)
    handler = load_object(path).from_crawler(crawler)
    try:
        yield Fetcher(crawler, handler)
    finally:
        await handler.close()


def make_handler(**settings: Any) -> ThreadedDownloadHandler:
    """Return our handler; whoever takes it closes it."""
    return ThreadedDownloadHandler.from_crawler(make_crawler(**settings))
