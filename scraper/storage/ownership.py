"""Ownership: a site's crawl is worked on by one process alone, or by those that share it; the dead do not hold it."""

import os
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout
from sqlalchemy import URL, ColumnElement, Connection, delete, or_, select, true, update

from scraper.storage import workers
from scraper.storage.database import describe
from scraper.storage.dialects import DatabaseNow, insert_into
from scraper.storage.exceptions import CrawlOwnedError, StorageError
from scraper.storage.schema import owners
from scraper.storage.sqlite_file import sqlite_path
from scraper.storage.workers import SILENCE, WorkerRow

HEARTBEAT = 60.0
"""Seconds after which an owner that did not renew its claim is taken for dead."""


class Ownership:
    """This process's claim to the crawls of one site and index in one database.

    Alone it excludes all others. For a SQLite file that is a lock on a file beside it,
    which the system frees with the process, however that ends. For other databases it
    is a row to be renewed in time. Those that are `shared` exclude only who would be
    alone; as long as one of them is alive (not silent for `silence` seconds, see
    `workers`), that is refused.

    `owner` names this claim, in leases too.
    """

    def __init__(
        self,
        url: URL,
        site: str,
        index_url: str,
        *,
        shared: bool = False,
        silence: float = SILENCE,
    ) -> None:
        self._silence = silence
        self.owner = uuid4().hex
        self.shared = shared
        self._site = site
        self._index_url = index_url
        self._name = f"{site} {index_url}"
        self._database = describe(url)
        path = sqlite_path(url)
        self._lock = _lock_beside(path, self._name) if path else None

    @property
    def must_be_renewed(self) -> bool:
        """Whether `renew` has to be called, a few times in HEARTBEAT seconds."""
        return self._lock is None and not self.shared

    def take(self, connection: Connection) -> None:
        """Take the claim, for HEARTBEAT seconds if it must be renewed.

        Until the transaction ends, all others that take a claim to these crawls wait.

        Raises:
            CrawlOwnedError: another process has a claim that excludes this one.
            StorageError: the lock's file cannot be made.
        """
        if self.shared:
            self._share(connection)
            return
        if self._lock and not self._lock.is_locked:
            self._acquire(self._lock, connection)
        free = or_(owners.c.until < DatabaseNow(), owners.c.owner == self.owner)
        if not self._write(connection, true() if self._lock else free):
            raise self._refusal(connection)
        sharing = workers.sharing(
            connection, self._site, self._index_url, self._silence
        )
        if sharing:
            self.unlock()
            raise self._shared_refusal(sharing)

    def _share(self, connection: Connection) -> None:
        """See that nobody claims these crawls alone."""
        if self._lock:
            # SQLite: nobody else is in a transaction that writes, so that the lock need not be kept.
            self._acquire(self._lock, connection)
            self.unlock()
            return
        nobody = {"owner": "", "pid": 0, "host": "", "since": 0.0, "until": 0.0}
        row = insert_into(connection.dialect, owners).values(name=self._name, **nobody)
        # An update, if only of the name: it locks the row until the transaction ends.
        locked = row.on_conflict_do_update(
            index_elements=["name"], set_={"name": self._name}
        ).returning((owners.c.until >= DatabaseNow()).label("is_owned"))
        if connection.execute(locked).scalar_one():
            raise self._refusal(connection)

    def _acquire(self, lock: FileLock, connection: Connection) -> None:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise self._refusal(connection) from None
        except OSError as error:
            reason = error.strerror or error
            raise StorageError(
                f"The {self._database} cannot be locked: {reason}"
            ) from error

    def renew(self, connection: Connection) -> bool:
        """Renew the claim for HEARTBEAT seconds; False if it is lost to another process."""
        until = DatabaseNow() + HEARTBEAT
        renewed = update(owners).where(*self._mine()).values(until=until)
        return connection.execute(renewed).rowcount == 1

    def release(self, connection: Connection) -> None:
        """Give the claim up. What is locked stays so until `unlock`."""
        connection.execute(delete(owners).where(*self._mine()))

    def unlock(self) -> None:
        """Free the lock, if there is one; the database is not needed for it."""
        if self._lock:
            self._lock.release(force=True)

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return owners.c.name == self._name, owners.c.owner == self.owner

    def _write(self, connection: Connection, free: ColumnElement[bool]) -> bool:
        """Make the claim this process's, if there is none or it is `free`."""
        claim: dict[str, Any] = {
            "owner": self.owner,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": DatabaseNow(),
            "until": DatabaseNow() + HEARTBEAT,
        }
        statement = insert_into(connection.dialect, owners).values(
            name=self._name, **claim
        )
        written = statement.on_conflict_do_update(
            index_elements=["name"], set_=claim, where=free
        )
        return connection.execute(written).rowcount == 1

    def _refusal(self, connection: Connection) -> CrawlOwnedError:
        row = connection.execute(
            select(owners).where(owners.c.name == self._name)
        ).one_or_none()
        who = "another process"
        if row:
            who = _process(row.pid, row.host, datetime.fromtimestamp(row.since, UTC))
        return CrawlOwnedError(
            f"{self._site!r} is being crawled by {who} ({self._database}). "
            "Crawls with -s CRAWL_SHARED=1, and `scrapy fleet`, share their work"
        )

    def _shared_refusal(self, sharing: Sequence[WorkerRow]) -> CrawlOwnedError:
        first = sharing[0]
        others = f" and {len(sharing) - 1} more" if len(sharing) > 1 else ""
        who = _process(first.pid, first.host, first.started)
        return CrawlOwnedError(
            f"{self._site!r} is being crawled by {who}{others}, who share it ({self._database}). "
            "Join them with -s CRAWL_SHARED=1"
        )


def _process(pid: int, host: str, since: datetime) -> str:
    return f"process {pid} on {host}, since {since:%Y-%m-%d %H:%M:%S} UTC"


def _lock_beside(path: Path, name: str) -> FileLock:
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    # Not soft: such a lock outlives the process that dies with it.
    return FileLock(
        path.with_name(f"{path.name}.{digest}.lock"),
        thread_local=False,
        fallback_to_soft=False,
    )
