"""CrawlStore: one crawl in the crawl database, from its beginning to its end."""

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine

from scraper.crawl_store.entry import Entry, enter
from scraper.crawl_store.heartbeat import Beat, Heartbeat
from scraper.crawl_store.options import CrawlOptions
from scraper.crawl_store.writing import StoreWriter
from scraper.outcome import SITE_DEAD
from scraper.pagination import IndexPage
from scraper.site import SiteProfile
from scraper.storage import (
    articles,
    crawls,
    dead_sites,
    feeds,
    history,
    hosts,
    leases,
    open_database,
    read,
    turns,
    workers,
    write,
)
from scraper.storage.articles import ArticleRow
from scraper.storage.ownership import Ownership
from scraper.storage.rows import Fields
from scraper.storage.turns import Index
from scraper.storage.workers import Role, Status

CHUNK = 2000
"""Articles in memory at once, when all are read: each chunk is read through a connection of its own."""


class CrawlStore(StoreWriter):
    """The crawl's place in the database: it begins or resumes there, and ends.

    Between `start` and `close` it is written to (see StoreWriter).
    """

    def __init__(
        self,
        engine: Engine,
        ownership: Ownership,
        entry: Entry,
        options: CrawlOptions,
        *,
        only_new: bool,
    ) -> None:
        super().__init__(engine)
        self.entry = entry
        self.begun = entry.begun
        self.crawl_id = entry.begun.id
        self.owner = ownership.owner
        self.options = options
        self.only_new = only_new
        self._gave_up = False
        self._ownership = ownership
        self._heartbeat = Heartbeat(self.crawl_id, ownership, options)

    @classmethod
    def open(
        cls,
        options: CrawlOptions,
        site: SiteProfile,
        *,
        fresh: bool,
        only_new: bool = False,
    ) -> "CrawlStore":
        """Begin the crawl of `site`, or take up the one that is unfinished (unless `fresh`).

        With `only_new` it gives out no articles but those that no earlier crawl had.

        Raises:
            StorageError: the database cannot be used, or another process is at work on this crawl.
            ConfigurationError: `options.synchronous` is none of SQLite's.
        """
        engine = open_database(
            options.url,
            synchronous=options.synchronous,
            timeout=options.lock_timeout,
            patience=options.patience,
            # A fleet has seen that it is right: its workers come while the server restarts, too.
            waits=options.crawl_id is not None,
        )
        ownership = Ownership(
            options.url,
            site.name,
            site.index,
            shared=options.shared,
            silence=options.silence,
        )
        try:
            entry = write(
                engine, lambda c: enter(c, ownership, options, site, fresh=fresh)
            )
        except BaseException:
            ownership.unlock()
            engine.dispose()
            raise
        return cls(engine, ownership, entry, options, only_new=only_new)

    # other workers

    async def heartbeat(self, status: Status) -> Beat:
        """Show a sign of life, and keep the leases and the claim to the crawl. To be called every few seconds.

        Raises:
            StorageError: the database failed, or another process has taken the crawl.
        """
        if self._gave_up:
            return Beat()  # it has left, and is only ending
        return await self.ask(self._heartbeat.operation(status))

    def take_index(self, connection: Connection) -> Index:
        """Let this worker read the index, if that is not done and nobody else is at it."""
        silence = self.options.silence
        return turns.take_index(connection, self.crawl_id, self.owner, silence)

    def index_next(self, connection: Connection) -> IndexPage | None:
        """The page of the index to go on at; None: there is none, or it is the first."""
        return turns.index_next(connection, self.crawl_id)

    def is_open(self, connection: Connection) -> bool:
        """Whether something is left to do in the crawl, for whomever; if its site was given up, another time."""
        crawl_id = self.crawl_id
        return turns.is_open(connection, crawl_id) or dead_sites.was_given_up(
            connection, crawl_id
        )

    def give_up(self, why: str) -> int | None:
        """Leave a crawl that is shared to the others; see dead_sites.give_up. It waits here: for the end of a crawl.

        Raises:
            StorageError: the database failed.
        """
        self._gave_up = True
        return self.settle(
            lambda c: dead_sites.give_up(
                c,
                self.crawl_id,
                self.owner,
                why=why,
                reason=SITE_DEAD,
                silence=self.options.silence,
            )
        )

    def release_dead(self, connection: Connection) -> int:
        """Take back what workers have on lease that are dead; returns how many pages."""
        dead = workers.bury(connection, self.crawl_id, self.options.silence)
        return sum(leases.release(connection, self.crawl_id, name) for name in dead)

    def pause_host(self, host: str, seconds: float) -> None:
        """Let all workers know that a host wants nothing to be sent for so long."""
        self.tell(lambda c: hosts.pause(c, self.crawl_id, host, seconds))

    # feeds

    def feed_start(self, uri: str, size: int) -> int:
        """Where the crawl's rows begin in the feed at `uri`, in bytes: at `size`, if that is not known yet."""
        return write(
            self._engine, lambda c: feeds.remember_start(c, self.crawl_id, uri, size)
        )

    def move_feed_start(self, uri: str, size: int) -> None:
        """The crawl's rows begin at `size` now, in the feed at `uri`."""
        write(self._engine, lambda c: feeds.move_start(c, self.crawl_id, uri, size))

    def feed_paths(self) -> list[Path]:
        """The files that the crawl has written rows to."""
        return list(map(Path, self.read(lambda c: feeds.read_all(c, self.crawl_id))))

    def stored_articles(self, *, known_too: bool = False) -> Iterator[list[Fields]]:
        """The articles that the crawl has, some at a time, in the order they came.

        With `only_new`, those that no earlier crawl had, unless what is known is wanted too.
        """
        chunk = history.read_new if self.only_new and not known_too else articles.read
        after = 0
        # Each chunk on its own, as the server may go away between two of them.
        while rows := self._articles_after(after, chunk):
            yield [row.fields for row in rows]
            after = rows[-1].id

    def _articles_after(
        self, last: int, chunk: Callable[..., list[ArticleRow]]
    ) -> list[ArticleRow]:
        return read(
            self._engine, lambda c: chunk(c, self.crawl_id, after=last, limit=CHUNK)
        )

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
        try:
            await self.stop(lambda c: self._leave(c, reason if finished else None))
        finally:
            self._ownership.unlock()

    def abandon(self) -> None:
        """Leave a crawl that was entered and not started: others need not wait for it. It waits here.

        Raises:
            StorageError: the database failed.
        """
        try:
            write(self._engine, lambda c: self._leave(c, None))
        finally:
            self._engine.dispose()
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
            leases.release(connection, self.crawl_id, self.owner)
        elif self.options.shared:
            turns.finish(connection, self.crawl_id, self.owner, reason)
        else:
            crawls.finish(connection, self.crawl_id, reason)
        turns.give_back(connection, self.crawl_id, self.owner)
        workers.leave(connection, self.crawl_id, self.owner)
        self._ownership.release(connection)
