"""FleetCrawl: a fleet's place in the crawl database, from where it looks after its workers."""

import logging
import socket
from time import monotonic

from sqlalchemy import Connection, Engine

from scraper.crawl_entry import enter
from scraper.crawl_options import CrawlOptions
from scraper.fleet.every import Every
from scraper.fleet.worker import Worker
from scraper.site import SiteProfile
from scraper.storage import leases, open_database, tally, transaction, workers
from scraper.storage.ownership import Ownership
from scraper.storage.tally import Tally

BEAT = 2.0
"""Seconds between two signs of life."""

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
        self._engine: Engine = open_database(
            options.url, synchronous=options.synchronous, patience=options.patience
        )
        ownership = Ownership(options.url, site.name, site.index, shared=True)
        with transaction(self._engine) as connection:
            self.entry = enter(connection, ownership, options, site, fresh=fresh)
        self.crawl_id = self.entry.begun.id
        self._name = ownership.owner
        self._is_beat_due = Every(min(BEAT, options.silence / 5))
        self._is_count_due = Every(0.5)

    def beat(self) -> None:
        """Show a sign of life, if it is time."""
        if self._is_beat_due():
            with transaction(self._engine) as connection:
                workers.heartbeat(
                    connection, self.crawl_id, self._name, {}, self._silence
                )

    def count(self) -> Tally | None:
        """How far the crawl is; None if it was counted only just now."""
        if not self._is_count_due():
            return None
        begun = monotonic()
        with transaction(self._engine, reads_only=True) as connection:
            counts = tally.take(connection, self.crawl_id)
        self._is_count_due.seconds = max(0.5, (monotonic() - begun) / COST)
        return counts

    def bury(self, worker: Worker, status: int) -> None:
        """A worker ended unexpectedly: what it had on lease is free at once."""
        with transaction(self._engine) as connection:
            pages = sum(
                _bury(connection, self.crawl_id, row.name)
                for row in workers.read_all(connection, self.crawl_id)
                if (row.pid, row.host) == (worker.pid, socket.gethostname())
            )
        logger.error(
            "Worker %d ended unexpectedly (status %d); its %d pages go to the others",
            worker.number,
            status,
            pages,
        )

    def leave(self) -> None:
        """Leave the crawl to whoever finishes it."""
        with transaction(self._engine) as connection:
            workers.leave(connection, self.crawl_id, self._name)
        self._engine.dispose()


def _bury(connection: Connection, crawl_id: int, name: str) -> int:
    workers.leave(connection, crawl_id, name)
    return leases.release(connection, crawl_id, name)
