"""PacedSlot: the one place that changes a download slot of Scrapy."""

import sys
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.asyncio import CallLaterResult, call_later
from twisted.python.failure import Failure

from scraper.politeness.pace import Limits, Pace, Sign
from scraper.politeness.share import share_of, shared_pace
from scraper.politeness.throttle import Throttle

if TYPE_CHECKING:
    from scrapy.core.downloader import Slot

LEAST_DELAY = 0.001
"""Seconds; without any delay Scrapy 2.19 neither looks at when a slot was last used nor counts what it has just sent.

It counts a request one turn of the event loop later, so that when one place in a slot
becomes free the whole queue is sent, whatever its concurrency. After a delay it counts again.
"""

PROBE_GAP = 1.0
"""Seconds for which nothing follows a probe: Scrapy sends the next request before anybody hears that one failed."""


class PacedSlot:
    """A download slot that can be paused, slowed down, and held to the Crawl-delay of robots.txt.

    `total` is the limit of requests at once to all hosts together. `longest_delay` is how far the
    slot's delay may be raised, in seconds; None leaves the delay to AutoThrottle.
    """

    def __init__(self, slot: "Slot", total: int, longest_delay: float | None) -> None:
        self._total_as_set = self._total = total or sys.maxsize
        self._owns_delay = longest_delay is not None
        self._as_set = Pace(slot.concurrency, slot.delay)
        self._throttle = Throttle(Limits(self._as_set, longest_delay or 0.0))
        self._workers = 1
        self._jitter = slot.jitter
        self._crawl_delay = 0.0
        self._timer: CallLaterResult | None = None
        self._probe_gap = 0.0
        self.slot = slot
        self._rank: Callable[[Request], int] | None = None
        self._apply()

    @property
    def pace(self) -> Pace:
        """The pace at which the slot goes on."""
        return self._throttle.pace

    @property
    def paused_for(self) -> float:
        """The seconds that the slot is still paused for; 0 if it is not."""
        return max(0.0, self.slot.lastseen - monotonic())

    def adopt(self, slot: "Slot") -> None:
        """Go on with the slot that Scrapy made in the place of one that was idle for long."""
        self.slot = slot
        self._apply()

    def share(self, workers: int, place: int) -> None:
        """Do only the part of the worker at `place` (from 0) of so many that send to this host."""
        limits = self._throttle.limits
        pace = shared_pace(self._as_set, workers, place)
        if (pace, workers) != (limits.fastest, self._workers):
            self._throttle.limit(Limits(pace, limits.longest_delay))
            self._total = share_of(self._total_as_set, workers, place)
            self._workers = workers
            self._apply()

    def pause(self, seconds: float) -> bool:
        """Send nothing for so long; whether that is longer than the slot was paused for already.

        Scrapy counts a slot's delay from when it was last used: that is put into the future.
        """
        if seconds <= self.paused_for:
            return False
        self.slot.lastseen = monotonic() + seconds
        self.close()
        self._timer = call_later(seconds, self._resume)
        self._apply()
        return True

    def answered(self, request: Request, sign: Sign) -> bool:
        """Take note of an answer; whether the pace has changed. To be called after AutoThrottle."""
        changed = self._throttle.answered(request, sign, self.slot.transferring)
        self._apply()
        return changed

    def probe_after(self, seconds: float, rank: Callable[[Request], int]) -> None:
        """Send nothing for so long, then one request to see whether the host is back: that of the lowest rank."""
        self._probe_gap = min(seconds, PROBE_GAP)
        self._rank = rank
        self._throttle.restart()
        self.pause(seconds)

    def end_probing(self) -> None:
        """The host is back."""
        self._rank = None
        self._probe_gap = 0.0
        self._apply()

    def empty(self, reason: str) -> None:
        """Have every request that waits in the slot ignored."""
        while self.slot.queue:
            _, waiting = self.slot.queue.popleft()
            waiting.errback(Failure(IgnoreRequest(reason)))  # type: ignore[no-untyped-call]

    def hold_to(self, crawl_delay: float) -> None:
        """Never send two requests within `crawl_delay` seconds."""
        if crawl_delay != self._crawl_delay:
            self._crawl_delay = crawl_delay
            self._apply()

    def close(self) -> None:
        """Forget the end of a pause."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _resume(self) -> None:
        queue, rank = self.slot.queue, self._rank
        if queue and rank is not None:
            first = min(queue, key=lambda entry: rank(entry[0]))
            queue.remove(first)
            queue.appendleft(first)
        self._apply()
        if self._probe_gap:
            self.slot.lastseen = monotonic() - self.slot.delay

    def _apply(self) -> None:
        slot, paused = self.slot, self.paused_for > 0
        crawl_delay = self._crawl_delay * self._workers
        slot.concurrency = self.pace.concurrency
        if self._owns_delay:
            slot.delay = self.pace.delay
        if paused or slot.concurrency < self._total:
            slot.delay = max(slot.delay, LEAST_DELAY)
        slot.delay = max(slot.delay, crawl_delay)
        if not paused:
            slot.delay = max(slot.delay, self._probe_gap)
        # A jitter takes part of the delay away, or all of it.
        shortest = slot.delay * (1 - self._jitter)
        is_least = slot.delay <= LEAST_DELAY
        fixed = (
            paused or self._probe_gap or is_least or crawl_delay > max(0.0, shortest)
        )
        slot.jitter = 0.0 if fixed else self._jitter
