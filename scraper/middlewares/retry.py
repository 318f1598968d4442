"""BackoffRetryMiddleware: failed requests are sent again, later and later."""

import ssl
from collections.abc import Collection, Iterable, Iterator
from time import time
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings

from scraper.middlewares.waiting import WaitingRoom
from scraper.politeness import seconds_to_wait
from scraper.retries import PUT_BY, WAIT, postpone, read_backoff
from scraper.setting_values import number

MOST_PUT_BY = 1000
"""Requests that may wait without having failed: more of them wait in the downloader, where they slow the crawl down."""


class BackoffRetryMiddleware(RetryMiddleware):
    """Scrapy's retries (all its RETRY_* settings, meta keys and stats), each after a wait.

    The wait is exponential with full jitter (RETRY_BACKOFF_BASE, RETRY_BACKOFF_FACTOR, RETRY_BACKOFF_CAP; meta
    `retry_backoff`), and never shorter than the response's Retry-After, up to
    RETRY_AFTER_MAX. A certificate that does not verify is not retried: it stays as it is.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._backoff = read_backoff(crawler.settings)
        self._retry_after_max = retry_after_max(crawler.settings)
        self._room = WaitingRoom(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read RETRY_*.

        Raises:
            ConfigurationError: a number is wrong.
            NotConfigured: RETRY_ENABLED is off.
        """
        return cls(crawler)

    @property
    def waiting(self) -> Collection[Request]:
        """The requests that wait for their time: not lost, but not in scheduler or downloader either."""
        return self._room.requests

    def later(self, request: Request, seconds: float, host: str) -> Request | None:
        """A request for another middleware to return: it is `request`, `seconds` from now, and no new attempt.

        It waits for `host`, a download slot. None if too many wait already.
        """
        if len(self.waiting) >= MOST_PUT_BY:
            return None
        again = request.replace(dont_filter=True)
        again.meta[WAIT], again.meta[PUT_BY] = seconds, host
        return again

    def put_by_for(self, host: str) -> list[Request]:
        """What waits for `host`, the longest first."""
        return [r for r in self.waiting if r.meta.get(PUT_BY) == host]

    def release(self, requests: Iterable[Request]) -> None:
        """Schedule these of the waiting requests now."""
        self._room.release(requests)

    async def process_request(self, request: Request) -> None:
        """Let a retry that came past the scheduler wait here; any other has waited."""
        if WAIT in request.meta:
            await self._room.wait_here(request)

    def process_response(  # type: ignore[override]  # Scrapy passes no spider any more
        self, request: Request, response: Response
    ) -> Request | Response:
        """Retry a response whose status is in RETRY_HTTP_CODES."""
        result = super().process_response(request, response)
        if isinstance(result, Request):
            asked = min(asked_wait(response) or 0.0, self._retry_after_max)
            postpone(result, self._backoff, at_least=asked)
        return result

    def process_exception(  # type: ignore[override]  # Scrapy passes no spider any more
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        """Retry an exception of RETRY_EXCEPTIONS, unless it will come again."""
        if is_permanent(exception):
            return None
        result = super().process_exception(request, exception)
        if isinstance(result, Request):
            postpone(result, self._backoff)
        return result


def asked_wait(response: Response) -> float | None:
    """The seconds that the Retry-After of a response asks to wait; None if it has none that makes sense."""
    date = response.headers.get(b"Date")
    waits = (
        seconds_to_wait(
            value.decode("latin-1"),
            date=date.decode("latin-1") if date else None,
            now=time(),
        )
        for value in response.headers.getlist(b"Retry-After")
    )
    return max((wait for wait in waits if wait is not None), default=None)


def is_permanent(exception: BaseException) -> bool:
    """Whether the same request would fail in the same way again: the server's certificate does not verify."""
    return any(
        isinstance(error, ssl.SSLCertVerificationError)
        # What handlers put into words carries OpenSSL's name for it.
        or "CERTIFICATE_VERIFY_FAILED" in str(error)
        for error in _chain(exception)
    )


def retry_after_max(settings: BaseSettings) -> float:
    """Read RETRY_AFTER_MAX, seconds.

    Raises:
        ConfigurationError: it is wrong.
    """
    return number(settings, "RETRY_AFTER_MAX", 300.0)


def _chain(exception: BaseException | None) -> Iterator[BaseException]:
    while exception is not None:
        yield exception
        exception = exception.__cause__
