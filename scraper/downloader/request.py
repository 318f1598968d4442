"""How a `Fetch` goes out: which way, where its connection leads, and the bytes that are written there."""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import aiohttp
from aiohttp import hdrs
from yarl import URL

from .errors import DownloadError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from aiohttp.client_reqrep import ConnectionKey

    from .messages import Address, Fetch

NO_LENGTH = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
"""Methods whose requests tell no length if they have no body (RFC 9110 8.6)."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Route(NamedTuple):
    """How connections leave this machine; connections of different routes are never shared.

    `fresh` asks for a connection that nobody has used and nobody will use again.
    """

    bind_address: Address | None = None
    socks_proxy: str | None = None
    fresh: bool = False


class Destination(aiohttp.ClientRequest):
    """Where a connection leads: what aiohttp's connectors ask a request for.

    Requests to the same site share it; it is never sent.
    """

    @cached_property
    def connection_key(self) -> ConnectionKey:
        """What connections are kept by; aiohttp would work it out for each request."""
        return super().connection_key


Destinations: TypeAlias = "Callable[[str, str, str | None, str | None], Destination]"
"""Gives the destination for a scheme, an authority, an HTTP proxy and the credentials for that."""


class Outgoing(NamedTuple):
    """A request as it goes out."""

    method: str
    destination: Destination
    head: bytes
    body: bytes


def route_of(fetch: Fetch) -> Route:
    """Return the way that `fetch` wants to go."""
    return Route(fetch.bind_address, fetch.proxy if _is_socks(fetch.proxy) else None)


def destination(
    tls: Callable[[], ssl.SSLContext],
    scheme: str,
    authority: str,
    proxy: str | None,
    credentials: str | None,
) -> Destination:
    """Return where a connection must lead; `tls` is called only if there is one to secure."""
    secured = scheme == "https" or bool(proxy and proxy.startswith("https:"))
    # Through a tunnel the site reads the request's head, the proxy only that of CONNECT.
    for_tunnel = [(hdrs.PROXY_AUTHORIZATION, credentials or "")]
    return Destination(
        "GET",
        URL(f"{scheme}://{authority}/", encoded=True),
        loop=asyncio.get_running_loop(),
        ssl=tls() if secured else True,
        proxy=URL(proxy) if proxy else None,
        proxy_headers=for_tunnel if credentials and scheme == "https" else None,
    )


def outgoing(fetch: Fetch, find: Destinations, *, close: bool) -> Outgoing:
    """Return `fetch` as it goes out; `close` asks the server to close the connection after it.

    Raises DownloadError for a request that can not be sent.
    """
    url = _url(fetch.url)
    proxy = None if _is_socks(fetch.proxy) else fetch.proxy
    goal = find(url.scheme, url.raw_authority, proxy, fetch.proxy_authorization)
    lines = [_request_line(fetch.method, url, through=proxy), *_headers(fetch, url)]
    if fetch.body or fetch.method not in NO_LENGTH:
        lines.append(b"Content-Length: %d" % len(fetch.body))
    if proxy and fetch.proxy_authorization and url.scheme == "http":
        lines.append(b"Proxy-Authorization: " + fetch.proxy_authorization.encode())
    if close and not any(line.startswith(b"Connection:") for line in lines):
        lines.append(b"Connection: close")
    if control := _CONTROL.search(b"".join(lines)):
        reason = f"{fetch.url}: its method, URL or headers have the control character {control[0]!r}"
        raise DownloadError("usage", reason)
    return Outgoing(fetch.method, goal, b"\r\n".join((*lines, b"\r\n")), fetch.body)


def _request_line(method: str, url: URL, *, through: str | None) -> bytes:
    if not _TOKEN.fullmatch(method):
        raise DownloadError("usage", f"{method!r} is no method of HTTP")
    target = url.raw_path_qs
    if " " in target:
        raise DownloadError("usage", f"{url} has a space that is not escaped (%20)")
    if through and url.scheme == "http":
        # A proxy without a tunnel gets the whole of it (RFC 9112 3.2.2).
        target = f"http://{url.host_port_subcomponent}{target}"
    return f"{method} {target} HTTP/1.1".encode()


def _headers(fetch: Fetch, url: URL) -> list[bytes]:
    host = str(url.host_port_subcomponent).encode()
    authorization = b""
    if url.raw_user is not None or url.raw_password is not None:
        credentials = aiohttp.encode_basic_auth(url.user or "", url.password or "")
        authorization = b"Authorization: " + credentials.encode()
    lines = []
    for name, value in fetch.headers:
        match name.lower():
            case b"host":
                host = value
                continue
            case b"content-length" | b"transfer-encoding":
                # Where the body ends is told by who writes it.
                continue
            case b"authorization":
                # Set on purpose, so it goes before what the URL says.
                authorization = b""
        lines.append(b"%s: %s" % (name, value))
    if authorization:
        lines.append(authorization)
    return [b"Host: " + host, *lines]


def _url(url: str) -> URL:
    # Scrapy has escaped the URL already, or was told to leave it as it is (verbatim_url).
    try:
        parsed = URL(url, encoded=url.isascii())
        port = parsed.port
    except ValueError as error:
        raise DownloadError("unsupported", f"{url} is no URL: {error}") from error
    if not parsed.raw_host or not port:
        raise DownloadError("unsupported", f"{url} names no host and port")
    return parsed


def _is_socks(proxy: str | None) -> bool:
    return proxy is not None and proxy.startswith("socks")
