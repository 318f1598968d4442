"""Retries that wait: a request that is to be sent again, and when."""

import random

from scrapy import Request, Spider
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.settings import BaseSettings

from scraper.politeness import Backoff
from scraper.setting_values import number

WAIT = "retry_wait"
"""The key of `Request.meta` for the seconds that a request is to wait before it is scheduled."""

PUT_BY = "put_by_for"
"""The key of `Request.meta` for the host that a request waits for, which has not failed."""

BACKOFF = "retry_backoff"
"""The key of `Request.meta` that overrides the back-off: a mapping with some of base, factor and cap."""


def delayed_retry(
    request: Request, *, spider: Spider, reason: str | Exception
) -> Request | None:
    """A request to return from a callback: it sends `request` again after the back-off.

    None if no attempt is left, or RETRY_ENABLED says that there is one only.
    `reason` becomes part of the name of a stat, `retry/reason_count/...`.
    """
    if not spider.crawler.settings.getbool("RETRY_ENABLED"):
        return None
    retry = get_retry_request(request, spider=spider, reason=reason)
    if retry is not None:
        postpone(retry, read_backoff(spider.crawler.settings))
    return retry


def postpone(retry: Request, backoff: Backoff, *, at_least: float = 0.0) -> None:
    """Have a retry wait for as long as its number asks, or `at_least` seconds."""
    retry.meta.pop(PUT_BY, None)
    backoff = backoff.changed(retry.meta.get(BACKOFF, {}))
    jitter = random.random()  # noqa: S311 - spreads load, guards nothing
    wait = backoff.wait(retry.meta["retry_times"], jitter)
    retry.meta[WAIT] = max(wait, at_least)


def read_backoff(settings: BaseSettings) -> Backoff:
    """Read RETRY_BACKOFF_BASE, RETRY_BACKOFF_FACTOR and RETRY_BACKOFF_CAP.

    Raises:
        ConfigurationError: one of them is wrong.
    """
    return Backoff(
        base=number(settings, "RETRY_BACKOFF_BASE", 0.5),
        factor=number(settings, "RETRY_BACKOFF_FACTOR", 2.0, least=1.0),
        cap=number(settings, "RETRY_BACKOFF_CAP", 30.0),
    )
