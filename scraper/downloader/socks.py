"""Connections through SOCKS proxies, for which the python-socks package must be installed."""

from __future__ import annotations

import importlib
import importlib.util
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from aiohttp import (
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientProxyConnectionError,
)
from aiohttp.abc import AbstractResolver, ResolveResult

from .connection import DirectConnector

if TYPE_CHECKING:
    import asyncio

    from aiohttp import AddrInfoType, ClientRequest, ClientTimeout
    from aiohttp.client_proto import ResponseHandler

    from .messages import Address
    from .resolver import SharedResolver

SCHEMES = {"socks4": 4, "socks4a": 4, "socks5": 5, "socks5h": 5}
"""Known proxy schemes and their SOCKS version."""

RESOLVED_HERE = "socks4"
"""The scheme whose proxies are given addresses; all others look names up themselves."""

DEFAULT_PORT = 1080

LONG = 86_400.0
"""Seconds; the package wants a limit of its own, the worker keeps the time."""


def is_available() -> bool:
    """Tell whether python-socks is installed."""
    return importlib.util.find_spec("python_socks") is not None


class SocksConnector(DirectConnector):
    """Connections to sites through the SOCKS proxy at the URL `proxy`."""

    def __init__(
        self,
        proxy: str,
        resolver: SharedResolver,
        local_addr: Address | None,
        **options: Any,
    ) -> None:
        parts = urlsplit(proxy)
        here = parts.scheme == RESOLVED_HERE
        super().__init__(resolver=resolver if here else _Unresolved(), **options)
        self._api = importlib.import_module("python_socks.async_.asyncio")
        self._errors = importlib.import_module("python_socks").ProxyError
        self._proxy = parts
        self._proxy_resolver = resolver
        self._bind_to = local_addr

    async def _wrap_create_connection(
        self,
        *args: Any,
        addr_infos: list[AddrInfoType],
        req: ClientRequest,
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
        client_error: type[Exception] = ClientConnectorError,
        **kwargs: Any,
    ) -> tuple[asyncio.Transport, ResponseHandler]:
        host, port = addr_infos[0][4][:2]
        try:
            tunnel = await self._open_tunnel(req, str(host), int(port))
        except (self._errors, OSError) as error:
            if isinstance(error, ClientConnectorError):
                raise
            reason = f"SOCKS proxy {self._proxy.hostname}: {error}"
            raise ClientProxyConnectionError(
                req.connection_key, OSError(None, reason)
            ) from error
        return await self._wrap_existing_connection(
            *args,
            sock=tunnel,
            req=req,
            timeout=timeout,
            client_error=client_error,
            **kwargs,
        )

    async def _open_tunnel(
        self, req: ClientRequest, host: str, port: int
    ) -> socket.socket:
        """Return a socket that leads to `host`; raises what went wrong with the last address."""
        proxy_host, proxy_port = (
            self._proxy.hostname or "",
            self._proxy.port or DEFAULT_PORT,
        )
        try:
            found = await self._proxy_resolver.resolve(
                proxy_host, proxy_port, socket.AF_UNSPEC
            )
        except OSError as error:
            raise ClientConnectorDNSError(req.connection_key, error) from error
        failure: OSError | None = None
        for address in found:
            try:
                return await self._tunnel_through(
                    address["host"], proxy_port, host, port
                )
            except OSError as error:
                failure = error
        raise failure or OSError(None, "no address")

    async def _tunnel_through(
        self, address: str, via: int, host: str, port: int
    ) -> socket.socket:
        types = importlib.import_module("python_socks").ProxyType
        proxy = self._api.Proxy(
            types.SOCKS4 if SCHEMES[self._proxy.scheme] == 4 else types.SOCKS5,
            address,
            via,
            username=_unquoted(self._proxy.username),
            password=_unquoted(self._proxy.password),
            rdns=True,
        )
        tunnel: socket.socket = await proxy.connect(
            host, port, timeout=LONG, local_addr=self._bind_to
        )
        return tunnel


class _Unresolved(AbstractResolver):
    """Leaves names as they are, for the proxy to look up."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        result = ResolveResult(
            hostname=host, host=host, port=port, family=family, proto=0, flags=0
        )
        return [result]

    async def close(self) -> None:
        pass


def _unquoted(part: str | None) -> str | None:
    return None if part is None else unquote(part)
