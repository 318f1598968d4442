"""CrawlStore: one crawl in the crawl database, from its beginning to its end."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine

from scraper.site import SiteProfile
from scraper.storage import (
    StorageError,
    Writer,
    articles,
    crawls,
    feeds,
    history,
    leases,
    open_database,
    pages,
    resume,
    topics,
    transaction,
    workers,
)
from scraper.storage.crawls import Begun
from scraper.storage.ownership import Ownership
from scraper.storage.pages import DonePage, Stored
from scraper.storage.resume import Known
from scraper.storage.topics import TopicRow
from scraper.storage.workers import Status

T = TypeVar("T")

LEASE = 600.0
"""Seconds for which pages are handed out; renewed while the crawl goes on."""

RENEWAL = 20.0
"""Seconds between two renewals of leases and claim."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a crawl that is taken up has: its topics, and how far each is known."""

    topics: list[TopicRow]
    known: dict[int, Known]


class CrawlStore:
    """The crawl's place in the database: it begins or resumes there, and ends.

    Between `start` and `close` a thread of its own writes (see Writer). `failed` is
    called on the loop, once, when the database fails.
    """

    def __init__(
        self, engine: Engine, ownership: Ownership, begun: Begun, taken: Taken
    ) -> None:
        self.crawl_id = begun.id
        self.begun = begun
        self.taken = taken
        self.owner = ownership.owner
        self.only_new = False
        self._engine = engine
        self._ownership = ownership
        self._writer: Writer | None = None
        self._renewed = monotonic()

    @classmethod
    def open(
        cls, url: URL, site: SiteProfile, *, fresh: bool, synchronous: str
    ) -> "CrawlStore":
        """Begin the crawl of `site`, or take up the one that is unfinished (unless `fresh`).

        Raises:
            StorageError: the database cannot be used, or another process is at work on this crawl.
            ConfigurationError: `synchronous` is none of SQLite's.
        """
        engine = open_database(url, synchronous=synchronous)
        ownership = Ownership(url, site.name, site.index)
        try:
            with transaction(engine) as connection:
                ownership.take(connection)
                begun = crawls.begin(
                    connection,
                    site=site.name,
                    index_url=site.index,
                    profile=site.digest,
                    columns=site.columns,
                    fresh=fresh,
                )
                workers.join(connection, begun.id, ownership.owner)
                taken = _take(connection, begun.id) if begun.resumed else Taken([], {})
        except BaseException:
            ownership.unlock()
            engine.dispose()
            raise
        return cls(engine, ownership, begun, taken)

    def start(self, failed: Callable[[StorageError], None]) -> None:
        """Start the writer."""
        self._loop = asyncio.get_running_loop()
        self._failed: Callable[[StorageError], None] | None = failed
        self._writer = Writer(self._engine)

    # during the crawl

    def tell(self, operation: Callable[[Connection], object]) -> None:
        """Have something written, in turn; nobody waits for it."""
        self._running.submit(operation).add_done_callback(self._look_at)

    async def ask(self, operation: Callable[[Connection], T]) -> T:
        """Have something written, and wait until it is committed.

        Raises:
            StorageError: the database failed.
        """
        try:
            return await self._running.run(operation)
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

    def read(self, operation: Callable[[Connection], T]) -> T:
        """Read what is committed after all that was told before. It waits here: for the start and end of a crawl.

        Raises:
            StorageError: the database failed.
        """
        if self._writer is not None and self._writer.error is None:
            self._writer.submit(lambda _: None).result()
        with transaction(self._engine, reads_only=True) as connection:
            return operation(connection)

    def heartbeat(self, status: Status) -> None:
        """Show a sign of life, and keep the leases and the claim to the crawl. To be called every few seconds."""
        renews = monotonic() - self._renewed >= RENEWAL
        if renews:
            self._renewed = monotonic()

        def beat(connection: Connection) -> None:
            workers.heartbeat(connection, self.crawl_id, self.owner, status)
            if renews:
                leases.renew(connection, self.crawl_id, self.owner, LEASE)
                if self._ownership.must_be_renewed:
                    self._ownership.renew(connection)

        self.tell(beat)

    # feeds

    def feed_start(self, uri: str, size: int) -> int:
        """Where the crawl's rows begin in the feed at `uri`, in bytes: at `size`, if that is not known yet."""
        with transaction(self._engine) as connection:
            return feeds.remember_start(connection, self.crawl_id, uri, size)

    def stored_articles(self) -> Iterator[Mapping[str, Any]]:
        """The articles that the crawl has, in the order they came; with `only_new`, those no earlier crawl had."""
        with transaction(self._engine, reads_only=True) as connection:
            read = history.read_all_new if self.only_new else articles.read_all
            for row in read(connection, self.crawl_id):
                yield row.fields

    # the end

    async def close(self, *, finished: bool, reason: str) -> None:
        """End the crawl, or leave it to be taken up again; end the writer.

        Raises:
            StorageError: the database failed.
        """
        self._failed = None
        try:
            if finished:
                await self.ask(lambda c: crawls.finish(c, self.crawl_id, reason))
            else:
                await self.ask(lambda c: leases.release(c, self.crawl_id))
            await self.ask(self._leave)
        finally:
            if self._writer:
                await asyncio.to_thread(self._writer.close)
            self._ownership.unlock()

    def _leave(self, connection: Connection) -> None:
        workers.leave(connection, self.crawl_id, self.owner)
        self._ownership.release(connection)

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


def _take(connection: Connection, crawl_id: int) -> Taken:
    resume.reopen(connection, crawl_id)
    known = resume.known_pages(connection, crawl_id)
    return Taken(topics.load(connection, crawl_id), known)
