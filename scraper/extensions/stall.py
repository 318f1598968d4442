"""StallWatch: a crawl that stands still says so, and ends."""

import logging
import threading
from collections.abc import Iterator
from itertools import islice
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from scraper.closing import Closing
from scraper.frontier import Frontier
from scraper.middlewares import BackoffRetryMiddleware
from scraper.setting_values import number
from scraper.signals import stalled

STALLED = "stalled"
"""The finish reason of a crawl that stood still."""

LOOKS = 4
"""How often it is looked whether the crawl stands still, per STALL_TIMEOUT.

Looks are counted, not seconds: when this process itself was busy or asleep, there was nothing to be seen.
"""

SHOWN = 10
"""The requests named in the log."""

logger = logging.getLogger(__name__)


class StallWatch:
    """Notices that no request and no item was finished for `timeout` seconds (STALL_TIMEOUT) with work pending.

    Waiting on purpose is no standstill: for a retry, in a paused slot, between two requests
    of a slow host. The first time, it logs what there is to know and sends the signal `stalled`, for the
    download handler to drop its connections; the second time in a row it closes the crawl with the reason
    `stalled`.
    """

    def __init__(self, crawler: Crawler, timeout: float) -> None:
        self._crawler = crawler
        self._timeout = timeout
        self._sent: dict[Request, float] = {}
        self._looks = 0
        self._times = 0
        self._scraped = 0
        self._closing = Closing(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read STALL_TIMEOUT; 0 turns the watch off.

        Raises:
            ConfigurationError: it is no number of seconds.
        """
        timeout = number(crawler.settings, "STALL_TIMEOUT", 180.0)
        if not timeout:
            raise NotConfigured
        watch = cls(crawler, timeout)
        connect = crawler.signals.connect
        connect(watch._spider_opened, signals.spider_opened)
        connect(watch._spider_closed, signals.spider_closed)
        connect(watch._request_sent, signals.request_reached_downloader)
        connect(watch._request_finished, signals.request_left_downloader)
        for signal in (signals.item_dropped, signals.item_error, signals.spider_error):
            connect(watch._progress, signal)
        return watch

    def _spider_opened(self) -> None:
        self._looks = 0
        # Not before: `scrapy shell` builds extensions where no event loop runs yet.
        self._ticker = create_looping_call(self._look)
        self._ticker.start(self._timeout / LOOKS, now=False)

    def _spider_closed(self) -> None:
        self._ticker.stop()

    def _request_sent(self, request: Request) -> None:
        self._sent[request] = monotonic()

    def _request_finished(self, request: Request) -> None:
        self._sent.pop(request, None)
        self._progress()

    def _progress(self) -> None:
        self._looks = 0
        self._times = 0

    def _look(self) -> None:
        engine = self._crawler.engine
        # Counted by Scrapy: one more receiver of `item_scraped` is one more task for each item.
        before, self._scraped = self._scraped, self._count_scraped()
        if (
            self._scraped > before
            or engine.spider_is_idle()
            or engine.paused
            or self._waits_on_purpose()
        ):
            self._progress()
            return
        self._looks += 1
        if self._looks >= LOOKS:
            self._looks = 0
            self._times += 1
            self._report()

    def _count_scraped(self) -> int:
        count: int = self._crawler.stats.get_value("item_scraped_count", 0)
        return count

    def _waits_on_purpose(self) -> bool:
        retry = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        if retry and retry.waiting:
            return True
        frontier = getattr(self._crawler.spider, "frontier", None)
        if isinstance(frontier, Frontier) and frontier.waits_for_others:
            return True
        now = monotonic()
        slots = self._crawler.engine.downloader.slots.values()
        return any(
            slot.queue and slot.lastseen + slot.delay * (1 + slot.jitter) > now
            for slot in slots
        )

    def _report(self) -> None:
        logger.error("%s", "\n".join(self._lines()))
        self._crawler.stats.inc_value("stall/count")
        self._crawler.signals.send_catch_log(stalled, times=self._times)
        if self._times > 1:
            self._closing(STALLED)

    def _lines(self) -> Iterator[str]:
        downloader, now = self._crawler.engine.downloader, monotonic()
        yield (
            f"The crawl stands still: nothing was finished for {self._timeout:g} s,"
            f" {len(downloader.active)} requests are under way"
        )
        for key, slot in downloader.slots.items():
            yield (
                f"  slot {key}: {len(slot.transferring)} of {slot.concurrency} sent,"
                f" {len(slot.queue)} queued, delay {slot.delay:g} s"
            )
        yield f"  threads: {', '.join(thread.name for thread in threading.enumerate())}"
        for request, sent in islice(self._sent.items(), SHOWN):
            yield f"  {now - sent:.0f} s: {request.method} {request.url}"
        for request in islice(downloader.active - self._sent.keys(), SHOWN):
            yield f"  not with the downloader: {request.method} {request.url}"
