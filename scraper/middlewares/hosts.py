"""DeadHostMiddleware: a host that answers nothing any more is paused, probed, and given up in the end."""

import logging
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.asyncio import call_later
from scrapy.utils.response import response_status_message

from scraper.closing import Closing
from scraper.middlewares.answers import (
    ANSWERS,
    FAILURES,
    has_failed_again,
    is_failure,
)
from scraper.middlewares.politeness import PolitenessMiddleware
from scraper.middlewares.probes import FAILED_AT, PRIORITY, Probes, Rank, rank_of
from scraper.middlewares.retry import BackoffRetryMiddleware, is_permanent
from scraper.middlewares.slots import PacedSlot
from scraper.outcome import SITE_DEAD
from scraper.politeness.health import HostHealth, ProbePlan
from scraper.reasons import reason_of
from scraper.setting_values import number
from scraper.signals import host_given_up

PUT_BY_FOR = 5.0
"""Seconds after which a request that was put by for a host that is down is looked at again."""

IN_TRANSIT = 0.5
"""Seconds in which what is put by reaches the waiting room: the host may have come back meanwhile."""

logger = logging.getLogger(__name__)


class DeadHostMiddleware:
    """Watches over every host (download slot) that requests go to.

    After HOST_FAILURES attempts in a row that failed (no answer, or 5xx or 429), some of them for the third time, a
    host is paused for HOST_PROBE_WAIT seconds, then probed with one request at a time, each
    wait half as long again as the one before. A request that failed before while others were answered
    says nothing of its host. What fails meanwhile costs no attempt, and is put by. Each probe is another
    request (see Probes). After HOST_GIVE_UP seconds the
    host is given up: `host_given_up` is sent, requests to it are ignored with that
    reason, and if there is no other host the crawl is closed as `site_dead`.
    """

    def __init__(self, crawler: Crawler, plan: ProbePlan) -> None:
        self._crawler = crawler
        self._plan = plan
        self._retry_times = crawler.settings.getint("RETRY_TIMES")
        self._hosts: dict[str, HostHealth] = {}
        self._probes: dict[str, Probes] = {}
        self._closing = Closing(crawler)
        crawler.signals.connect(self._spider_closed, signals.spider_closed)
        crawler.signals.connect(self._response_downloaded, signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read HOST_FAILURES, HOST_PROBE_WAIT, HOST_GIVE_UP and RETRY_TIMES.

        Raises:
            ConfigurationError: a number is wrong.
        """
        settings = crawler.settings
        plan = ProbePlan(
            failures=int(number(settings, "HOST_FAILURES", 20, least=1)),
            first_wait=number(settings, "HOST_PROBE_WAIT", 1.0),
            give_up_after=number(settings, "HOST_GIVE_UP", 300.0),
        )
        return cls(crawler, plan)

    def process_request(self, request: Request) -> Request | None:
        """Put a request by while its host is paused or probed.

        Raises:
            IgnoreRequest: the host was given up.
        """
        key = self._crawler.engine.downloader.get_slot_key(request)
        health = self._hosts.get(key)
        if health is None:
            return None
        if health.given_up:
            raise IgnoreRequest(health.epitaph)
        if not health.is_down or self._may_be_probe(request, key):
            return None
        return self._later(request, key)

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
            self._failed(key, request, reason_of(exception))
            return self._again(request)
        if isinstance(exception, ANSWERS):
            self._succeeded(key, request)
        return None

    def _may_be_probe(self, request: Request, key: str) -> bool:
        paced, rank = self._paced(key), rank_of(request)
        if paced is None or rank is Rank.KNOWN:
            return True
        # Where there is no other host, what waits in the slot holds the spider back.
        if rank is Rank.UNTRIED and len(self._hosts) == 1:
            return True
        return all(rank < rank_of(other) for other in paced.slot.active)

    def _response_downloaded(self, response: Response, request: Request) -> None:
        key = request.meta["download_slot"]
        if is_failure(response.status):
            reason = f"HTTP {response_status_message(response.status)}"
            self._failed(key, request, reason)
        else:
            self._succeeded(key, request)

    def _succeeded(self, key: str, request: Request) -> None:
        was_down = self._health(key).succeeded(monotonic())
        self._probes[key].answered(request)
        if not was_down:
            return
        logger.info("%s is back", key)
        self._probes[key].close()
        if paced := self._paced(key):
            paced.end_probing()
        self._release(key)
        call_later(IN_TRANSIT, self._release, key)

    def _health(self, key: str) -> HostHealth:
        if key not in self._hosts:
            self._hosts[key] = HostHealth(self._plan, monotonic())
            self._probes[key] = Probes(self._crawler, key)
        return self._hosts[key]

    def _failed(self, key: str, request: Request, reason: str) -> None:
        health, now = self._health(key), monotonic()
        is_own_fault = health.answered_since(request.meta.setdefault(FAILED_AT, now))
        if health.given_up or (is_own_fault and not health.is_down):
            return
        again = has_failed_again(request, self._retry_times)
        pause = health.failed(now, again=again)
        if pause is not None:
            self._pause(key, pause, reason)
        elif health.given_up:
            self._give_up(key, health, reason)

    def _pause(self, key: str, seconds: float, reason: str) -> None:
        logger.warning(
            "%s fails again and again; the next try is in %.1f s. Last: %s",
            key,
            seconds,
            reason,
        )
        self._crawler.stats.inc_value("hosts/pauses")
        if paced := self._paced(key):
            paced.probe_after(seconds, rank_of)
            self._probes[key].prepare(paced, seconds)

    def _give_up(self, key: str, health: HostHealth, reason: str) -> None:
        waited = self._plan.give_up_after
        reason = f"{key} was given up, it did not come back within {waited:g} s. Last: {reason}"
        health.epitaph = reason
        self._probes[key].close()
        logger.error("%s", reason)
        self._crawler.stats.inc_value("hosts/given_up")
        is_last = all(health.given_up for health in self._hosts.values())
        self._crawler.signals.send_catch_log(
            host_given_up, host=key, reason=reason, is_last=is_last
        )
        if paced := self._paced(key):
            paced.empty(reason)
        if is_last:
            self._closing(SITE_DEAD)
        else:
            self._release(key)

    def _release(self, key: str) -> None:
        if retry := self._crawler.get_downloader_middleware(BackoffRetryMiddleware):
            retry.release(retry.put_by_for(key))

    def _paced(self, key: str) -> PacedSlot | None:
        politeness = self._crawler.get_downloader_middleware(PolitenessMiddleware)
        return politeness.slot(key) if politeness else None

    def _again(self, request: Request) -> Request | None:
        """The request to send once its host is back; None if the host is not down. Raises IgnoreRequest if given up."""
        key = request.meta["download_slot"]
        health = self._health(key)
        if health.given_up:
            raise IgnoreRequest(health.epitaph)
        if not health.is_down or request.meta.get("dont_retry"):
            return None
        return self._later(request, key)

    def _later(self, request: Request, key: str) -> Request | None:
        """The request, put by until the host is back, or it is its turn to be the probe."""
        retry = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        if retry is None:
            return None
        request = request.replace(priority=PRIORITY)
        return retry.later(request, PUT_BY_FOR, key)

    def _spider_closed(self) -> None:
        for probes in self._probes.values():
            probes.close()
