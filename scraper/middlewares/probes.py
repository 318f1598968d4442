"""Which request is sent to see whether a host is back."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from enum import IntEnum

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.asyncio import CallLaterResult, call_later

from scraper.middlewares.answers import ANSWERS, FAILURES
from scraper.middlewares.retry import BackoffRetryMiddleware
from scraper.middlewares.slots import PacedSlot

FAILED_AT = "failed_at"
"""The key of `Request.meta` for when a request failed first: whether it was tried, and what it says of its host."""

PROBE = "host_probe"
"""The key of `Request.meta` of a page that is fetched once more, only to see whether its host is back."""

KEPT = ("bindaddress", "cookiejar", "download_slot", "proxy")
"""The keys of `Request.meta` without which a page may not be fetched as before."""

PRIORITY = 1000
"""The priority of a probe, so that nothing stands before it in the scheduler."""

BEFORE_THE_END = 0.8
"""The part of a pause after which it is seen to that there is a probe at its end."""

BELIEVED = 5
"""Times in a row that the same good answer shows that a host is back; after that it may come from some cache."""

LOOK_INTERVAL = 1.0
"""Seconds after which it is looked again whether there is one: a middleware may have swallowed it."""


class Rank(IntEnum):
    """How good a request is as a probe: the lowest is sent."""

    KNOWN = 0
    UNTRIED = 1
    FAILED = 2


def rank_of(request: Request) -> Rank:
    """Any page may be broken for good, so that one that failed says least of its host."""
    if request.meta.get(PROBE):
        return Rank.KNOWN
    return Rank.FAILED if FAILED_AT in request.meta else Rank.UNTRIED


class Probes:
    """Finds the probes for one host, whose download slot `key` is.

    The best is the page that the host answered well last, fetched once more: any other may be broken for good, and
    at the end of a crawl there may be no other. Where nothing else is answered well
    in spite of it, or there is no such page, it is one that was not tried yet; and where none is
    left, the one that failed longest ago. So a page that is broken is never the probe again and again.
    """

    def __init__(self, crawler: Crawler, key: str) -> None:
        self._crawler = crawler
        self._key = key
        self._known: Request | None = None
        self._believed = 0
        self._timer: CallLaterResult | None = None
        self._asking: asyncio.Task[None] | None = None

    def answered(self, request: Request) -> None:
        """Remember a request that the host answered well; a robots.txt, which is often a mere file, is not."""
        if request.meta.get(PROBE):
            self._believed += 1
        elif request.method == "GET" and request.callback is not NO_CALLBACK:
            self._known, self._believed = request, 0

    def prepare(self, paced: PacedSlot, seconds: float) -> None:
        """See to it that there is a probe when the pause of that many seconds ends."""
        self.close()
        if self._asking is not None and self._asking.done():
            self._asking = None
        self._timer = call_later(seconds * BEFORE_THE_END, self._see_to_it, paced)

    def close(self) -> None:
        """Look for probes no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _see_to_it(self, paced: PacedSlot) -> None:
        self._timer = call_later(LOOK_INTERVAL, self._see_to_it, paced)
        ranks = {rank_of(request) for request in paced.slot.active}
        if self._asking is None and self._known and self._believed < BELIEVED:
            self._asking = asyncio.ensure_future(self._ask(self._known))
        elif self._asking is None or self._asking.done():
            self._release_better_than(ranks)

    def _release_better_than(self, ranks: Collection[Rank]) -> None:
        """Let a request go on that was put by for the host, if it is a better probe than all that are in its slot."""
        retry = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        put_by = retry.put_by_for(self._key) if retry else []
        best = min(put_by, key=rank_of, default=None)
        if retry and best and all(rank_of(best) < rank for rank in ranks):
            retry.release([best])

    async def _ask(self, known: Request) -> None:
        meta = {key: known.meta[key] for key in KEPT if key in known.meta}
        meta |= {PROBE: True, "dont_retry": True, "dont_cache": True}
        probe = known.replace(
            meta=meta,
            cb_kwargs={},
            callback=NO_CALLBACK,
            errback=None,
            dont_filter=True,
            priority=PRIORITY,
        )
        # What it says of the host is noted where that of all requests is.
        with suppress(*FAILURES, *ANSWERS, IgnoreRequest):
            await self._crawler.engine.download_async(probe)
