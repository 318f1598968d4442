"""Closing: ends a crawl from within."""

import asyncio
import logging

from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)


class Closing:
    """Closes a crawl when it is called for the first time."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._task: asyncio.Task[None] | None = None

    def __call__(self, reason: str) -> bool:
        """Close the crawl for `reason`; False if that has begun before."""
        if self._task is not None:
            return False
        self._task = asyncio.ensure_future(self._close(reason))
        return True

    async def _close(self, reason: str) -> None:
        try:
            await self._crawler.engine.close_spider_async(reason=reason)
        except Exception:
            logger.exception("The crawl could not be closed (%s)", reason)
