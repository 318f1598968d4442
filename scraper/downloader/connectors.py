"""The connectors of one worker: one for each local address and SOCKS proxy in use."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .connection import DirectConnector, OpenConnections
from .socks import SocksConnector

if TYPE_CHECKING:
    from .request import Route
    from .resolver import SharedResolver

MAX_CONNECTORS = 16
"""Beyond these, unused connectors are closed, so that rotating addresses do not pile up."""


@dataclass(slots=True)
class Lease:
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
        self._leases: OrderedDict[Route, Lease] = OrderedDict()

    async def borrow(self, route: Route) -> Lease:
        """Lend the connector of `route`; whoever borrows it counts `users` down again."""
        lease = self._leases.get(route)
        if lease is None:
            lease = self._leases[route] = Lease(self._make(route))
        lease.users += 1
        self._leases.move_to_end(route)
        if len(self._leases) > MAX_CONNECTORS:
            await self._trim()
        return lease

    def forget_address(self, host: str) -> None:
        """Look `host` up again next time: its addresses gave no connection."""
        self._resolver.forget(host)

    async def close(self) -> None:
        """Close every connector and every connection, whatever the peers do."""
        while self._leases:
            await self._leases.popitem()[1].connector.close()
        await self._connections.abort()

    async def _trim(self) -> None:
        idle = [route for route, lease in self._leases.items() if not lease.users]
        surplus = len(self._leases) - MAX_CONNECTORS
        for lease in [self._leases.pop(route) for route in idle[:surplus]]:
            await lease.connector.close()

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
