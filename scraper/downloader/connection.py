"""aiohttp's connections, made to tell who the peer is and to close without waiting for it."""

from __future__ import annotations

import asyncio
import functools
import ssl
from typing import TYPE_CHECKING, Any

from aiohttp import ClientConnectionResetError, ClientPayloadError, TCPConnector
from aiohttp.client_proto import ResponseHandler

from .messages import TlsDescription
from .parsing import TolerantParser

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.client_reqrep import ConnectionKey

    from .request import Outgoing

MAX_FIELD = 2**16
"""Bytes of one line of a head; browsers take far more than aiohttp's 8190."""

MAX_HEADERS = 1000

NO_CEILING = float("inf")
"""aiohttp rounds longer timeouts than its threshold up to whole seconds."""


class OpenConnections:
    """The connections of one worker that still have a socket.

    Beyond `limit` of them (0: any number) none is kept for reuse, so that a crawl of many
    sites does not hold on to a socket for each.
    """

    def __init__(self, limit: int = 0) -> None:
        self._limit = limit
        self._open: set[PeerConnection] = set()
        self._emptied = asyncio.Event()

    def add(self, connection: PeerConnection) -> None:
        """Note a connection that was made."""
        self._open.add(connection)

    def discard(self, connection: PeerConnection) -> None:
        """Note a connection that was lost."""
        self._open.discard(connection)
        if not self._open:
            self._emptied.set()

    @property
    def crowded(self) -> bool:
        """Whether there are more than should be."""
        return 0 < self._limit < len(self._open)

    async def abort(self) -> None:
        """Close all of them and wait until the sockets are gone."""
        self._emptied.clear()
        for connection in list(self._open):
            connection.abort()
        if self._open:
            await self._emptied.wait()


class PeerConnection(ResponseHandler):
    """One connection: aiohttp's protocol plus what a response says of its peer."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, open_connections: OpenConnections
    ) -> None:
        super().__init__(loop)
        self._open_connections = open_connections
        self._params: dict[str, Any] = {}
        self._tolerant: TolerantParser | None = None
        self.downloads = 0
        self.ip_address: str | None = None
        self.certificate: bytes | None = None

    @property
    def answered(self) -> bool:
        """Whether a byte of the response has come since the last request was sent."""
        return self._tolerant is not None and self._tolerant.answered

    @property
    def overran(self) -> bool:
        """Whether more came than belongs to the response: its announced end may not be its end."""
        return self._tolerant is not None and self._tolerant.overran

    @property
    def has_sent(self) -> bool:
        """Whether all that was to be sent has left this process."""
        return self.transport is not None and not self.transport.get_write_buffer_size()

    def send(self, request: Outgoing, read_timeout: float | None, buffer: int) -> None:
        """Write `request` and prepare for its response, of which `buffer` bytes may lie unread.

        Raises ClientConnectionResetError if the connection is closed.
        """
        if not self.is_connected():
            raise ClientConnectionResetError("The connection is closed")
        assert self.transport is not None
        self.set_response_params(
            skip_payload=request.method == "HEAD",
            read_until_eof=True,
            auto_decompress=False,
            read_timeout=read_timeout,
            read_bufsize=buffer,
            timeout_ceil_threshold=NO_CEILING,
            max_line_size=MAX_FIELD,
            max_field_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
        )
        self.transport.write(request.head + request.body)
        if not self.writing_paused:
            self.start_timeout()

    def resume_writing(self) -> None:
        """Begin to wait for the response: nearly all of a large body is sent."""
        super().resume_writing()
        self.start_timeout()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who is at the other end: a closed transport does not tell any more."""
        super().connection_made(transport)
        self._open_connections.add(self)
        peer = transport.get_extra_info("peername")
        self.ip_address = peer[0] if peer else None
        tls = transport.get_extra_info("ssl_object")
        self.certificate = (
            tls.getpeercert(binary_form=True) if tls is not None else None
        )

    def connection_lost(self, exc: BaseException | None) -> None:
        """Fail the body that a reset cut off, where aiohttp would take its loss for its end."""
        payload = self._payload
        if exc is not None and payload is not None and not payload.is_eof():
            payload.set_exception(
                ClientPayloadError(f"The connection was lost: {exc!r}")
            )
        super().connection_lost(exc)
        self._open_connections.discard(self)

    def close(self) -> None:
        """Close at once: neither unsent bytes nor a TLS farewell are worth waiting for the peer."""
        self.abort()

    def set_response_params(self, **params: Any) -> None:
        """Prepare for a response as aiohttp does, with a parser that bears more."""
        # What came before the request went out must not slip past the tolerant parser.
        early, self._tail = self._tail, b""
        self._params = params
        self._tolerant = TolerantParser(self._renew_parser, self._hang_up)
        self._parser = self._tolerant  # type: ignore[assignment]
        self._tail = early
        self._drain_tail()

    def describe_tls(self) -> TlsDescription | None:
        """Return what verbose TLS logging wants to know, None for a connection without TLS."""
        tls = self.transport.get_extra_info("ssl_object") if self.transport else None
        if not isinstance(tls, ssl.SSLObject):
            return None
        cipher = tls.cipher()
        name = cipher[0] if cipher else "none"
        return TlsDescription(str(tls.server_hostname), str(tls.version()), name)

    def _renew_parser(self) -> Any:
        super().set_response_params(**self._params)
        parser = self._parser
        if self._tolerant is not None:
            self._parser = self._tolerant  # type: ignore[assignment]
        return parser

    def _hang_up(self) -> None:
        self.force_close()
        if self.transport is not None:
            self.transport.abort()


class DirectConnector(TCPConnector):
    """Connections to sites, or to HTTP proxies, that are `PeerConnection`s."""

    def __init__(self, open_connections: OpenConnections, **options: Any) -> None:
        super().__init__(**options)
        self._open_connections = open_connections
        make: Callable[..., ResponseHandler] = PeerConnection
        self._factory = functools.partial(make, self._loop, open_connections)

    async def _start_tls_connection(
        self, underlying_transport: asyncio.Transport, *args: Any, **kwargs: Any
    ) -> tuple[asyncio.BaseTransport, ResponseHandler]:
        tunnel = underlying_transport.get_protocol()
        try:
            return await super()._start_tls_connection(
                underlying_transport, *args, **kwargs
            )
        finally:
            # TLS takes the socket over; who asked for the tunnel never hears of its end.
            if isinstance(tunnel, PeerConnection):
                self._open_connections.discard(tunnel)

    def _release(
        self,
        key: ConnectionKey,
        protocol: ResponseHandler,
        *,
        should_close: bool = False,
    ) -> None:
        should_close = should_close or self._open_connections.crowded
        super()._release(key, protocol, should_close=should_close)
