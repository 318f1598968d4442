"""One download on a worker: send the request, read the response, report."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import hdrs
from aiohttp.streams import EMPTY_PAYLOAD

from .deadline import Deadline
from .errors import DownloadError
from .exchange import IDEMPOTENT, Exchange, StaleConnectionError
from .messages import (
    ChunkReport,
    Completed,
    Head,
    HeadReport,
    LateReport,
    SizeReport,
    TooLarge,
)
from .request import outgoing, route_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from .connectors import Connectors
    from .exchange import Answer
    from .messages import Fetch, Report
    from .request import Destinations, Route

CHUNK = 2**18
"""Bytes of the body that may lie unread before reading from the peer pauses; aiohttp's default."""

WATCHED_CHUNK = 2**16
"""Bytes of the body at most between two signals, so that a listener can stop early."""

PROMPT = 0.9
"""Seconds after which a request that was not sent yet is late: what its host asked for meanwhile counts.

Less than a lost SYN takes (1 s, RFC 6298), and more than a busy interpreter holds up what is not late.
"""


@dataclass(frozen=True, slots=True)
class Transport:
    """What the downloads of one worker share; `send` takes reports to Scrapy's thread."""

    connectors: Connectors
    timeout: aiohttp.ClientTimeout
    destinations: Destinations
    send: Callable[[Report], None]


class Download:
    """A download under way."""

    def __init__(self, fetch: Fetch, transport: Transport) -> None:
        self._fetch = fetch
        self._transport = transport
        self._exchange = Exchange()
        self._sent = False
        self._deadline = Deadline(fetch.timeout)
        self._leave: asyncio.Future[None] | None = None

    async def run(self) -> Completed | TooLarge:
        """Return how it ended.

        Raises DownloadError if time is up and whatever the transport raises.
        """
        fetch = self._fetch
        try:
            async with self._deadline:
                return await self._attempt_twice(fetch)
        except TimeoutError as error:
            reason = f"Getting {fetch.url} took too long: {self._lateness(error)}"
            raise DownloadError("timeout", reason) from error

    def proceed(self) -> None:
        """Read on: Scrapy's thread has heard the last report."""
        if self._leave is not None and not self._leave.done():
            self._leave.set_result(None)

    async def _attempt_twice(self, fetch: Fetch) -> Completed | TooLarge:
        route = route_of(fetch)
        try:
            return await self._attempt(route)
        except StaleConnectionError:
            # The server closed a kept connection while the request was on its way: nobody's fault
            # and no attempt in the sense of RetryMiddleware (RFC 9112 9.3.1).
            if fetch.method not in IDEMPOTENT:
                raise
            self._exchange = Exchange()
            return await self._attempt(route._replace(fresh=True))

    async def _attempt(self, route: Route) -> Completed | TooLarge:
        fetch, transport = self._fetch, self._transport
        buffer = WATCHED_CHUNK if fetch.watch_body else CHUNK
        async with transport.connectors.lend(route) as connector:
            try:
                request = outgoing(
                    fetch, transport.destinations, close=connector.force_close
                )
                answer = await self._exchange.ask(
                    request, connector, transport.timeout, buffer, self._ask_if_late
                )
                return await self._read(answer)
            except aiohttp.ClientConnectorError as error:
                transport.connectors.forget_address(error.host)
                raise
            finally:
                self._exchange.end()

    async def _read(self, answer: Answer) -> Completed | TooLarge:
        fetch = self._fetch
        head = self._head(answer)
        expected = 0 if fetch.method == hdrs.METH_HEAD else head.length or 0
        if 0 < fetch.maxsize < expected:
            return TooLarge(fetch.id, expected, expected=True)
        if 0 < fetch.warnsize < expected:
            self._transport.send(SizeReport(fetch.id, expected, expected=True))
        if fetch.watch_headers:
            await self._ask(HeadReport(fetch.id, head))
        elif fetch.watch_body:
            # Who stops the download at a chunk gets a response, and that needs the head.
            self._transport.send(HeadReport(fetch.id, head))
        self._exchange.phase = "reading the body"
        return await self._read_body(answer, head, warned=expected > fetch.warnsize)

    async def _read_body(
        self, answer: Answer, head: Head, *, warned: bool
    ) -> Completed | TooLarge:
        fetch, content = self._fetch, answer.content
        chunks: list[bytes] = []
        size, loss = 0, ""
        try:
            while chunk := await (
                content.read(WATCHED_CHUNK) if fetch.watch_body else content.readany()
            ):
                size = self._exchange.received = size + len(chunk)
                if fetch.watch_body:
                    await self._ask(ChunkReport(fetch.id, chunk))
                else:
                    chunks.append(chunk)
                if 0 < fetch.maxsize < size:
                    return TooLarge(fetch.id, size, expected=False)
                if 0 < fetch.warnsize < size and not warned:
                    warned = True
                    self._transport.send(SizeReport(fetch.id, size, expected=False))
            if (failure := content.exception()) is not None:
                raise failure
        except aiohttp.ClientPayloadError as error:
            loss = str(error) or "The connection was closed"
        body = b"".join(chunks)
        is_certain = is_delimited(answer) and not self._exchange.connection.overran
        return Completed(fetch.id, head, body, is_certain, loss)

    def _head(self, answer: Answer) -> Head:
        connection, message = self._exchange.connection, answer.message
        length = message.headers.get(hdrs.CONTENT_LENGTH)
        return Head(
            status=message.code,
            protocol=f"HTTP/{message.version.major}.{message.version.minor}",
            headers=message.raw_headers,
            length=None if length is None else int(length),
            latency=time.monotonic() - self._fetch.started,
            ip_address=connection.ip_address,
            certificate=connection.certificate,
            tls=connection.describe_tls() if self._fetch.describe_tls else None,
        )

    async def _ask_if_late(self) -> None:
        fetch, again = self._fetch, self._sent
        self._sent = True
        is_late = again or time.monotonic() - fetch.started > PROMPT
        if is_late and fetch.watch_late:
            await self._ask(LateReport(fetch.id))

    async def _ask(self, report: LateReport | HeadReport | ChunkReport) -> None:
        """Report and wait until Scrapy's thread lets the download go on, off the clock.

        If it does not, it cancels the task.
        """
        self._leave = asyncio.get_running_loop().create_future()
        self._transport.send(report)
        with self._deadline.paused():
            await self._leave

    def _lateness(self, error: TimeoutError) -> str:
        phase, limits = self._exchange.progress, self._transport.timeout
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            return f"no connection within {limits.connect:g} seconds"
        if isinstance(error, aiohttp.SocketTimeoutError):
            return f"silence for {limits.sock_read:g} seconds while {phase}"
        return f"more than {self._fetch.timeout:g} seconds in all, the last of them {phase}"


def is_delimited(answer: Answer) -> bool:
    """Tell whether the end of the body can be told from the end of the connection.

    If not, nobody can say that the body is whole (RFC 9112 6.3).
    """
    headers = answer.message.headers
    if hdrs.CONTENT_LENGTH in headers or hdrs.TRANSFER_ENCODING in headers:
        return True
    return answer.content is EMPTY_PAYLOAD
