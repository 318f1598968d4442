"""DeadHostMiddleware: a host that answers nothing any more is paused, probed, and given up in the end."""

import asyncio
import logging
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.utils.response import response_status_message

from scraper.middlewares.politeness import PolitenessMiddleware
from scraper.middlewares.retry import BackoffRetryMiddleware, is_permanent
from scraper.middlewares.slots import PacedSlot
from scraper.politeness.health import HostHealth, ProbePlan
from scraper.politeness.options import number
from scraper.reasons import reason_of
from scraper.signals import host_given_up

FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    OSError,
)
"""The exceptions that say that the host did not answer; a body that was cut off is an answer."""

SITE_DEAD = "site_dead"
"""The finish reason of a crawl whose only host was given up."""

PROBING = 5.0
"""Seconds that other requests are put by for while a probe is under way."""

logger = logging.getLogger(__name__)


class DeadHostMiddleware:
    """Watches over every host (download slot) that requests go to.

    After HOST_FAILURES attempts in a row that failed (no answer, or 5xx or 429) a host is
    paused for HOST_PROBE_WAIT seconds, then probed with one request at a time, each wait twice as
    long as the one before. What fails meanwhile is put by and costs no attempt. After HOST_GIVE_UP
    seconds the host is given up: `host_given_up` is sent, requests to it are
    ignored with that reason, and if there is no other host the crawl is closed
    with the reason `site_dead`.
    """

    def __init__(self, crawler: Crawler, plan: ProbePlan) -> None:
        self._crawler = crawler
        self._plan = plan
        self._hosts: dict[str, HostHealth] = {}
        self._reasons: dict[str, str] = {}
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self._response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read HOST_FAILURES, HOST_PROBE_WAIT and HOST_GIVE_UP.

        Raises:
            ConfigurationError: a number is wrong.
        """
        settings = crawler.settings
        plan = ProbePlan(
            failures=int(number(settings, "HOST_FAILURES", 20, least=1)),
            first_wait=number(settings, "HOST_PROBE_WAIT", 5.0),
            give_up_after=number(settings, "HOST_GIVE_UP", 300.0),
        )
        return cls(crawler, plan)

    def process_request(self, request: Request) -> Request | None:
        """Put a request by while its host is paused or probed.

        Raises:
            IgnoreRequest: the host was given up.
        """
        key = self._crawler.engine.downloader.get_slot_key(request)
        if key in self._reasons:
            raise IgnoreRequest(self._reasons[key])
        health = self._hosts.get(key)
        # Where there is no other host, what waits in the slot holds the spider back.
        if health is None or not health.is_down or len(self._hosts) == 1:
            return None
        slot = self._crawler.engine.downloader.slots.get(key)
        is_probe = slot is None or not slot.active
        return None if is_probe else self._later(request, key, health)

    def process_response(
        self, request: Request, response: Response
    ) -> Request | Response:
        """Try a request again, that failed because its host is down."""
        if not is_failure(response.status) or "download_slot" not in request.meta:
            return response
        return self._again(request) or response

    def process_exception(
        self, request: Request, exception: Exception
    ) -> Request | None:
        """Take note that a request got no answer; if its host is down, try it again."""
        key = request.meta.get("download_slot")
        if key is None or is_permanent(exception):
            return None
        if isinstance(exception, FAILURES):
            self._failed(key, reason_of(exception))
            return self._again(request)
        return None

    def _response_downloaded(self, response: Response, request: Request) -> None:
        key = request.meta["download_slot"]
        if is_failure(response.status):
            self._failed(key, f"HTTP {response_status_message(response.status)}")
        elif self._health(key).succeeded():
            logger.info("%s is back", key)
            self._release(key)

    def _health(self, key: str) -> HostHealth:
        return self._hosts.setdefault(key, HostHealth(self._plan))

    def _failed(self, key: str, reason: str) -> None:
        health = self._health(key)
        was_given_up = health.given_up
        pause = health.failed(monotonic())
        if pause is not None:
            self._pause(key, pause, reason)
        elif health.given_up and not was_given_up:
            self._give_up(key, reason)

    def _pause(self, key: str, seconds: float, reason: str) -> None:
        logger.warning(
            "%s fails again and again; the next try is in %.0f s. Last: %s",
            key,
            seconds,
            reason,
        )
        self._crawler.stats.inc_value("hosts/pauses")
        if paced := self._paced(key):
            paced.restart()
            paced.pause(seconds)

    def _give_up(self, key: str, reason: str) -> None:
        waited = self._plan.give_up_after
        reason = f"{key} was given up, it did not come back within {waited:g} s. Last: {reason}"
        self._reasons[key] = reason
        logger.error("%s", reason)
        self._crawler.stats.inc_value("hosts/given_up")
        self._crawler.signals.send_catch_log(host_given_up, host=key, reason=reason)
        if paced := self._paced(key):
            paced.empty(reason)
        if all(health.given_up for health in self._hosts.values()):
            close = self._crawler.engine.close_spider_async(reason=SITE_DEAD)
            self._closing = asyncio.ensure_future(close)
        else:
            self._release(key)

    def _release(self, key: str) -> None:
        if retry := self._crawler.get_downloader_middleware(BackoffRetryMiddleware):
            retry.release(key)

    def _paced(self, key: str) -> PacedSlot | None:
        politeness = self._crawler.get_downloader_middleware(PolitenessMiddleware)
        return politeness.slot(key) if politeness else None

    def _again(self, request: Request) -> Request | None:
        """The request to send once its host is back; None if the host is not down. Raises IgnoreRequest if given up."""
        key = request.meta["download_slot"]
        if key in self._reasons:
            raise IgnoreRequest(self._reasons[key])
        health = self._health(key)
        if not health.is_down or request.meta.get("dont_retry"):
            return None
        return self._later(request, key, health)

    def _later(self, request: Request, key: str, health: HostHealth) -> Request | None:
        retry = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        left = health.paused_until - monotonic()
        return (
            retry.later(request, left if left > 0 else PROBING, key) if retry else None
        )


def is_failure(status: int) -> bool:
    """Whether a status says that the host, and not this page, is in trouble."""
    return status >= 500 or status == 429
