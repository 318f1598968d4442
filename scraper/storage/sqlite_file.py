"""A crawl database in a SQLite file: how its connections are set up, and the file itself."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    StaticPool,
    create_engine,
    event,
)

from scraper.storage.dialects import COUNTING

CACHE_KIB = 4 * 1024
"""What a connection keeps in memory of the file, at most. More saves no time: the system has the file in memory too."""

CHECKPOINT_PAGES = 4000
"""The log (`-wal`) is copied into the file when it has this many pages (of 4 KiB)."""

LOG_KEPT_BYTES = 64 * 1024 * 1024
"""A log that grew beyond this, by one very large transaction, is cut back afterwards."""

READS_ONLY = "scraper_reads_only"
"""The execution option of connections that do not write, and so need not wait for one that does."""

_HEAD = b"SQLite format 3\0"  # https://www.sqlite.org/fileformat2.html
_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def create_sqlite_engine(url: URL, synchronous: str, timeout: float) -> Engine:
    """An engine for `url`. `timeout` is how long a connection waits for another that writes, in seconds."""
    in_memory = sqlite_path(url) is None
    engine = create_engine(
        url,
        execution_options=COUNTING,
        poolclass=StaticPool if in_memory else NullPool,
        connect_args={"timeout": timeout, "check_same_thread": not in_memory},
    )

    def set_up(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by Python
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            f"cache_size = -{CACHE_KIB}",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            f"journal_size_limit = {LOG_KEPT_BYTES}",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A transaction that begins by reading cannot always go on to write; one that takes the lock at once can.
    reads_only = connection.get_execution_options().get(READS_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite URL; None if it is a database in memory, or no SQLite."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or ":memory:" in name:
        return None
    return Path(name)


def is_something_else(path: Path) -> bool:
    """Whether a file neither is a database of SQLite nor has the name of one, which may be damaged."""
    if path.suffix in _SUFFIXES or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(len(_HEAD))
    return head not in (b"", _HEAD)


def is_damage(error: Any) -> bool:
    """Whether SQLite says that the file is damaged, or no database at all."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def set_file_aside(path: Path) -> Path:
    """Rename a database's file and its log to `<name>.corrupt-<UTC time>`; returns the file's new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    kept = path.with_name(f"{path.name}.corrupt-{stamp}")
    path.rename(kept)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + suffix))
    return kept


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """Which file is at a path: on POSIX one can be deleted, or replaced, under a program that has it open."""

    path: Path
    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """The file at `path` now."""
        status = path.stat()
        return cls(path, status.st_dev, status.st_ino)

    def is_still_there(self) -> bool:
        """Whether the path still leads to this file."""
        try:
            return FileIdentity.of(self.path) == self
        except OSError:
            return False
