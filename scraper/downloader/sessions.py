"""The aiohttp sessions of one worker: one for each local address and SOCKS proxy in use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp

from .connection import DirectConnector, OpenConnections
from .exchange import TrackedRequest
from .socks import SocksConnector

if TYPE_CHECKING:
    from .request import Route
    from .resolver import SharedResolver

MAX_SESSIONS = 16
"""Beyond these, unused sessions are closed, so that rotating addresses do not pile up."""

MAX_FIELD = 2**16
"""Bytes of one line of a head; browsers take far more than aiohttp's 8190."""

MAX_HEADERS = 1000

AUTOMATIC_HEADERS = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


@dataclass(slots=True)
class Lease:
    """A session and how many downloads run on it."""

    session: aiohttp.ClientSession
    users: int = 0


class Sessions:
    """Sessions by route, made when first asked for; of unused ones the latest used are kept."""

    def __init__(
        self, resolver: SharedResolver, keepalive_timeout: float, max_connections: int
    ) -> None:
        self._resolver = resolver
        self._keepalive_timeout = keepalive_timeout
        self._connections = OpenConnections(max_connections)
        self._leases: OrderedDict[Route, Lease] = OrderedDict()

    async def borrow(self, route: Route) -> Lease:
        """Lend the session of `route`; whoever borrows it counts `users` down again."""
        lease = self._leases.get(route)
        if lease is None:
            lease = self._leases[route] = Lease(self._make(route))
        lease.users += 1
        self._leases.move_to_end(route)
        if len(self._leases) > MAX_SESSIONS:
            await self._trim()
        return lease

    def forget_address(self, host: str) -> None:
        """Look `host` up again next time: its addresses gave no connection."""
        self._resolver.forget(host)

    async def close(self) -> None:
        """Close every session and every connection, whatever the peers do."""
        while self._leases:
            await self._leases.popitem()[1].session.close()
        await self._connections.abort()

    async def _trim(self) -> None:
        idle = [route for route, lease in self._leases.items() if not lease.users]
        surplus = len(self._leases) - MAX_SESSIONS
        for lease in [self._leases.pop(route) for route in idle[:surplus]]:
            await lease.session.close()

    def _make(self, route: Route) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._make_connector(route),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            request_class=TrackedRequest,
            skip_auto_headers=AUTOMATIC_HEADERS,
            max_line_size=MAX_FIELD,
            max_field_size=MAX_FIELD,
            max_headers=MAX_HEADERS,
            # The worker keeps the time of a whole download itself.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        )

    def _make_connector(self, route: Route) -> aiohttp.BaseConnector:
        options: dict[str, Any] = {
            "open_connections": self._connections,
            "resolver": self._resolver,
            "use_dns_cache": False,
            "local_addr": route.bind_address,
            # Whoever waits for a connection waits on the clock of the download: Scrapy's slots and
            # the handler do the limiting.
            "limit": 0,
        }
        if route.fresh or not self._keepalive_timeout:
            options["force_close"] = True
        else:
            options["keepalive_timeout"] = self._keepalive_timeout
        if route.socks_proxy:
            return SocksConnector(route.socks_proxy, **options)
        return DirectConnector(**options)
