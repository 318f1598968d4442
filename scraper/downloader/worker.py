"""One thread with one event loop and one set of connections."""

from __future__ import annotations

import asyncio
import functools
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from .bridge import Bridge
from .connection import NO_CEILING
from .connectors import Connectors
from .download import Download, Transport
from .errors import describe
from .messages import Cancel, Failed, Fetch, Proceed, Stop, WorkerEnded, WorkerTrouble
from .policy import connections_per_worker
from .request import destination
from .resolver import SharedResolver
from .tls import make_context

if TYPE_CHECKING:
    from collections.abc import Callable

    from .config import DownloaderConfig
    from .messages import Completed, Order, Report, TooLarge
    from .resolver import NameCache

SHUTDOWN_GRACE = 1.0
"""Seconds that downloads and connections get to end before the loop is closed over them."""

ORPHAN_CHECK = 1.0
"""Seconds between looks at whether anybody is left to work for: no event tells of that."""

REMEMBERED_DESTINATIONS = 256
"""Sites whose connections are described once; each description takes some 3 KB."""


class Worker:
    """Downloads what it is told to, and passes what becomes of it to `send`.

    It ends when it is told to, or soon after `is_wanted` says no. Its last report is always
    `WorkerEnded`, whatever ended the thread.
    """

    def __init__(
        self,
        number: int,
        config: DownloaderConfig,
        names: NameCache,
        send: Callable[[Report], None],
        is_wanted: Callable[[], bool],
    ) -> None:
        self.number = number
        self._send = send
        self._is_wanted = is_wanted
        self._loop = config.new_event_loop()
        self._loop.set_exception_handler(self._complain)
        self._orders: Bridge[Order] = Bridge(self._loop, self._obey)
        self._transport = Transport(
            connectors=Connectors(
                SharedResolver(names, config.dns_timeout),
                config.keepalive_timeout,
                connections_per_worker(config.concurrency, config.threads),
            ),
            timeout=aiohttp.ClientTimeout(
                connect=config.connect_timeout or None,
                sock_read=config.read_timeout or None,
                ceil_threshold=NO_CEILING,
            ),
            destinations=functools.lru_cache(REMEMBERED_DESTINATIONS)(
                functools.partial(
                    destination,
                    functools.cache(functools.partial(make_context, config.tls)),
                )
            ),
            send=self._report,
        )
        self._downloads: dict[
            int, tuple[Download, asyncio.Task[Completed | TooLarge]]
        ] = {}
        self._stopped = asyncio.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"downloader-{number}", daemon=True
        )

    def start(self) -> None:
        """Start the thread; raises RuntimeError if the system has none left."""
        try:
            self._thread.start()
        except RuntimeError:
            self._loop.close()
            raise

    def tell(self, order: Order) -> None:
        """Give an order, from Scrapy's thread; raises RuntimeError if the worker is gone."""
        if not self._thread.is_alive():
            raise RuntimeError("the worker has ended")
        self._orders.send(order)

    def join(self, patience: float) -> None:
        """Wait `patience` seconds at most for the thread to end."""
        self._thread.join(patience)

    def _run(self) -> None:
        cause = ""
        try:
            self._loop.run_until_complete(self._serve())
            cause = "" if self._stopped.is_set() else "Scrapy's event loop has stopped"
        except BaseException as error:  # noqa: BLE001 - Scrapy's thread hears of it and logs it
            cause = repr(error)
        finally:
            try:
                self._loop.run_until_complete(self._wind_up())
            finally:
                self._loop.close()
                self._report(WorkerEnded(self.number, cause))

    async def _serve(self) -> None:
        while self._is_wanted() and not self._stopped.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(ORPHAN_CHECK):
                    await self._stopped.wait()

    async def _wind_up(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        self._downloads.clear()
        for task in tasks:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_GRACE):
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._transport.connectors.close()

    def _obey(self, order: Order) -> None:
        match order:
            case Fetch():
                self._begin(order)
            case Proceed(id=key) if key in self._downloads:
                self._downloads[key][0].proceed()
            case Cancel(id=key) if key in self._downloads:
                self._downloads.pop(key)[1].cancel()
            case Stop():
                self._stopped.set()

    def _begin(self, fetch: Fetch) -> None:
        download = Download(fetch, self._transport)
        task = self._loop.create_task(download.run())
        self._downloads[fetch.id] = download, task
        task.add_done_callback(functools.partial(self._end, fetch.id))

    def _end(self, key: int, task: asyncio.Task[Completed | TooLarge]) -> None:
        error = None if task.cancelled() else task.exception()
        if self._downloads.pop(key, None) is None:
            return
        if task.cancelled():
            self._report(Failed(key, "cancelled", "The download was cancelled"))
        elif error is not None:
            self._report(Failed(key, *describe(error)))
        else:
            self._report(task.result())

    def _complain(
        self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]
    ) -> None:
        error = context.get("exception")
        text = f"{context['message']}: {error!r}" if error else context["message"]
        self._report(WorkerTrouble(self.number, text))

    def _report(self, report: Report) -> None:
        try:
            self._send(report)
        except RuntimeError:
            # Scrapy's event loop is closed: there is nobody left to work for.
            self._stopped.set()
