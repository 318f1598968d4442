"""PolitenessMiddleware: every host gets the time it asks for."""

import logging
import math
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached

from scraper import signals as own_signals
from scraper.crawl_store import Beat
from scraper.exceptions import HostPausedError
from scraper.middlewares.retry import (
    BackoffRetryMiddleware,
    asked_wait,
    retry_after_max,
)
from scraper.middlewares.slots import PacedSlot
from scraper.politeness.pace import Sign, sign_of
from scraper.retries import PUT_BY
from scraper.setting_values import choice, number

MARGIN = 0.05
"""Seconds on top of what a host asks for, so that no rounding of clocks on the way makes us early."""

PATIENCE = 3
"""Attempts after which a page that is refused once more tells of itself, and not of the pace."""

logger = logging.getLogger(__name__)


class PolitenessMiddleware:
    """Keeps the pace of every download slot.

    - A Retry-After pauses the whole slot, up to RETRY_AFTER_MAX seconds. What has left the slot
      and was not sent yet, or is to be sent again on another connection, comes back for that time.
    - Overload (429, or a run of 503) halves the requests at once, then doubles the delay,
      up to OVERLOAD_MAX_DELAY seconds; good answers bring both back to what is set.
      With AutoThrottle the delay is left to that.
    - The Crawl-delay of robots.txt is kept (ROBOTSTXT_CRAWL_DELAY).

    It listens to `response_downloaded`, the one moment before a slot sends its next request.
    Being built after the extensions, it hears that after AutoThrottle.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._retry_after_max = retry_after_max(settings)
        self._total = settings.getint("CONCURRENT_REQUESTS")
        self._longest_delay = _longest_delay(settings)
        self._slots: dict[str, PacedSlot] = {}
        self._crawl_delays: dict[str, float] = {}
        self._workers, self._place = 1, 0
        self._paused_elsewhere: dict[str, float] = {}
        for receiver, signal in (
            (self._request_reached_downloader, signals.request_reached_downloader),
            (self._sending_late, own_signals.sending_late),
            (self._response_downloaded, signals.response_downloaded),
            (self._spider_closed, signals.spider_closed),
            (self._heartbeat, own_signals.heartbeat),
        ):
            crawler.signals.connect(receiver, signal)
        if choice(settings, "ROBOTSTXT_CRAWL_DELAY", default=True):
            crawler.signals.connect(self._robots_parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read RETRY_AFTER_MAX, OVERLOAD_MAX_DELAY and ROBOTSTXT_CRAWL_DELAY.

        Raises:
            ConfigurationError: one of them is wrong.
        """
        return cls(crawler)

    def slot(self, key: str) -> PacedSlot | None:
        """The download slot of that key; None if nothing was sent there."""
        return self._slots.get(key)

    def process_request(self, request: Request) -> Request | None:
        """Put a request for a paused slot by, so that it takes no place from other hosts' requests."""
        key = self._crawler.engine.downloader.get_slot_key(request)
        paced = self._slots.get(key)
        if paced is None:
            pause = self._paused_elsewhere.get(key, 0.0) - monotonic()
        # Where there is no other host, what waits in the slot holds the spider back.
        elif len(self._slots) == 1:
            return None
        else:
            pause = paced.paused_for
        retry = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        return retry.later(request, pause, key) if retry and pause > 0 else None

    def process_exception(
        self, request: Request, exception: Exception
    ) -> Request | None:
        """Schedule again what was not sent because its host is paused: that was no attempt."""
        if not isinstance(exception, HostPausedError):
            return None
        again = request.replace(dont_filter=True)
        again.meta[PUT_BY] = again.meta["download_slot"]
        return again

    def _sending_late(self, request: Request) -> None:
        paced = self._slots.get(request.meta.get("download_slot", ""))
        if paced is not None and paced.paused_for:
            raise HostPausedError(f"{request} was not sent: its host is paused")

    def _request_reached_downloader(self, request: Request) -> None:
        key = request.meta["download_slot"]
        slot = self._crawler.engine.downloader.slots[key]
        paced = self._slots.get(key)
        if paced is None:
            paced = PacedSlot(slot, self._total, self._longest_delay)
            paced.share(self._workers, self._place)
            self._slots[key] = paced
        elif paced.slot is not slot:
            paced.adopt(slot)
        if crawl_delay := self._crawl_delays.get(urlparse_cached(request).netloc):
            paced.hold_to(crawl_delay)

    def _response_downloaded(self, response: Response, request: Request) -> None:
        key = request.meta["download_slot"]
        paced = self._slots[key]
        asked = asked_wait(response) if response.status >= 300 else None
        sign = sign_of(response.status, asks_to_wait=bool(asked))
        if sign is not Sign.GOOD and request.meta.get("retry_times", 0) >= PATIENCE:
            sign = Sign.UNCLEAR
        if paced.answered(request, sign):
            self._crawler.stats.inc_value("politeness/pace_changes")
        if asked:
            self._pause(key, paced, asked, response.status)

    def _pause(self, key: str, paced: PacedSlot, asked: float, status: int) -> None:
        seconds = min(asked, self._retry_after_max)
        already = paced.paused_for
        if not paced.pause(seconds + MARGIN) or already:
            return
        self._crawler.stats.inc_value("politeness/pauses")
        self._crawler.signals.send_catch_log(
            own_signals.host_paused, host=key, seconds=seconds
        )
        if asked > seconds:
            logger.warning(
                "%s asks to wait %.0f s (HTTP %d, Retry-After), more than RETRY_AFTER_MAX: waiting %.0f s",
                key,
                asked,
                status,
                seconds,
            )
        else:
            logger.info(
                "%s asks to wait %.0f s (HTTP %d, Retry-After)", key, asked, status
            )

    def _heartbeat(self, beat: Beat) -> None:
        """Leave the other workers of the crawl their part, and keep the pauses that they were asked for."""
        self._workers, self._place = beat.workers, beat.place
        now = monotonic()
        self._paused_elsewhere = {k: now + s for k, s in beat.paused.items()}
        for key, paced in self._slots.items():
            paced.share(beat.workers, beat.place)
            if seconds := beat.paused.get(key):
                paced.pause(seconds)

    def _robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        settings = self._crawler.settings
        agent = (
            settings["ROBOTSTXT_USER_AGENT"]
            or request.headers.get(b"User-Agent")
            or settings["USER_AGENT"]
        )
        delay = robotparser.crawl_delay(agent)
        if delay and 0 < delay < math.inf:
            host = urlparse_cached(request).netloc
            self._crawl_delays[host] = delay
            logger.info("robots.txt of %s asks for %g s between requests", host, delay)

    def _spider_closed(self) -> None:
        for paced in self._slots.values():
            paced.close()


def _longest_delay(settings: BaseSettings) -> float | None:
    if settings.getbool("AUTOTHROTTLE_ENABLED"):
        return None
    return number(settings, "OVERLOAD_MAX_DELAY", 30.0)
