"""The crawl database as a whole: which one it is, opening it, and what its errors mean."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    NotSupportedError,
    ProgrammingError,
)

from scraper.exceptions import ConfigurationError
from scraper.storage import receipts
from scraper.storage.dialects import DRIVERS
from scraper.storage.exceptions import CorruptDatabaseError, StorageError
from scraper.storage.migrations import is_current, migrate
from scraper.storage.outages import PATIENCE, patiently, reason_of
from scraper.storage.server import (
    DEFAULT_PATIENCE,
    create_server_engine,
    lock_schema,
)
from scraper.storage.sqlite_file import (
    READS_ONLY,
    create_sqlite_engine,
    is_damage,
    is_something_else,
    set_file_aside,
    sqlite_path,
)

T = TypeVar("T")

DEFAULT_TIMEOUT = 30.0
"""Seconds to wait for another program that writes to the same SQLite file."""

_SYNCHRONOUS = ("NORMAL", "FULL", "EXTRA", "OFF")
_MISTAKES = (IntegrityError, DataError, ProgrammingError, NotSupportedError)
"""What a driver raises for a statement that is wrong, on a database that is well."""


def database_url(setting: str | None, default: Path) -> URL | None:
    """The URL that the setting CRAWL_DB means; the SQLite file `default` if it is None, None if it is "".

    Raises:
        ConfigurationError: it is no URL, or of a database that is not supported.
    """
    if setting is None:
        return URL.create("sqlite", database=str(default))
    if not setting:
        return None
    try:
        url = make_url(setting)
        dialect = url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # Without the value, in which there may be a password.
        raise ConfigurationError(
            f"CRAWL_DB is no URL of a database, such as sqlite:///crawls.db: {error}"
        ) from None
    if dialect.name not in DRIVERS:
        raise ConfigurationError(
            f"CRAWL_DB: {dialect.name} is not supported (these are: {', '.join(DRIVERS)})"
        )
    driver = DRIVERS[dialect.name]
    if dialect.driver != driver:
        raise ConfigurationError(
            f"CRAWL_DB: the driver {dialect.driver} is not supported: write {dialect.name}+{driver}://"
        )
    return url


def open_database(
    url: URL,
    *,
    synchronous: str = "NORMAL",
    timeout: float = DEFAULT_TIMEOUT,
    patience: float = DEFAULT_PATIENCE,
    create: bool = True,
    waits: bool = False,
) -> Engine:
    """An engine for the database at `url`, with the schema of this version.

    `synchronous` is SQLite's (NORMAL, FULL, EXTRA or OFF), and `timeout` how long, in
    seconds, its file may be locked by others. A file that is not there is made, its
    folder too, unless `create` is False. A server that is away now is not waited for,
    unless it `waits`; one that goes away later is, for `patience` seconds.

    Raises:
        ConfigurationError: `synchronous` is none of these, or the driver is not installed.
        CorruptDatabaseError: the file is damaged.
        StorageError: it cannot be opened, or a newer version of this program made it.
    """
    if synchronous.upper() not in _SYNCHRONOUS:
        known = ", ".join(_SYNCHRONOUS)
        raise ConfigurationError(
            f"CRAWL_DB_SYNCHRONOUS = {synchronous!r} is none of {known}"
        )
    if path := sqlite_path(url):
        _check_file(path, url, create=create)
    engine = _engine(url, synchronous, timeout, patience)
    _make_ready(engine if waits else engine.execution_options(**{PATIENCE: 0.0}))
    return engine


def _make_ready(engine: Engine) -> None:
    """See that the tables are there, and of this version."""
    try:
        if not read(engine, lambda c: is_current(c, describe(engine.url))):
            write(engine, _make_tables)
    except DBAPIError as error:  # a right that is missing, an option that there is not
        raise storage_error(engine.url, error) from error


def _make_tables(connection: Connection) -> None:
    is_server = connection.dialect.name != "sqlite"
    if is_server:
        lock_schema(connection)
    migrate(connection)
    if is_server:
        receipts.create(connection)


def _check_file(path: Path, url: URL, *, create: bool) -> None:
    if not create and not path.exists():
        raise StorageError(f"There is no {describe(url)}")
    try:
        if not path.parent.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        if is_something_else(path):
            raise StorageError(
                f"CRAWL_DB: {path} is no SQLite file; it is left as it is"
            )
    except OSError as error:
        raise StorageError(f"{describe(url)}: {error.strerror}") from error


def _engine(url: URL, synchronous: str, timeout: float, patience: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        return create_sqlite_engine(url, synchronous, timeout)
    try:
        return create_server_engine(url, patience)
    except ImportError as error:  # of psycopg, or of the C library that it needs
        reason = " ".join(str(error).split())
        raise ConfigurationError(
            f"{describe(url)} needs psycopg: pip install 'psycopg[binary]' ({reason})"
        ) from None


def describe(url: URL) -> str:
    """The database in words, without its password: `crawl database .scrapy/crawls.db`."""
    name = sqlite_path(url) or url.render_as_string(hide_password=True)
    return f"crawl database {name}"


def set_aside(url: URL) -> Path:
    """Keep a damaged SQLite database under another name, and return its path; the next `open_database` makes a new one.

    Nothing is deleted and nothing overwritten: `sqlite3 <path> .recover` may still save
    what it holds. No connection of this process may be open.

    Raises:
        StorageError: it cannot be renamed, or is no file.
    """
    path = sqlite_path(url)
    if path is None:
        raise StorageError(f"The {describe(url)} is no file that could be set aside")
    try:
        return set_file_aside(path)
    except OSError as error:
        raise StorageError(
            f"The {describe(url)} cannot be set aside: {error.strerror}"
        ) from error


@contextmanager
def transaction(engine: Engine, *, reads_only: bool = False) -> Iterator[Connection]:
    """A connection in a transaction that is committed at the end of the block, rolled back after an exception.

    To connect, a server that is away is waited for.

    Raises:
        StorageError: the database failed.
    """
    chosen = engine.execution_options(**{READS_ONLY: reads_only})
    with translated(engine.url):
        connected = patiently(engine, describe(engine.url), chosen.connect)
        with connected as connection, connection.begin():
            yield connection


def read(engine: Engine, operation: Callable[[Connection], T]) -> T:
    """What `operation` reads, which is done again if the server goes away meanwhile.

    Raises:
        StorageError: the database failed.
    """

    return _done(engine.execution_options(**{READS_ONLY: True}), operation)


def write(engine: Engine, operation: Callable[[Connection], T]) -> T:
    """Do `operation` in a transaction, and again if the server goes away meanwhile.

    It may have been committed by then: twice must be as good as once.

    Raises:
        StorageError: the database failed.
    """
    return _done(engine, operation)


def _done(engine: Engine, operation: Callable[[Connection], T]) -> T:
    def attempt() -> T:
        with engine.connect() as connection, connection.begin():
            return operation(connection)

    with translated(engine.url):
        return patiently(engine, describe(engine.url), attempt)


@contextmanager
def translated(url: URL) -> Iterator[None]:
    """Turn what a driver raises when the database fails into a StorageError.

    What it raises when a statement is wrong passes as it is.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        if not is_failure(error):
            raise
        raise storage_error(url, error) from error


def is_failure(error: BaseException) -> bool:
    """Whether `error` is the database's: not of one statement that is wrong, or of other code."""
    return isinstance(error, DBAPIError | sqlite3.Error) and not isinstance(
        error, _MISTAKES
    )


def storage_error(url: URL, error: DBAPIError | sqlite3.Error) -> StorageError:
    """`error` of the database at `url` as one line."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    reason = reason_of(cause)
    if is_damage(cause):
        return CorruptDatabaseError(f"The {describe(url)} is damaged: {reason}")
    return StorageError(f"The {describe(url)} failed: {reason}")
