"""The database of the leasing benchmark: an empty one, what its server does, and what it takes on the disk."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

from sqlalchemy import URL

from scraper.storage import open_database, transaction
from tests.servers.postgresql import PostgreSQL

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def database(kind: str) -> Iterator[tuple[URL, PostgreSQL | None]]:
    """An empty database, and its server if it has one."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield URL.create("sqlite", database=str(Path(folder, "crawls.db"))), None
    else:
        flushed = {"fsync": "on", "full_page_writes": "on", "deadlock_timeout": "1s"}
        roomy = {"shared_buffers": "512MB", "max_wal_size": "4GB"}
        counting = {"shared_preload_libraries": "pg_stat_statements"}
        with (
            PostgreSQL(**flushed, **roomy, **counting) as server,
            server.new_database() as url,
        ):
            server.execute("CREATE EXTENSION pg_stat_statements")
            yield url, server


def cpu_of(server: PostgreSQL | None) -> float:
    """Seconds of CPU that the server's processes have used, those that have ended too."""
    if server is None:
        return 0.0
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, rest = path.read_text().split(" (", 1)
        except OSError:
            continue  # it has ended just now
        fields = rest.rsplit(") ", 1)[1].split()
        own, reaped = map(int, fields[11:13]), map(int, fields[13:15])
        if int(pid) == server.pid:
            ticks += sum(own) + sum(reaped)
        elif int(fields[1]) == server.pid:
            ticks += sum(own)
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def watching(server: PostgreSQL | None) -> Iterator[Counter[str]]:
    """What the sessions were doing, looked at ten times a second while the context is."""
    seen: Counter[str] = Counter()
    ended = Event()

    def watch(server: PostgreSQL) -> None:
        while not ended.wait(0.1):
            seen.update(
                f"{kind}: {event}" if kind else "at work"
                for kind, event in server.execute(
                    "SELECT wait_event_type, wait_event FROM pg_stat_activity "
                    "WHERE application_name LIKE 'scraper %'"
                )
            )

    watcher = Thread(target=watch, args=(server,))
    if server:
        watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        if server:
            watcher.join()


def report_statements(server: PostgreSQL, thousands: float, seen: Counter[str]) -> None:
    """Print what the server did, and what its sessions were seen to do."""
    rows = server.execute(
        "SELECT regexp_replace(query, '\\s+', ' ', 'g'), calls, total_exec_time "
        "FROM pg_stat_statements JOIN pg_database ON dbid = pg_database.oid "
        "WHERE datname <> 'postgres' ORDER BY total_exec_time DESC"
    )
    calls, spent = sum(row[1] for row in rows), sum(row[2] for row in rows)
    print(
        f"for 1,000 pages {calls / thousands:,.1f} statements, {spent / thousands:,.1f} ms in them:"
    )
    for query, count, ms in rows[:10]:
        print(
            f"  {query[:46]:46} {count / thousands:8.1f} statements {ms / thousands:8.2f} ms"
        )
    looks = seen.total()
    for what, count in seen.most_common(8):
        print(f"  sessions were seen {what:28} {count / looks:6.1%}")


def print_sizes(url: URL, server: PostgreSQL | None, count: int) -> None:
    """Print the bytes that a page takes in each table and index."""
    if server is None:
        size = sum(
            path.stat().st_size for path in Path(str(url.database)).parent.iterdir()
        )
        print(f"{size / count:.0f} bytes a page")
        return
    engine = open_database(url)
    with transaction(engine, reads_only=True) as connection:
        rows = connection.exec_driver_sql(
            "SELECT relname, relkind, pg_relation_size(oid) FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 100000 "
            "ORDER BY 3 DESC"
        )
        for name, kind, size in rows:
            what = {"r": "table", "i": "index"}.get(kind, kind)
            print(f"  {what} {name:24} {size / count:8.1f} bytes a page")
