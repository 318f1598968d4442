"""Shutdown: a crawl that is told to stop stops in bounded time."""

from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.utils.asyncio import create_looping_call
from twisted.python.failure import Failure

from scraper import signals as own_signals
from scraper.setting_values import number

LOOK_INTERVAL = 0.1
"""Seconds between two looks whether the crawl is told to stop; Scrapy sends no signal then."""


class Shutdown:
    """After Ctrl-C or SIGTERM sends nothing more, and lets what is in flight have `grace` seconds (SHUTDOWN_GRACE).

    Scrapy goes on sending what its download slots hold, at their delays, and waits for all of it
    (https://github.com/scrapy/scrapy/issues/4749 tells of 2.5 hours).
    """

    def __init__(self, crawler: Crawler, grace: float) -> None:
        self._crawler = crawler
        self._grace = grace
        self._deadline: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read SHUTDOWN_GRACE.

        Raises:
            ConfigurationError: it is no number of seconds.
        """
        grace = number(crawler.settings, "SHUTDOWN_GRACE", 30.0)
        extension = cls(crawler, grace)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin to look."""
        self._looking = create_looping_call(self._look)
        self._looking.start(LOOK_INTERVAL, now=False)

    def spider_closed(self) -> None:
        """All is over."""
        self._looking.stop()

    def _look(self) -> None:
        if self._crawler.crawling:
            return
        now = monotonic()
        if self._deadline is None:
            self._deadline = now + self._grace
            self._crawler.signals.send_catch_log(own_signals.stopping)
        self._empty_slots()
        if now >= self._deadline:
            self._crawler.signals.send_catch_log(own_signals.grace_over)

    def _empty_slots(self) -> None:
        """Take back what waits in download slots."""
        for slot in self._crawler.engine.downloader.slots.values():
            while slot.queue:
                request, waiting = slot.queue.popleft()
                error = DownloadCancelledError(
                    f"The crawl stops; {request} was not sent"
                )
                waiting.errback(Failure(error))  # type: ignore[no-untyped-call]
