"""FleetCrawl: a fleet's place in the crawl database, from where it looks after its workers."""

import logging
import socket
from collections.abc import Callable, Collection
from time import monotonic
from typing import TypeVar

from sqlalchemy import Connection

from scraper.crawl_store import CrawlOptions, enter
from scraper.fleet.every import Every
from scraper.fleet.silence import Silence
from scraper.fleet.worker import Worker
from scraper.site import SiteProfile
from scraper.storage import (
    StorageError,
    dead_sites,
    leases,
    open_database,
    tally,
    transaction,
    workers,
    write,
)
from scraper.storage.ownership import Ownership
from scraper.storage.tally import Tally

T = TypeVar("T")

BEAT = 2.0
"""Seconds between two signs of life."""

LOCKED = 2.0
"""Seconds for which it waits for others that write to a SQLite file: whoever hangs may have locked it."""

START = 20.0
"""Seconds that a worker has to start, on a slow machine, before it is silent."""

COST = 0.02
"""The part of the time that counting pages may take."""

logger = logging.getLogger(__name__)


class FleetCrawl:
    """The crawl that a fleet begins, takes up or joins. As long as it shows signs of life no worker finishes the crawl.

    Raises:
        StorageError: the database cannot be used, or the crawl is another process's.
    """

    def __init__(
        self, options: CrawlOptions, site: SiteProfile, *, fresh: bool
    ) -> None:
        self._silence = options.silence
        engine = open_database(
            options.url, synchronous=options.synchronous, patience=options.patience
        )
        ownership = Ownership(options.url, site.name, site.index, shared=True)
        self.entry = write(
            engine, lambda c: enter(c, ownership, options, site, fresh=fresh)
        )
        self.crawl_id = self.entry.begun.id
        engine.dispose()
        self._engine = open_database(
            options.url, synchronous=options.synchronous, timeout=LOCKED, patience=0.0
        )
        self._name = ownership.owner
        self._is_beat_due = Every(min(BEAT, options.silence / 5))
        self._is_count_due = Every(0.5)
        self._is_look_due = Every(min(BEAT, options.silence / 5))
        self._silent = Silence(options.silence)
        self._due: dict[int, float] = {}

    def beat(self) -> None:
        """Show a sign of life, if it is time."""
        if self._is_beat_due():
            self._try(
                lambda c: workers.heartbeat(
                    c, self.crawl_id, self._name, {}, self._silence
                )
            )

    def count(self) -> Tally | None:
        """How far the crawl is; None if it was counted only just now, or cannot be."""
        if not self._is_count_due():
            return None
        begun = monotonic()
        counts = self._try(lambda c: tally.take(c, self.crawl_id), reads_only=True)
        self._is_count_due.seconds = max(0.5, (monotonic() - begun) / COST)
        return counts

    def hung(self, living: Collection[int]) -> int | None:
        """Which of the processes `living` gave no sign of life for twice as long as it may, by process id."""
        if not self._is_look_due():
            return None
        due = monotonic() + START
        self._due = {pid: self._due.get(pid, due) for pid in living}
        silent = self._try(self._read_silent, reads_only=True) or []
        return self._silent.look(silent)

    def _read_silent(self, connection: Connection) -> list[int]:
        """Who is silent, the longest first, by process id: the last that used it. It may be taken for dead already."""
        now = monotonic()
        ago = {pid: now - due for pid, due in self._due.items()}
        for row in workers.read_all(connection, self.crawl_id):
            if row.pid in ago and row.host == socket.gethostname():
                ago[row.pid] = row.seconds_ago
        silent = [pid for pid, seconds in ago.items() if seconds > self._silence]
        return sorted(silent, key=ago.__getitem__, reverse=True)

    def bury(self, worker: Worker, status: int) -> None:
        """A worker ended unexpectedly: what it had on lease is free at once."""
        pages = self._try(lambda c: _bury(c, self.crawl_id, {worker.pid}))
        whose = "its pages" if pages is None else f"its {pages} pages"
        logger.error(
            "Worker %d ended unexpectedly (status %d); %s go to the others",
            worker.number,
            status,
            whose,
        )

    def was_given_up(self) -> bool:
        """Whether the last worker found that the site does not answer any more."""
        was = self._try(lambda c: dead_sites.was_given_up(c, self.crawl_id))
        return bool(was)

    def leave(self, pids: Collection[int]) -> None:
        """Leave the crawl to whoever finishes it, with what the processes `pids` had no time to give back."""
        self._try(lambda c: _bury(c, self.crawl_id, pids))
        self._try(lambda c: workers.leave(c, self.crawl_id, self._name))
        self._engine.dispose()

    def _try(
        self, operation: Callable[[Connection], T], *, reads_only: bool = False
    ) -> T | None:
        """Do `operation` now or not at all (None): the database may be away.

        The workers tell of that, wait, and say when it cannot go on. What is not done here
        comes about by itself, when this process or the dead worker is silent for long.
        """
        try:
            with transaction(self._engine, reads_only=reads_only) as connection:
                return operation(connection)
        except StorageError:
            return None


def _bury(connection: Connection, crawl_id: int, pids: Collection[int]) -> int:
    """Take back what processes of this machine have on lease; returns how many pages."""
    names = [
        row.name
        for row in workers.read_all(connection, crawl_id)
        if row.pid in pids and row.host == socket.gethostname()
    ]
    for name in names:
        workers.leave(connection, crawl_id, name)
    return sum(leases.release(connection, crawl_id, name) for name in names)
