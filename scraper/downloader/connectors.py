"""The connectors of one worker: one for each local address and SOCKS proxy in use."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .connection import DirectConnector, OpenConnections
from .socks import SocksConnector

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from .request import Route
    from .resolver import SharedResolver

MAX_CONNECTORS = 16
"""Beyond these, unused connectors are closed, so that rotating addresses do not pile up."""


@dataclass(slots=True)
class _Lent:
    """A connector and how many downloads use it."""

    connector: DirectConnector
    users: int = 0


class Connectors:
    """Connectors by route, made when first asked for; of unused ones the latest used are kept."""

    def __init__(
        self, resolver: SharedResolver, keepalive_timeout: float, max_connections: int
    ) -> None:
        self._resolver = resolver
        self._keepalive_timeout = keepalive_timeout
        self._connections = OpenConnections(max_connections)
        self._lent: OrderedDict[Route, _Lent] = OrderedDict()

    @asynccontextmanager
    async def lend(self, route: Route) -> AsyncIterator[DirectConnector]:
        """The connector of `route`, which is not closed before it is given back."""
        lent = self._lent.get(route)
        if lent is None:
            lent = self._lent[route] = _Lent(self._make(route))
        lent.users += 1
        self._lent.move_to_end(route)
        try:
            await self._trim()
            yield lent.connector
        finally:
            lent.users -= 1

    def forget_address(self, host: str) -> None:
        """Look `host` up again next time: its addresses gave no connection."""
        self._resolver.forget(host)

    async def close(self) -> None:
        """Close every connector and every connection, whatever the peers do."""
        while self._lent:
            await self._lent.popitem()[1].connector.close()
        await self._connections.abort()

    async def _trim(self) -> None:
        while len(self._lent) > MAX_CONNECTORS:
            idle = (route for route, lent in self._lent.items() if not lent.users)
            if (route := next(idle, None)) is None:
                return
            await self._lent.pop(route).connector.close()

    def _make(self, route: Route) -> DirectConnector:
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
