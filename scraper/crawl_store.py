"""CrawlStore: one crawl in the crawl database, from its beginning to its end."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from scraper.crawl_entry import Entry, enter
from scraper.crawl_options import CrawlOptions
from scraper.site import SiteProfile
from scraper.storage import (
    StorageError,
    Writer,
    articles,
    crawls,
    feeds,
    history,
    hosts,
    leases,
    open_database,
    pages,
    read,
    transaction,
    turns,
    workers,
)
from scraper.storage.ownership import Ownership
from scraper.storage.pages import DonePage, Stored
from scraper.storage.turns import Index
from scraper.storage.workers import Role, Status

T = TypeVar("T")

RENEWALS = 4
"""How many times the leases are renewed before they would run out."""

LONGEST_RENEWAL = 20.0
"""Seconds between two renewals, at most."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a sign of life brings back. It came `on_time`, or others may have what this worker had on lease.

    This worker is the one at `place` (from 0) of so many `workers` that are alive.
    `paused` are the hosts that want nothing to be sent, each for how many seconds more.
    """

    on_time: bool = True
    workers: int = 1
    place: int = 0
    paused: Mapping[str, float] = field(default_factory=dict)


class CrawlStore:
    """The crawl's place in the database: it begins or resumes there, and ends.

    Between `start` and `close` a thread of its own writes (see Writer). `failed` is
    called on the loop, once, when the database fails.
    """

    def __init__(
        self, engine: Engine, ownership: Ownership, entry: Entry, options: CrawlOptions
    ) -> None:
        self.entry = entry
        self.begun = entry.begun
        self.crawl_id = entry.begun.id
        self.owner = ownership.owner
        self.options = options
        self.only_new = False
        self._engine = engine
        self._ownership = ownership
        self._writer: Writer | None = None
        self._renewed = monotonic()

    @classmethod
    def open(
        cls, options: CrawlOptions, site: SiteProfile, *, fresh: bool
    ) -> "CrawlStore":
        """Begin the crawl of `site`, or take up the one that is unfinished (unless `fresh`).

        Raises:
            StorageError: the database cannot be used, or another process is at work on this crawl.
            ConfigurationError: `options.synchronous` is none of SQLite's.
        """
        engine = open_database(
            options.url, synchronous=options.synchronous, patience=options.patience
        )
        ownership = Ownership(
            options.url,
            site.name,
            site.index,
            shared=options.shared,
            silence=options.silence,
        )
        try:
            with transaction(engine) as connection:
                entry = enter(connection, ownership, options, site, fresh=fresh)
        except BaseException:
            ownership.unlock()
            engine.dispose()
            raise
        return cls(engine, ownership, entry, options)

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

    def settle(self, operation: Callable[[Connection], T]) -> T:
        """Have something written after all that was told before. It waits here: for the end of a crawl.

        Raises:
            StorageError: the database failed.
        """
        return self._running.submit(operation).result()

    def read(self, operation: Callable[[Connection], T]) -> T:
        """Read what is committed after all that was told before. It waits here: for the start and end of a crawl.

        Raises:
            StorageError: the database failed.
        """
        if self._writer is not None and self._writer.error is None:
            self._writer.submit(lambda _: None).result()
        return read(self._engine, operation)

    # other workers

    async def heartbeat(self, status: Status) -> Beat:
        """Show a sign of life, and keep the leases and the claim to the crawl. To be called every few seconds.

        Raises:
            StorageError: the database failed.
        """
        lease, now = self.options.lease, monotonic()
        renews = now - self._renewed >= min(LONGEST_RENEWAL, lease / RENEWALS)
        if renews:
            self._renewed = now

        def beat(connection: Connection) -> Beat:
            crawl_id, owner = self.crawl_id, self.owner
            on_time = workers.heartbeat(
                connection, crawl_id, owner, status, self.options.silence
            )
            if renews:
                leases.renew(connection, crawl_id, owner, lease)
                if self._ownership.must_be_renewed:
                    self._ownership.renew(connection)
            return self._beat(connection, on_time)

        return await self.ask(beat)

    def take_index(self, connection: Connection) -> Index:
        """Let this worker read the index, if that is not done and nobody else is at it."""
        silence = self.options.silence
        return turns.take_index(connection, self.crawl_id, self.owner, silence)

    def is_open(self, connection: Connection) -> bool:
        """Whether something is left to do in the crawl, for whomever."""
        return turns.is_open(connection, self.crawl_id)

    def release_dead(self, connection: Connection) -> int:
        """Take back what workers have on lease that are dead; returns how many pages."""
        dead = workers.bury(connection, self.crawl_id, self.options.silence)
        return sum(leases.release(connection, self.crawl_id, name) for name in dead)

    def pause_host(self, host: str, seconds: float) -> None:
        """Let all workers know that a host wants nothing to be sent for so long."""
        self.tell(lambda c: hosts.pause(c, self.crawl_id, host, seconds))

    def _beat(self, connection: Connection, on_time: bool) -> Beat:
        if not self.options.shared:
            return Beat()
        living = workers.living(connection, self.crawl_id, self.options.silence)
        names = [worker.name for worker in living if worker.role is Role.SHARING]
        place = names.index(self.owner) if self.owner in names else 0
        paused = hosts.paused(connection, self.crawl_id)
        return Beat(on_time, max(1, len(names)), place, paused)

    # feeds

    def feed_start(self, uri: str, size: int) -> int:
        """Where the crawl's rows begin in the feed at `uri`, in bytes: at `size`, if that is not known yet."""
        with transaction(self._engine) as connection:
            return feeds.remember_start(connection, self.crawl_id, uri, size)

    def feed_paths(self) -> list[Path]:
        """The files that the crawl has written rows to."""
        return list(map(Path, self.read(lambda c: feeds.read_all(c, self.crawl_id))))

    def stored_articles(self) -> Iterator[Mapping[str, Any]]:
        """The articles that the crawl has, in the order they came; with `only_new`, those no earlier crawl had."""
        with transaction(self._engine, reads_only=True) as connection:
            read = history.read_all_new if self.only_new else articles.read_all
            for row in read(connection, self.crawl_id):
                yield row.fields

    # the end

    async def take_finish(self) -> bool:
        """Whether it is this worker's turn to write the feeds and finish a crawl of which nothing is open any more.

        Raises:
            StorageError: the database failed.
        """
        if not self.options.shared:
            return True
        return await self.ask(self._take_finish)

    def may_finish(self) -> bool:
        """Whether it is still this worker's turn to write the feeds. It waits here, as `read` does."""
        if self.options.role is Role.FLEET:
            return True
        return self.read(lambda c: turns.finisher(c, self.crawl_id) == self.owner)

    async def close(self, *, finished: bool, reason: str) -> None:
        """End the crawl if it is `finished`, or leave it to be taken up again; end the writer.

        Raises:
            StorageError: the database failed.
        """
        self._failed = None
        try:
            await self.ask(lambda c: self._leave(c, reason if finished else None))
        finally:
            if self._writer:
                await asyncio.to_thread(self._writer.close)
            self._ownership.unlock()

    def _take_finish(self, connection: Connection) -> bool:
        silence = self.options.silence
        if self.is_open(connection):
            return False
        if self.options.role is Role.FLEET:
            turns.take_finish(connection, self.crawl_id, self.owner, silence)
            return True  # a fleet has feeds of its own, whoever has finished the crawl
        living = workers.living(connection, self.crawl_id, silence)
        if any(worker.role is Role.FLEET for worker in living):
            return False
        return turns.take_finish(connection, self.crawl_id, self.owner, silence)

    def _leave(self, connection: Connection, reason: str | None) -> None:
        if reason is None:
            whose = self.owner if self.options.shared else None
            leases.release(connection, self.crawl_id, whose)
        elif self.options.shared:
            turns.finish(connection, self.crawl_id, self.owner, reason)
        else:
            crawls.finish(connection, self.crawl_id, reason)
        turns.give_back(connection, self.crawl_id, self.owner)
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
