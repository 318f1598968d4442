"""Requests that wait for their time outside of scheduler and downloader."""

import asyncio
import logging
import traceback
from collections.abc import Collection, Iterable
from contextlib import suppress
from inspect import CO_ASYNC_GENERATOR, CO_COROUTINE, CO_GENERATOR

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.utils.asyncio import CallLaterResult, call_later

from scraper.retries import WAIT
from scraper.signals import grace_over

SUSPENDABLE = CO_COROUTINE | CO_GENERATOR | CO_ASYNC_GENERATOR

logger = logging.getLogger(__name__)


def _let_go(error: BaseException) -> None:
    """Clear the frames that an exception went through, and those of their callers up to the first coroutine.

    Scrapy's engine keeps the exception in one of them, and the exception keeps them all, with
    the response that was not good enough: a cycle, which Python may leave in memory for long.
    """
    traceback.clear_frames(error.__traceback__)
    frame = error.__traceback__.tb_frame if error.__traceback__ else None
    while frame is not None and not frame.f_code.co_flags & SUSPENDABLE:
        with suppress(RuntimeError):  # it is running still
            frame.clear()
        frame = frame.f_back


class WaitingRoom:
    """Holds every request whose meta has WAIT, from when it is to be scheduled until its time has come.

    Waiting, a request has no connection, no place in a download slot and none among
    CONCURRENT_REQUESTS; the spider does not close for being idle. When the crawl closes, the
    requests that wait are dropped.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._timers: dict[Request, CallLaterResult] = {}
        self._closed = asyncio.Event()
        crawler.signals.connect(self._request_scheduled, signals.request_scheduled)
        crawler.signals.connect(self._spider_idle, signals.spider_idle)
        crawler.signals.connect(self.close, signals.spider_closed)
        crawler.signals.connect(self.close, grace_over)

    @property
    def requests(self) -> Collection[Request]:
        """The requests that wait now."""
        return self._timers.keys()

    async def wait_here(self, request: Request) -> None:
        """Wait until the time of a request that was not scheduled (`engine.download_async` sends such requests).

        Raises:
            IgnoreRequest: the crawl closes.
        """
        seconds = request.meta.pop(WAIT, 0.0)
        if not seconds:
            return
        try:
            await asyncio.wait_for(self._closed.wait(), seconds)
        except TimeoutError:
            return
        raise IgnoreRequest("the crawl was closed before the request was sent again")

    def release(self, requests: Iterable[Request]) -> None:
        """Schedule these of the waiting requests now."""
        for request in tuple(requests):
            self._timers[request].cancel()
            self._schedule(request)

    def close(self) -> None:
        """Drop all that wait, and take no more."""
        self._closed.set()
        for timer in self._timers.values():
            timer.cancel()
        if self._timers:
            logger.info(
                "%d requests were still waiting for their retry", len(self._timers)
            )
        self._timers.clear()

    def _request_scheduled(self, request: Request) -> None:
        seconds = request.meta.pop(WAIT, 0.0)
        if not seconds:
            return
        if not self._closed.is_set():
            self._timers[request] = call_later(seconds, self._schedule, request)
        ignored = IgnoreRequest(f"waits {seconds:.1f} s for its retry")
        call_later(0, _let_go, ignored)
        raise ignored

    def _schedule(self, request: Request) -> None:
        del self._timers[request]
        self._crawler.engine.crawl(request)

    def _spider_idle(self) -> None:
        if self._timers:
            raise DontCloseSpider
