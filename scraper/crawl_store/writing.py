"""StoreWriter: operations on the crawl database, handed in on an event loop; its failure is told once."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from scraper.storage import StorageError, Writer, pages, read
from scraper.storage.pages import DonePage, Stored

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)


class StoreWriter:
    """Between `start` and `stop` a thread of its own writes what is handed in, in that order (see Writer).

    `failed` is called on the loop, once, when the database fails.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer: Writer | None = None

    def start(self, failed: Callable[[StorageError], None]) -> None:
        """Start the thread."""
        self._loop = asyncio.get_running_loop()
        self._failed: Callable[[StorageError], None] | None = failed
        self._writer = Writer(self._engine)

    def tell(
        self,
        operation: Callable[Concatenate[Connection, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Have something written, in turn; nobody waits for it."""
        running = self._running.submit(lambda c: operation(c, *args, **kwargs))
        running.add_done_callback(self._look_at)

    async def ask(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Have something written, and wait until it is committed.

        Raises:
            StorageError: the database failed.
        """
        try:
            return await self._running.run(lambda c: operation(c, *args, **kwargs))
        except StorageError as error:
            self._tell_failure(error)
            raise

    async def store(self, page: DonePage) -> Stored:
        """Have a page and its articles stored, and wait until that is committed.

        Raises:
            StorageError: the database failed; nothing of the page is stored.
        """
        try:
            return await self._running.run_item(pages.store, page)
        except StorageError as error:
            self._tell_failure(error)
            raise

    def settle(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Have something written after all that was told before. It blocks the event loop: for the end of a crawl.

        Raises:
            StorageError: the database failed.
        """
        return self._running.submit(lambda c: operation(c, *args, **kwargs)).result()

    def read(
        self,
        operation: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Read what is committed after all that was told before. It blocks the event loop: for a crawl's start and end.

        Raises:
            StorageError: the database failed.
        """
        if self._writer is not None and self._writer.error is None:
            self._writer.submit(lambda _: None).result()
        return read(self._engine, lambda c: operation(c, *args, **kwargs))

    async def stop(self, last: Callable[[Connection], object]) -> None:
        """Have a last operation done, of which a failure is raised and not told, and end the thread.

        Raises:
            StorageError: the database failed.
        """
        self._failed = None
        try:
            await self.ask(last)
        finally:
            await asyncio.to_thread(self._running.close)

    @property
    def _running(self) -> Writer:
        assert self._writer is not None  # started with the crawl
        return self._writer

    def _look_at(self, outcome: Future[object]) -> None:
        """See, in the writer's thread, what became of an operation that nobody waits for."""
        error = outcome.exception()
        if isinstance(error, StorageError):
            self._loop.call_soon_threadsafe(self._tell_failure, error)
        elif error is not None:
            self._loop.call_soon_threadsafe(self._log, error)

    def _tell_failure(self, error: StorageError) -> None:
        if self._failed is not None:
            failed, self._failed = self._failed, None
            failed(error)

    @staticmethod
    def _log(error: BaseException) -> None:
        logger.error("An operation on the crawl database failed", exc_info=error)
