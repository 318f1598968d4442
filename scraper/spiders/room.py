"""Room: when the engine takes another page."""

import asyncio

from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

ACTIVE_SIZE = "SCRAPER_SLOT_MAX_ACTIVE_SIZE"
"""The setting for how many bytes of answers may wait to be read; beyond that nothing is sent."""

USUAL_SIZE = 100_000
"""Bytes of a page."""


def make_room(settings: BaseSettings) -> None:
    """Let the answers to all requests at once wait to be read, unless ACTIVE_SIZE is set."""
    if not settings.getpriority(ACTIVE_SIZE):
        size = settings.getint("CONCURRENT_REQUESTS") * USUAL_SIZE
        size = max(size, settings.getint(ACTIVE_SIZE))
        settings.set(ACTIVE_SIZE, size, priority="spider")


class Room:
    """Whether the engine takes another page now, and the wait until it may.

    Besides what it can send at once (`needs_backout`), `ahead` pages may wait in Scrapy's scheduler. Of `Spider.start`
    the engine takes a request every other turn of its loop, and a turn is long when many responses come together: they
    would all be read before as many requests are sent. What is in the scheduler is sent at once.
    """

    def __init__(self, crawler: Crawler, ahead: int) -> None:
        self._crawler = crawler
        self._ahead = ahead
        self._changed = asyncio.Event()

    def look(self) -> None:
        """There may be room, or a page for it."""
        self._changed.set()

    async def change(self) -> None:
        """Wait until there may be room, or a page for it."""
        self._changed.clear()
        await self._changed.wait()

    @property
    def is_left(self) -> bool:
        """Whether another page is taken."""
        engine = self._crawler.engine
        if not engine.needs_backout():
            return True
        # One that workers share, scrapy-redis's say, tells its length over the network; and not all have one.
        scheduler = engine.scheduler
        return isinstance(scheduler, Scheduler) and len(scheduler) < self._ahead
