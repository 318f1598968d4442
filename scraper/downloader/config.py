"""The downloader's settings, parsed and checked once."""

from __future__ import annotations

import asyncio
import codecs
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy.utils.misc import load_object

from scraper.exceptions import ConfigurationError

from .policy import default_thread_count
from .tls import TlsOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import BaseSettings

    from .messages import Address

MAX_THREADS = 64
"""More threads than this only cost memory: one loop serves thousands of connections."""


@dataclass(frozen=True, slots=True)
class DownloaderConfig:
    """What the handler and its workers go by.

    Times are seconds, sizes bytes; 0 means "no limit" wherever a limit is meant. Workers
    run the kind of event loop that Scrapy runs.
    """

    threads: int
    concurrency: int
    connection_limit: int
    keepalive_timeout: float
    connect_timeout: float
    read_timeout: float
    close_timeout: float
    timeout: float
    maxsize: int
    warnsize: int
    fail_on_dataloss: bool
    bind_address: Address | None
    proxy_auth_encoding: str
    new_event_loop: Callable[[], asyncio.AbstractEventLoop]
    dns_cache_size: int
    dns_timeout: float
    tls: TlsOptions
    tls_verbose: bool

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> DownloaderConfig:
        """Read `settings`; raises ConfigurationError naming the setting and its value."""
        read = _Reader(settings)
        threads = read.integer("DOWNLOADER_THREADS", 0, maximum=MAX_THREADS)
        cache_size = read.integer("DNSCACHE_SIZE", 10_000)
        return cls(
            threads=threads or default_thread_count(os.cpu_count()),
            concurrency=read.integer("CONCURRENT_REQUESTS", 16),
            connection_limit=read.integer("DOWNLOADER_CONNECTION_LIMIT", 0),
            keepalive_timeout=read.seconds("DOWNLOADER_KEEPALIVE_TIMEOUT", 15),
            connect_timeout=read.seconds("DOWNLOADER_CONNECT_TIMEOUT", 0),
            read_timeout=read.seconds("DOWNLOADER_READ_TIMEOUT", 0),
            close_timeout=read.seconds("DOWNLOADER_CLOSE_TIMEOUT", 5),
            timeout=read.seconds("DOWNLOAD_TIMEOUT", 180),
            maxsize=read.integer("DOWNLOAD_MAXSIZE", 2**30),
            warnsize=read.integer("DOWNLOAD_WARNSIZE", 2**25),
            fail_on_dataloss=read.flag("DOWNLOAD_FAIL_ON_DATALOSS", default=True),
            bind_address=read.value("DOWNLOAD_BIND_ADDRESS", None, bind_address),
            proxy_auth_encoding=read.value(
                "HTTPPROXY_AUTH_ENCODING", "latin-1", _encoding
            ),
            new_event_loop=read.value("ASYNCIO_EVENT_LOOP", None, _loop_factory),
            dns_cache_size=cache_size
            if read.flag("DNSCACHE_ENABLED", default=True)
            else 0,
            dns_timeout=read.seconds("DNS_TIMEOUT", 60),
            tls=TlsOptions.from_settings(
                settings,
                verify=read.flag("DOWNLOAD_VERIFY_CERTIFICATES", default=False),
            ),
            tls_verbose=read.flag(
                "DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING", default=False
            ),
        )


def bind_address(value: object) -> Address | None:
    """Return a local address as (host, port) of a host, a (host, port) or nothing.

    Raises ValueError for anything else.
    """
    match value:
        case None | "":
            return None
        case str():
            return (value, 0)
        case (str(host), int(port)) if 0 <= port < 2**16:
            return (host, port)
    raise ValueError("neither a host nor a (host, port)")


def _loop_factory(path: str | None) -> Callable[[], asyncio.AbstractEventLoop]:
    if not path:
        return asyncio.new_event_loop
    try:
        return load_object(path)  # type: ignore[no-any-return]
    except (ImportError, NameError) as error:
        raise ValueError(str(error)) from error


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ValueError(str(error)) from error


class _Reader:
    """Reads single settings and names the one that is wrong."""

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings

    def value(self, name: str, default: Any, parse: Callable[[Any], Any]) -> Any:
        """Return the setting as `parse` understands it."""
        value = self._settings.get(name, default)
        try:
            return parse(value)
        except (TypeError, ValueError) as error:
            raise ConfigurationError(f"{name} = {value!r} is wrong: {error}") from None

    def integer(self, name: str, default: int, *, maximum: int | None = None) -> int:
        """Return a whole number that is not negative and not above `maximum`."""

        def parse(value: Any) -> int:
            number = int(value)
            if number < 0 or (maximum is not None and number > maximum):
                raise ValueError(f"it must lie between 0 and {maximum or 'any number'}")
            return number

        return self.value(name, default, parse)  # type: ignore[no-any-return]

    def seconds(self, name: str, default: float) -> float:
        """Return a time that is finite and not negative; None reads as 0."""

        def parse(value: Any) -> float:
            number = float(value or 0)
            if not 0 <= number < float("inf"):
                raise ValueError("it must be a number of seconds, 0 or more")
            return number

        return self.value(name, default, parse)  # type: ignore[no-any-return]

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a setting that is on or off."""
        try:
            return self._settings.getbool(name, default)
        except ValueError as error:
            value = self._settings.get(name)
            raise ConfigurationError(f"{name} = {value!r} is wrong: {error}") from None
