"""A PostgreSQL server of the test run's own, in a temporary folder."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Self

import psycopg
from sqlalchemy import URL

from tests.servers.programs import free_port, program

USER = "crawler"
TIMEOUT = 60.0
STOPS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}

CONFIGURATION = """
listen_addresses = '127.0.0.1'
max_connections = 200
fsync = off                     # the machine may lose power: these are tests
full_page_writes = off
shared_buffers = 64MB
max_wal_size = 256MB
deadlock_timeout = 100ms
"""

LOCKED = "locked"
"""A role that needs its password, which is the same word; all others need none."""

ACCESS = f"""
local all all                        trust
host  all {LOCKED} 127.0.0.1/32      scram-sha-256
host  all all      127.0.0.1/32      trust
"""


class PostgreSQL:
    """A server with a cluster of its own; it listens at `port` of the loopback and at a socket in `folder`.

    Whoever starts it is `crawler`, a role that may do all, with no password. It refuses
    to run as root: then it runs as the user `postgres`, or `nobody`. `settings` are
    further lines of its configuration.
    """

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self.port = free_port()
        # Not in pytest's folder, which no other user may enter; and short: a socket's path has 107 bytes.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._log = self.folder / "log"
        self._user = _unprivileged() if os.geteuid() == 0 else None
        self._names = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
            self.execute(f"CREATE ROLE {LOCKED} LOGIN PASSWORD '{LOCKED}'")
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    @property
    def pid(self) -> int:
        """The process that all others of the server descend from."""
        assert self._process is not None  # it runs
        return self._process.pid

    def start(self) -> None:
        """Start it, unless it runs, and wait until it can be used."""
        if self._process is None:
            self._process = self._popen("postgres", "-D", str(self._data))
            self._wait_until_ready(self._process)

    def stop(self, mode: str = "fast") -> None:
        """Stop it, if it runs: `fast` breaks off its sessions in order, `immediate` is a crash."""
        if self._process is not None:
            self._process.send_signal(STOPS[mode])
            self._process.wait(TIMEOUT)
            self._process = None

    def restart(self, mode: str = "fast") -> None:
        """Stop it and start it again."""
        self.stop(mode)
        self.start()

    def url(self, database: str, **changes: Any) -> URL:
        """The URL of a database, as CRAWL_DB takes it."""
        url = URL.create(
            "postgresql+psycopg",
            username=USER,
            host="127.0.0.1",
            port=self.port,
            database=database,
        )
        return url.set(**changes)

    @contextmanager
    def new_database(self) -> Iterator[URL]:
        """A database that is there while the context is."""
        name = f"crawls_{next(self._names)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.start()  # a test may have left it stopped
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> list[Any]:
        """Run a statement of the administrator's; returns its rows."""
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _make(self) -> None:
        if self._user:
            shutil.chown(self.folder, self._user)
        options = ["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        made = self._popen(
            "initdb", *options, f"--username={USER}", f"--pgdata={self._data}"
        )
        if made.wait(TIMEOUT):
            raise RuntimeError(f"initdb: {self._log.read_text()}")
        (self._data / "pg_hba.conf").write_text(ACCESS)
        with (self._data / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION)
            file.write(f"port = {self.port}\n")
            file.write(f"unix_socket_directories = '{self.folder}'\n")
            file.writelines(f"{n} = '{value}'\n" for n, value in self._settings.items())

    def _popen(self, name: str, *arguments: str) -> "subprocess.Popen[bytes]":
        with self._log.open("a") as log:
            return subprocess.Popen(
                [program(name), *arguments],
                user=self._user,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        end = monotonic() + TIMEOUT
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError as error:
                if process.poll() is not None or monotonic() > end:
                    said = self._log.read_text()
                    raise RuntimeError(f"postgres: {said}") from error
                sleep(0.01)
            else:
                return


def _unprivileged() -> str:
    import pwd  # there is none on Windows, and no root either

    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise RuntimeError("there is no user that PostgreSQL could run as")
