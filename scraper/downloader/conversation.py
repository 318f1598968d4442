"""What Scrapy's thread makes of a worker's reports: signals, log records, the response."""

from __future__ import annotations

import ipaddress
import logging
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes
from twisted.python.failure import Failure

from scraper.exceptions import HostPausedError
from scraper.signals import sending_late

from .messages import (
    ChunkReport,
    Completed,
    Failed,
    HeadReport,
    LateReport,
    SizeReport,
    TooLarge,
)
from .tlslog import log_tls

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from .job import Inbox
    from .messages import FailureKind, Fetch, Head

logger = logging.getLogger(__name__)

_ip_address = lru_cache(ipaddress.ip_address)

EXCEPTIONS: dict[FailureKind, type[Exception]] = {
    "cancelled": DownloadCancelledError,
    "dns": CannotResolveHostError,
    "failed": DownloadFailedError,
    "refused": DownloadConnectionRefusedError,
    "timeout": DownloadTimeoutError,
    "unsupported": UnsupportedURLSchemeError,
    "usage": ValueError,
}


class DataLoss:
    """What becomes of bodies that fell short; warns about the first one only."""

    def __init__(self, *, fail: bool) -> None:
        self._fail = fail
        self._warned = False

    def judge(self, request: Request, reason: str) -> None:
        """Raise ResponseDataLossError unless settings or `request` allow the loss."""
        if not request.meta.get("download_fail_on_dataloss", self._fail):
            return
        if not self._warned:
            self._warned = True
            logger.warning(
                "Got data loss in %s (%s). DOWNLOAD_FAIL_ON_DATALOSS = False lets such responses"
                " through. Further ones are not logged.",
                request.url,
                reason,
            )
        raise ResponseDataLossError(reason)


class Conversation:
    """Follows one download to its response."""

    def __init__(
        self, request: Request, fetch: Fetch, crawler: Crawler, data_loss: DataLoss
    ) -> None:
        self._request = request
        self._fetch = fetch
        self._crawler = crawler
        self._data_loss = data_loss
        self._body: list[bytes] = []
        self._head: Head | None = None

    async def follow(self, inbox: Inbox, proceed: Callable[[], None]) -> Response:
        """Return the response; `proceed` is called to let the worker go on after a signal.

        Raises the exception of the download's failure, StopDownload, or HostPausedError.
        """
        while True:
            match await inbox.get():
                case LateReport():
                    self.ask_leave()
                    proceed()
                case HeadReport(head=head):
                    self._note(head)
                    if not self._fetch.watch_headers:
                        continue
                    if stop := self._send_headers(head):
                        return self._stopped(stop)
                    proceed()
                case ChunkReport(data=data):
                    self._body.append(data)
                    if stop := self._send(signals.bytes_received, data=data):
                        return self._stopped(stop)
                    proceed()
                case SizeReport(size=size, expected=expected):
                    logger.warning(self._size_message("warn", size, expected=expected))
                case TooLarge(size=size, expected=expected):
                    message = self._size_message("max", size, expected=expected)
                    logger.warning(message)
                    raise DownloadCancelledError(message)
                case Failed(kind=kind, reason=reason):
                    raise EXCEPTIONS[kind](reason)
                case Completed() as completed:
                    return self._complete(completed)

    def ask_leave(self) -> None:
        """Raise HostPausedError if somebody objects to sending the request now."""
        results = self._crawler.signals.send_catch_log(
            sending_late, request=self._request, dont_log=HostPausedError
        )
        for _, result in results:
            if isinstance(result, Failure) and isinstance(
                result.value, HostPausedError
            ):
                raise result.value

    def _note(self, head: Head) -> None:
        if self._head is not None:
            return
        self._head = head
        self._request.meta["download_latency"] = head.latency
        log_tls(head)

    def _send_headers(self, head: Head) -> StopDownload | None:
        headers = Headers(head.headers)
        return self._send(
            signals.headers_received, headers=headers, body_length=head.length
        )

    def _send(self, signal: object, **arguments: Any) -> StopDownload | None:
        """Send `signal`; return the StopDownload that a receiver raised."""
        results = self._crawler.signals.send_catch_log(
            signal, request=self._request, spider=self._crawler.spider, **arguments
        )
        for receiver, result in results:
            if isinstance(result, Failure) and isinstance(result.value, StopDownload):
                name = getattr(receiver, "__qualname__", repr(receiver))
                logger.debug(
                    "Download stopped for %s from signal handler %s",
                    self._request,
                    name,
                )
                return result.value
        return None

    def _stopped(self, stop: StopDownload) -> Response:
        response = self._response(["download_stopped"])
        if stop.fail:
            stop.response = response
            raise stop
        return response

    def _complete(self, completed: Completed) -> Response:
        self._note(completed.head)
        self._body.append(completed.body)
        if completed.loss:
            self._data_loss.judge(self._request, completed.loss)
            return self._response(["dataloss"])
        return self._response([] if completed.delimited else ["partial"])

    def _response(self, flags: list[str]) -> Response:
        head, url = self._head, self._request.url
        assert head is not None
        headers, body = Headers(head.headers), b"".join(self._body)
        response_class = responsetypes.from_args(headers=headers, url=url, body=body)
        response = response_class(
            url=url,
            status=head.status,
            body=body,
            flags=flags,
            certificate=head.certificate,
            ip_address=_ip_address(head.ip_address) if head.ip_address else None,
            protocol=head.protocol,
        )
        # Given to the class, they would all be copied once more.
        response.headers = headers
        return response

    def _size_message(self, which: str, size: int, *, expected: bool) -> str:
        limit = self._fetch.warnsize if which == "warn" else self._fetch.maxsize
        verb = "Expected to receive" if expected else "Received"
        return (
            f"{verb} {size} bytes which is larger than download {which} size ({limit})"
            f" in request {self._request}."
        )
