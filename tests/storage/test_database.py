"""Which database it is, opening it, and its version."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, inspect, make_url

from scraper.exceptions import ConfigurationError
from scraper.storage import (
    CorruptDatabaseError,
    StorageError,
    crawls,
    database_url,
    describe,
    open_database,
    set_aside,
    transaction,
)
from scraper.storage.migrations import STEPS, is_current, migrate
from tests.crawls.running import PROJECT
from tests.storage.crawling import begin, file_url, only_sqlite

DEFAULT = Path("/data/crawls.db")


def test_the_setting_is_a_url_or_nothing() -> None:
    assert database_url(None, DEFAULT) == URL.create("sqlite", database=str(DEFAULT))
    assert database_url("", DEFAULT) is None
    assert database_url("sqlite:///x.db", DEFAULT) == URL.create(
        "sqlite", database="x.db"
    )
    url = database_url("postgresql+psycopg://me:secret@host/name", DEFAULT)
    assert url is not None
    assert describe(url) == "crawl database postgresql+psycopg://me:***@host/name"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("crawls.db", "CRAWL_DB is no URL of a database, such as sqlite:///crawls.db"),
        ("postgresql+psycopg://me@host:port/name", "CRAWL_DB is no URL of a database"),
        ("postgres://me:secret@host/name", "CRAWL_DB is no URL of a database"),
        (
            "postgresql+pg8000://me:secret@host/name",
            "CRAWL_DB: the driver pg8000 is not supported: write postgresql+psycopg://",
        ),
        (
            "mysql://host/name",
            "CRAWL_DB: mysql is not supported (these are: sqlite, postgresql)",
        ),
    ],
)
def test_a_wrong_setting_is_one_line_without_passwords(setting: str, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        database_url(setting, DEFAULT)
    assert str(raised.value).startswith(said)
    assert "\n" not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"needs psycopg: pip install"):
        open_database(URL.create("postgresql+psycopg", host="localhost"))


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    url = file_url(tmp_path / "new" / "folder" / "crawls.db")
    open_database(url).dispose()
    with transaction(open_database(url, create=False)) as connection:
        assert begin(connection) == 1


def test_the_file_is_not_made_for_one_who_only_reads(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"There is no crawl database .*/none\.db"):
        open_database(file_url(tmp_path / "none.db"), create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["file/crawls.db", "folder"])
def test_a_file_that_cannot_be_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match=f"crawl database {tmp_path}/{name}"):
        open_database(file_url(tmp_path / name))


def test_a_database_in_memory(url: URL) -> None:
    engine = open_database(URL.create("sqlite"))
    with transaction(engine) as connection:
        assert begin(connection) == 1
    with transaction(engine, reads_only=True) as connection:
        assert crawls.find(connection, 1) is not None
    engine.dispose()


def test_pages_that_are_settled_are_in_no_index_of_open_ones(
    connection: Connection,
) -> None:
    indexes = {
        index["name"]: index for index in inspect(connection).get_indexes("pages")
    }
    for name, state in (("pages_pending", "pending"), ("pages_leased", "leased")):
        options = indexes[name]["dialect_options"]
        assert state in str(options[f"{connection.dialect.name}_where"])


def test_a_file_loads_nothing_of_a_server(tmp_path: Path) -> None:
    code = (
        "import sys; from sqlalchemy import make_url; from scraper.storage import open_database; "
        f"open_database(make_url({str(file_url(tmp_path / 'crawls.db'))!r})); "
        "sys.exit('sqlalchemy.dialects.postgresql' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)


@only_sqlite
def test_the_file_survives_a_crash_and_a_power_cut(engine: Engine, url: URL) -> None:
    full = open_database(url, synchronous="full")
    for opened, synchronous in ((engine, 1), (full, 2)):
        with transaction(opened) as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
            assert (
                connection.exec_driver_sql("PRAGMA synchronous").scalar() == synchronous
            )


def test_synchronous_is_one_of_four(url: URL) -> None:
    with pytest.raises(
        ConfigurationError,
        match="CRAWL_DB_SYNCHRONOUS = 'SOMETIMES' is none of NORMAL, FULL",
    ):
        open_database(url, synchronous="SOMETIMES")


def test_one_reads_while_another_writes(engine: Engine) -> None:
    with transaction(engine) as writing:
        begin(writing)
        with transaction(engine, reads_only=True) as reading:
            assert crawls.read_all(reading) == []


# versions


def with_column(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE crawls ADD COLUMN note TEXT")


def test_an_older_schema_is_brought_forward(engine: Engine, url: URL) -> None:
    steps = (*STEPS, with_column)
    with transaction(engine) as connection:
        crawl_id = begin(connection)
        assert is_current(connection, "it")
        assert not is_current(connection, "it", steps)
        migrate(connection, steps)
        assert is_current(connection, "it", steps)
        assert connection.exec_driver_sql("SELECT id, note FROM crawls").all() == [
            (crawl_id, None)
        ]


def test_a_step_that_fails_leaves_the_older_schema(engine: Engine) -> None:
    def broken(connection: Connection) -> None:
        connection.exec_driver_sql("DROP TABLE feeds")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError), transaction(engine) as connection:
        migrate(connection, (*STEPS, with_column, broken))
    with transaction(engine) as connection:
        assert is_current(connection, "it")
        assert begin(connection)
        migrate(connection, (*STEPS, with_column))


def test_a_newer_schema_is_left_alone(engine: Engine, url: URL) -> None:
    newer = (*STEPS, with_column)
    with transaction(engine) as connection:
        migrate(connection, newer)
    said = (
        f"has schema version {len(newer) + 1}, made by a newer version of this program"
    )
    with pytest.raises(StorageError, match=said) as raised:
        open_database(url)
    assert str(url.database) in str(raised.value)
    with transaction(engine) as connection:
        assert is_current(connection, "it", newer)


@only_sqlite
def test_another_programs_database_keeps_its_tables(url: URL, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crawls.db")) as other:
        other.execute("CREATE TABLE theirs (x)")
    with transaction(open_database(url)) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM theirs").scalar() == 0


# damage


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text("title,url\n")
    with pytest.raises(StorageError, match=f"CRAWL_DB: {path} is no SQLite file"):
        open_database(make_url(f"sqlite:///{path}"))
    assert path.read_text() == "title,url\n"
    assert list(tmp_path.iterdir()) == [path]


@only_sqlite
def test_a_file_that_is_no_database_is_kept_aside(url: URL, tmp_path: Path) -> None:
    path = tmp_path / "crawls.db"
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(
        CorruptDatabaseError, match=f"{path} is damaged: file is not a database"
    ):
        open_database(url)
    assert path.read_bytes() == b"not a database at all" * 1000
    kept = set_aside(url)
    assert kept.name.startswith("crawls.db.corrupt-")
    assert kept.read_bytes() == b"not a database at all" * 1000
    with transaction(open_database(url)) as connection:
        assert begin(connection) == 1


@only_sqlite
def test_what_is_set_aside_overwrites_nothing(url: URL, tmp_path: Path) -> None:
    kept = set()
    for _ in range(3):
        for suffix in ("", "-wal", "-shm"):
            (tmp_path / f"crawls.db{suffix}").write_text(suffix)
        kept.add(set_aside(url))
    assert len(kept) == 3
    assert len(list(tmp_path.iterdir())) == 9
    assert all(
        path.with_name(path.name + "-wal").read_text() == "-wal" for path in kept
    )


def test_what_cannot_be_set_aside(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be set aside: No such file"):
        set_aside(file_url(tmp_path / "none.db"))
    with pytest.raises(StorageError, match="is no file"):
        set_aside(URL.create("sqlite"))


@only_sqlite
def test_damage_within_the_file_is_noticed(
    engine: Engine, url: URL, tmp_path: Path
) -> None:
    with transaction(engine) as connection:
        for number in range(300):
            begin(connection, f"{number}" * 100)
    size = os.path.getsize(tmp_path / "crawls.db")
    with (tmp_path / "crawls.db").open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size // 2))
    with (
        pytest.raises(CorruptDatabaseError, match="is damaged"),
        transaction(engine) as connection,
    ):
        crawls.read_all(connection)
