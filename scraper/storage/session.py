"""Session: the connection that a writer commits through, of one kind for files and of another for servers."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from scraper.storage.database import describe
from scraper.storage.exceptions import StorageError
from scraper.storage.outages import patiently
from scraper.storage.receipts import Receipt
from scraper.storage.server import take_over
from scraper.storage.sqlite_file import FileIdentity, sqlite_path

T = TypeVar("T")


class Session(ABC):
    """A connection, made when it is first needed. It is used by one thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._database = describe(engine.url)
        self._connection: Connection | None = None

    @abstractmethod
    def commit(self, work: Callable[[Connection], T]) -> T:
        """Do `work` in a transaction, and return its result once that is committed.

        Raises:
            StorageError: the database cannot be used any more.
            DBAPIError: the database failed, or a statement did.
        """

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class FileSession(Session):
    """A session with a SQLite file, or with a database in memory. It fails at once."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        path = sqlite_path(engine.url)
        try:
            self._file = FileIdentity.of(path) if path else None
        except OSError:
            raise self._gone() from None

    def commit(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, and commit it."""
        if self._file and not self._file.is_still_there():
            raise self._gone()
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return work(self._connection)

    def _gone(self) -> StorageError:
        return StorageError(
            f"The {self._database} was deleted or replaced: put it back, or begin anew and use -O, "
            "as what was written to a feed stays in it"
        )


class ServerSession(Session):
    """A session with a server. While that is away, it waits and does the work again, which is committed once.

    When the connection is lost during a COMMIT, the receipt shows at the next attempt
    whether it was done: then the result of the attempt that was committed counts.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._receipt = Receipt()

    def commit(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, as often as it takes, and commit it once."""
        results: list[T] = []

        def attempt() -> T:
            connection = self._connected()
            with connection.begin():
                if self._receipt.stamp(connection):
                    results[:] = [work(connection)]
            return results[0]

        result = patiently(self._engine, self._database, attempt)
        self._receipt.committed()
        return result

    def close(self) -> None:
        """Leave no receipt, if the server is there, and close the connection."""
        if self._connection is not None and not self._connection.invalidated:
            with suppress(DBAPIError), self._connection.begin():
                self._receipt.discard(self._connection)
        super().close()

    def _connected(self) -> Connection:
        if self._connection is not None and self._connection.invalidated:
            super().close()
        if self._connection is None:
            connection = self._engine.connect()
            self._connection = connection
            with connection.begin():
                take_over(connection, f"scraper {self._receipt.writer}")
        return self._connection


def open_session(engine: Engine) -> Session:
    """The session for this engine's database; nothing is connected yet.

    Raises:
        StorageError: the database's file is gone.
    """
    is_file = engine.dialect.name == "sqlite"
    return FileSession(engine) if is_file else ServerSession(engine)
