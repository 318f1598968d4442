"""How a `Fetch` is put to aiohttp."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
from aiohttp import hdrs
from yarl import URL

from .errors import DownloadError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from .messages import Address, Fetch

NO_CEILING = float("inf")
"""aiohttp rounds longer timeouts than its threshold up to whole seconds."""

LARGE_BODY = 2**20
"""Bytes of a request's body that aiohttp takes in one piece without a warning."""


class Route(NamedTuple):
    """How connections leave this machine; connections of different routes are never shared.

    `fresh` asks for a connection that nobody has used and nobody will use again.
    """

    bind_address: Address | None = None
    socks_proxy: str | None = None
    fresh: bool = False


def route_of(fetch: Fetch) -> Route:
    """Return the way that `fetch` wants to go."""
    return Route(fetch.bind_address, fetch.proxy if _is_socks(fetch.proxy) else None)


def request_options(
    fetch: Fetch, timeout: aiohttp.ClientTimeout, tls: Callable[[], ssl.SSLContext]
) -> dict[str, Any]:
    """Return the arguments of `ClientSession.request`; raises DownloadError if it can not be sent.

    `tls` is called only if there is a connection to secure.
    """
    url = _url(fetch.url)
    headers = _headers(fetch)
    proxy = None if _is_socks(fetch.proxy) else fetch.proxy
    options: dict[str, Any] = {
        "method": fetch.method,
        "headers": headers,
        "data": _body(fetch.body),
        "allow_redirects": False,
        "timeout": timeout,
        "proxy": proxy,
    }
    if url.scheme == "https" or (proxy and proxy.startswith("https:")):
        options["ssl"] = tls()
    if proxy and fetch.proxy_authorization:
        credentials = (hdrs.PROXY_AUTHORIZATION, fetch.proxy_authorization)
        if url.scheme == "https":
            # Through a tunnel the site reads the request's headers, the proxy only CONNECT's.
            options["proxy_headers"] = [credentials]
        else:
            headers.append(credentials)
    if url.raw_user is not None and any(
        name.lower() == "authorization" for name, _ in headers
    ):
        # aiohttp refuses to choose between the two; the header was set on purpose.
        url = url.with_user(None)
    options["url"] = url
    return options


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


def _body(body: bytes) -> bytes | io.BytesIO | None:
    # aiohttp wants to read large bodies piece by piece, for the sake of its event loop.
    return io.BytesIO(body) if len(body) > LARGE_BODY else body or None


def _headers(fetch: Fetch) -> list[tuple[str, str]]:
    try:
        return [(name.decode(), value.decode()) for name, value in fetch.headers]
    except UnicodeDecodeError as error:
        # aiohttp would drop these bytes silently.
        reason = f"A request header is not UTF-8 and can not be sent: {error.object!r}"
        raise DownloadError("usage", reason) from error


def _is_socks(proxy: str | None) -> bool:
    return proxy is not None and proxy.startswith("socks")
