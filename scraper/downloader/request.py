"""How a `Fetch` goes out: which way, where its connection leads, and the bytes that are written there."""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

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

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)([^?#]*)(\?[^#]*)?")
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

    Requests to the same site share it; it is never sent. `host` is the value of their Host header,
    `credentials` what the URL says for their Authorization, if it does, and `proxy_credentials` what the
    proxy's says. They are sent `via_proxy` if a proxy reads them, and is not only passed through.
    """

    def __init__(self, url: URL, proxy: str | None, **options: Any) -> None:
        proxy_url = URL(proxy) if proxy else None
        loop = asyncio.get_running_loop()
        super().__init__("GET", url, proxy=proxy_url, loop=loop, **options)
        self.host_header = str(url.host_port_subcomponent).encode()
        self.via_proxy = proxy is not None and url.scheme == "http"
        self.credentials = _credentials(url)
        self.proxy_credentials = _credentials(proxy_url) if proxy_url else b""

    def target(self, path: str, query: str) -> str:
        """Return what a request line names: for a proxy the URL, which may do without a path, for a site no host."""
        # RFC 9112 3.2.2 and 3.2.1
        if self.via_proxy:
            return f"http://{self.host_header.decode()}{path}{query}"
        return f"{path or '/'}{query}"

    @cached_property
    def connection_key(self) -> ConnectionKey:
        """What connections are kept by; aiohttp would work it out for each request."""
        return super().connection_key


Destinations: TypeAlias = "Callable[[str, str | None, str | None], Destination]"
"""Gives the destination for the begin of a URL, an HTTP proxy and the credentials for that."""


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
    begin: str,
    proxy: str | None,
    credentials: str | None,
) -> Destination:
    """Return where connections for URLs that `begin` so (scheme and authority) must lead.

    `tls` is called only if there is a connection to secure. Raises DownloadError if there is no
    host.
    """
    url = _url(begin)
    secured = url.scheme == "https" or bool(proxy and proxy.startswith("https:"))
    # Through a tunnel the site reads the request's head, the proxy only that of CONNECT.
    for_tunnel = [(hdrs.PROXY_AUTHORIZATION, credentials or "")]
    return Destination(
        url,
        proxy,
        ssl=tls() if secured else True,
        proxy_headers=for_tunnel if credentials and url.scheme == "https" else None,
    )


def outgoing(fetch: Fetch, find: Destinations, *, close: bool) -> Outgoing:
    """Return `fetch` as it goes out; `close` asks the server to close the connection after it.

    Raises DownloadError for a request that can not be sent.
    """
    begin, path, query = _split(fetch.url)
    proxy = None if _is_socks(fetch.proxy) else fetch.proxy
    goal = find(begin, proxy, fetch.proxy_authorization)
    target = goal.target(path, query)
    lines = [f"{fetch.method} {target} HTTP/1.1".encode(), *_headers(fetch, goal)]
    if fetch.body or fetch.method not in NO_LENGTH:
        lines.append(b"Content-Length: %d" % len(fetch.body))
    told = (fetch.proxy_authorization or "").encode() or goal.proxy_credentials
    if told and goal.via_proxy:
        lines.append(b"Proxy-Authorization: " + told)
    if close and not any(line.startswith(b"Connection:") for line in lines):
        lines.append(b"Connection: close")
    if fault := _fault(fetch.method, target, lines):
        raise DownloadError("usage", f"{fetch.url} can not be asked for: {fault}")
    return Outgoing(fetch.method, goal, b"\r\n".join((*lines, b"\r\n")), fetch.body)


def _split(url: str) -> tuple[str, str, str]:
    # Scrapy has escaped the URL already, or was told to leave it as it is (verbatim_url).
    parts = _URL.match(url if url.isascii() else str(_url(url)))
    if parts is None:
        raise DownloadError("unsupported", f"{url} is no URL")
    begin, path, query = parts.groups("")
    return begin, path, query


def _credentials(url: URL) -> bytes:
    if url.raw_user is None and url.raw_password is None:
        return b""
    basic = aiohttp.encode_basic_auth(url.user or "", url.password or "")
    return basic.encode()


def _url(url: str) -> URL:
    try:
        parsed = URL(url, encoded=url.isascii())
        port = parsed.port
    except ValueError as error:
        raise DownloadError("unsupported", f"{url} is no URL: {error}") from error
    if not parsed.raw_host or not port:
        raise DownloadError("unsupported", f"{url} names no host and port")
    return parsed


def _headers(fetch: Fetch, goal: Destination) -> list[bytes]:
    host, credentials = goal.host_header, goal.credentials
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
                credentials = b""
        lines.append(b"%s: %s" % (name, value))
    if credentials:
        lines.append(b"Authorization: " + credentials)
    return [b"Host: " + host, *lines]


def _fault(method: str, target: str, lines: list[bytes]) -> str:
    if not _TOKEN.fullmatch(method):
        return f"{method!r} is no method of HTTP"
    if " " in target:
        return "a space in it is not escaped (%20)"
    if control := _CONTROL.search(b"".join(lines)):
        return f"{control[0]!r} is a control character"
    return ""


def _is_socks(proxy: str | None) -> bool:
    return proxy is not None and proxy.startswith("socks")
