"""One request and its response over a connection that aiohttp has made.

aiohttp's connectors and its parser are used, its sessions are not: cookies, redirects, retries and
decompression are Scrapy's, and most of what a session costs (docs/performance.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import aiohttp

from .connection import PeerConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from aiohttp.streams import StreamReader

    from .connection import DirectConnector
    from .request import Outgoing

Phase = Literal["connecting", "waiting for the response", "reading the body"]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Methods that may be sent again without being asked to (RFC 9110 9.2.2)."""

INTERIM = frozenset({100, *range(102, 200)})
"""Statuses of responses that another one follows (RFC 9110 15.2); 101 is none of them."""


class DroppedError(aiohttp.ClientError):
    """The connection was closed before the response had begun."""


class StaleConnectionError(DroppedError):
    """It was a kept connection, and it was closed before it gave a byte of the response."""


class Answer(NamedTuple):
    """The head of a response as aiohttp's parser gives it, and the stream of its body."""

    message: RawResponseMessage
    content: StreamReader


class Exchange:
    """A request under way. `end` must follow `ask`, whatever comes of it."""

    def __init__(self) -> None:
        self._lent: Connection | None = None
        self._connection: PeerConnection | None = None
        self._reused = False
        self._content: StreamReader | None = None
        self.phase: Phase = "connecting"
        self.received = 0

    @property
    def progress(self) -> str:
        """How far the download has come, in words."""
        received = f", {self.received} bytes so far" if self.received else ""
        return f"{self.phase}{received}"

    @property
    def connection(self) -> PeerConnection:
        """The connection that gave the response."""
        assert self._connection is not None
        return self._connection

    async def ask(
        self,
        request: Outgoing,
        connector: DirectConnector,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - several limits, aiohttp's
        buffer: int,
        may_send: Callable[[], Awaitable[None]],
    ) -> Answer:
        """Send `request` once and return the answer, whose body may have `buffer` bytes unread.

        `may_send` is waited for when there is a connection, just before the request goes out.

        Raises DroppedError if the connection is closed first, aiohttp's ClientConnectorError or
        ConnectionTimeoutError if there is none, its HttpProcessingError for what is no response,
        and its SocketTimeoutError.
        """
        try:
            connection = await self._connect(request, connector, timeout)
            await may_send()
            self.phase = "waiting for the response"
            connection.send(request, timeout.sock_read, buffer)
            answer = await self._final_answer(connection)
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
            raise
        except aiohttp.ClientConnectionError as error:
            raise self._dropped(error) from error
        self._content = answer.content
        return answer

    def end(self) -> None:
        """Keep the connection if all of the response was read, close it otherwise."""
        if self._lent is None:
            return
        is_over = self._content is not None and self._content.is_eof()
        if is_over and self.connection.has_sent:
            self._lent.release()
        else:
            self._lent.close()

    async def _connect(
        self,
        request: Outgoing,
        connector: DirectConnector,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - several limits, aiohttp's
    ) -> PeerConnection:
        try:
            self._lent = await connector.connect(request.destination, [], timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error
        connection = self._lent.protocol
        assert isinstance(connection, PeerConnection)
        self._connection = connection
        self._reused = connection.downloads > 0
        connection.downloads += 1
        return connection

    async def _final_answer(self, connection: PeerConnection) -> Answer:
        while True:
            message, content = await connection.read()
            if message.code not in INTERIM:
                return Answer(message, content)

    def _dropped(self, error: aiohttp.ClientConnectionError) -> DroppedError:
        answered = self._connection is not None and self._connection.answered
        if self._reused and not answered:
            return StaleConnectionError(f"A kept connection was closed: {error}")
        where = "in the middle of the headers" if answered else "without an answer"
        cause = f": {error}" if isinstance(error, OSError) else ""
        return DroppedError(f"The server closed the connection {where}{cause}")
