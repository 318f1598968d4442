"""What a worker must know of a Scrapy request."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from pydispatch import dispatcher  # type: ignore[import-untyped]
from scrapy import signals
from scrapy.exceptions import NotSupported, UnsupportedURLSchemeError
from scrapy.utils.httpobj import urlparse_cached

from scraper.signals import sending_late

from . import socks
from .config import bind_address
from .messages import Fetch

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from .config import DownloaderConfig
    from .messages import RawHeaders


HTTP_SCHEMES = ("http", "https")


def fetch_of(
    request: Request, key: int, config: DownloaderConfig, crawler: Crawler
) -> Fetch:
    """Return the message for `request`, which stays untouched.

    Raises UnsupportedURLSchemeError, and ValueError for a meta value that makes no sense.
    """
    scheme = urlparse_cached(request).scheme
    if scheme not in HTTP_SCHEMES:
        raise UnsupportedURLSchemeError(
            f"{request.url}: the scheme must be http or https"
        )
    meta = request.meta
    proxy, authorization = _proxy(request, config.proxy_auth_encoding)
    return Fetch(
        id=key,
        method=request.method,
        url=request.url,
        headers=_headers(request),
        body=request.body,
        started=time.monotonic(),
        timeout=float(meta.get("download_timeout") or config.timeout),
        maxsize=int(meta.get("download_maxsize", config.maxsize) or 0),
        warnsize=int(meta.get("download_warnsize", config.warnsize) or 0),
        bind_address=bind_address(meta.get("bindaddress") or config.bind_address),
        proxy=proxy,
        proxy_authorization=authorization,
        watch_headers=_heard(crawler, signals.headers_received),
        watch_body=_heard(crawler, signals.bytes_received),
        watch_late=_heard(crawler, sending_late),
        describe_tls=config.tls_verbose and scheme == "https",
    )


def host_of(request: Request) -> str:
    """Return the host that `request` goes to, for keeping its connections together."""
    return urlparse_cached(request).netloc


def _headers(request: Request) -> RawHeaders:
    return tuple(
        (name, value)
        for name, values in request.headers.items()
        if name != b"Proxy-Authorization"
        for value in values
    )


def _proxy(request: Request, auth_encoding: str) -> tuple[str | None, str | None]:
    """Return the URL of the proxy and the value of Proxy-Authorization.

    SOCKS proxies take a user and a password only, and have them in the URL.
    """
    proxy: str | None = request.meta.get("proxy")
    if not proxy:
        return None, None
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    header = request.headers.get(b"Proxy-Authorization")
    if parts.scheme in HTTP_SCHEMES:
        return parts.geturl(), header.decode("latin-1") if header else None
    if parts.scheme not in socks.SCHEMES:
        raise NotSupported(f"Unsupported scheme of the proxy {proxy}")
    if not socks.is_available():
        raise NotSupported(
            f"The proxy {proxy} needs python-socks: pip install python-socks"
        )
    if header:
        user, password = _basic_credentials(header, auth_encoding)
        host = parts.netloc.rpartition("@")[2]
        parts = parts._replace(netloc=f"{quote(user, '')}:{quote(password, '')}@{host}")
    return parts.geturl(), None


def _basic_credentials(header: bytes, encoding: str) -> tuple[str, str]:
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"basic":
        raise ValueError(f"SOCKS proxies take Basic credentials, not {scheme!r}")
    user, _, password = base64.b64decode(token).decode(encoding).partition(":")
    return user, password


def _heard(crawler: Crawler, signal: Any) -> bool:
    """Tell whether anybody listens to `signal`: if not, nothing about it need cross threads."""
    receivers = dispatcher.getAllReceivers(crawler.signals.sender, signal)
    return next(dispatcher.liveReceivers(receivers), None) is not None
