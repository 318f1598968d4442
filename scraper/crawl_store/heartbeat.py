"""Heartbeat: a worker shows that it is alive, keeps what it has, and hears of the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic

from sqlalchemy import Connection

from scraper.crawl_store.options import CrawlOptions
from scraper.storage import hosts, leases, workers
from scraper.storage.ownership import Ownership
from scraper.storage.workers import Role, Status

RENEWALS = 4
"""How many times the leases are renewed before they would run out."""

LONGEST_RENEWAL = 20.0
"""Seconds between two renewals, at most."""


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


class Heartbeat:
    """The signs of life of one worker of a crawl, and the renewal of its leases and of its claim to the crawl."""

    def __init__(
        self, crawl_id: int, ownership: Ownership, options: CrawlOptions
    ) -> None:
        self._crawl_id = crawl_id
        self._ownership = ownership
        self._options = options
        self._renewed = monotonic()

    def operation(self, status: Status) -> Callable[[Connection], Beat]:
        """The sign of life that is due now, to be written.

        It raises CrawlOwnedError if another process has taken the crawl meanwhile.
        """
        interval = min(LONGEST_RENEWAL, self._options.lease / RENEWALS)
        now = monotonic()
        # Decided here, as an operation that is undone with others is done once more.
        renews = now - self._renewed >= interval
        if renews:
            self._renewed = now

        def beat(connection: Connection) -> Beat:
            on_time = workers.heartbeat(
                connection,
                self._crawl_id,
                self._ownership.owner,
                status,
                self._options.silence,
            )
            if renews:
                self._renew(connection)
            return self._read(connection, on_time)

        return beat

    def _renew(self, connection: Connection) -> None:
        owner, seconds = self._ownership.owner, self._options.lease
        leases.renew(connection, self._crawl_id, owner, seconds)
        if self._ownership.must_be_renewed and not self._ownership.renew(connection):
            # It was silent for too long, and another process has it, or has had it.
            self._ownership.take(connection)

    def _read(self, connection: Connection, on_time: bool) -> Beat:
        if not self._options.shared:
            return Beat()
        owner = self._ownership.owner
        living = workers.living(connection, self._crawl_id, self._options.silence)
        names = [worker.name for worker in living if worker.role is Role.SHARING]
        place = names.index(owner) if owner in names else 0
        paused = hosts.paused(connection, self._crawl_id)
        return Beat(on_time, max(1, len(names)), place, paused)
