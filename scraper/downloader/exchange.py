"""One request and its response as the transport sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import aiohttp

from .connection import PeerConnection

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from aiohttp.connector import Connection

Phase = Literal["connecting", "waiting for the response", "reading the body"]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""Methods that may be sent again without being asked to (RFC 9110 9.2.2)."""


class DroppedError(aiohttp.ClientError):
    """The connection was closed before the response had begun."""


class StaleConnectionError(DroppedError):
    """It was a kept connection, and it was closed before it gave a byte of the response."""


class TrackedRequest(aiohttp.ClientRequest):
    """aiohttp's request, telling its exchange on which connection it goes out."""

    exchange: Exchange

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        """Send the request over `conn`, if it may be sent still."""
        await self.exchange.may_send()
        self.exchange.use(conn.protocol)
        return await super().send(conn)


class Exchange:
    """What is known of a request under way; aiohttp gets it as a client middleware.

    `may_send` is waited for when there is a connection, just before the request goes out.
    """

    def __init__(self, may_send: Callable[[], Awaitable[None]]) -> None:
        self.may_send = may_send
        self.phase: Phase = "connecting"
        self.received = 0
        self._connection: PeerConnection | None = None
        self._reused = False

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

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Let aiohttp connect and send once.

        On its own it would send again after the loss of any connection, a fresh one included, and
        maybe over another dead one. A loss comes out of here as an error that it takes as final.
        """
        assert isinstance(request, TrackedRequest)
        request.exchange = self
        try:
            return await handler(request)
        except (aiohttp.ClientConnectorError, aiohttp.ServerTimeoutError):
            raise
        except aiohttp.ClientConnectionError as error:
            raise self._dropped(error) from error

    def use(self, protocol: object) -> None:
        """Note the connection that the request goes out on."""
        assert isinstance(protocol, PeerConnection)
        self._connection = protocol
        self._reused = protocol.downloads > 0
        protocol.downloads += 1
        self.phase = "waiting for the response"

    def _dropped(self, error: aiohttp.ClientConnectionError) -> DroppedError:
        if self._reused and not self.connection.answered:
            return StaleConnectionError(f"A kept connection was closed: {error}")
        cut_short = self._connection is not None and self._connection.answered
        where = "in the middle of the headers" if cut_short else "without an answer"
        cause = f": {error}" if isinstance(error, OSError) else ""
        return DroppedError(f"The server closed the connection {where}{cause}")
