"""Name resolution: one cache for all workers, look-ups on threads of their own."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult

Addresses: TypeAlias = tuple[tuple[int, str], ...]
"""What a name resolves to: (address family, numeric address) in the order to try them."""

Outcome: TypeAlias = Addresses | OSError


@dataclass(slots=True)
class _Lookup:
    """One running look-up and who waits for it."""

    waiters: list[asyncio.Future[Addresses]] = field(default_factory=list)


class NameCache:
    """Looks names up once for whoever asks, on any thread's event loop.

    Holds the addresses of the last `size` names; 0 keeps none, look-ups that run at the same time
    are shared all the same. Every look-up has a daemon thread of its own while it runs: the system
    call can neither be interrupted nor bounded in time, and one that hangs must delay no other
    look-up and no shutdown. How many run at once is bounded by the crawl's concurrency.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Addresses] = OrderedDict()
        self._running: dict[str, _Lookup] = {}

    async def lookup(self, host: str) -> Addresses:
        """Return the addresses of `host`; raises OSError if it has none."""
        with self._lock:
            known = self._known.get(host)
            if known is not None:
                self._known.move_to_end(host)
                return known
            waiter: asyncio.Future[Addresses] = (
                asyncio.get_running_loop().create_future()
            )
            running = self._running.get(host)
            if running is None:
                self._start(host)
                running = self._running[host] = _Lookup()
            running.waiters.append(waiter)
        return await waiter

    def forget(self, host: str) -> None:
        """Look `host` up again next time: its addresses gave no connection."""
        with self._lock:
            self._known.pop(host, None)

    def _start(self, host: str) -> None:
        """Look `host` up in a thread; what it finds waits for the lock."""
        name = f"downloader-dns-{host}"
        thread = threading.Thread(
            target=self._run, args=(host,), name=name, daemon=True
        )
        try:
            thread.start()
        except RuntimeError as error:
            raise OSError(f"no thread to look {host} up: {error}") from error

    def _run(self, host: str) -> None:
        outcome: Outcome = OSError(socket.EAI_FAIL, "the look-up broke off")
        try:
            outcome = _resolve(host)
        finally:
            self._finish(host, outcome)

    def _finish(self, host: str, outcome: Outcome) -> None:
        with self._lock:
            waiters = self._running.pop(host).waiters
            if self._size and not isinstance(outcome, OSError):
                self._known[host] = outcome
                if len(self._known) > self._size:
                    self._known.popitem(last=False)
        for waiter in waiters:
            try:
                waiter.get_loop().call_soon_threadsafe(_settle, waiter, outcome)
            except RuntimeError:
                # The loop of this one was closed meanwhile; the others still wait.
                continue


class SharedResolver(AbstractResolver):
    """What a worker's connectors ask: the shared cache, with a limit on waiting."""

    def __init__(self, names: NameCache, timeout: float) -> None:
        self._names = names
        self._timeout = timeout

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return `host`'s addresses with `port`; raises OSError, also after DNS_TIMEOUT seconds."""
        try:
            async with asyncio.timeout(self._timeout or None):
                addresses = await self._names.lookup(host)
        except TimeoutError:
            message = f"no answer within {self._timeout:g} seconds (DNS_TIMEOUT)"
            raise OSError(socket.EAI_AGAIN, message) from None
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=found,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found, address in addresses
            if family in (found, socket.AF_UNSPEC)
        ]

    def forget(self, host: str) -> None:
        """Look `host` up again next time."""
        self._names.forget(host)

    async def close(self) -> None:
        """Do nothing: the cache belongs to the handler."""


def _resolve(host: str) -> Outcome:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        return error
    except UnicodeError as error:
        return OSError(socket.EAI_NONAME, f"not a host name: {error}")
    return tuple((int(family), str(address[0])) for family, _, _, _, address in found)


def _settle(waiter: asyncio.Future[Addresses], outcome: Outcome) -> None:
    if waiter.done():
        return
    if isinstance(outcome, OSError):
        # Each waiter gets its own exception: a shared one would collect every waiter's traceback.
        waiter.set_exception(OSError(*outcome.args))
    else:
        waiter.set_result(outcome)
