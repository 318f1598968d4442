"""The version of the schema, and the steps from each to the next."""

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, inspect, select, update

from scraper.storage.exceptions import StorageError
from scraper.storage.schema import metadata, schema_version

Step = Callable[[Connection], None]


def _add_workers(connection: Connection) -> None:
    connection.exec_driver_sql(
        """
        CREATE TABLE workers (
            crawl_id BIGINT NOT NULL REFERENCES crawls (id),
            name TEXT NOT NULL,
            host TEXT NOT NULL,
            pid INTEGER NOT NULL,
            started FLOAT NOT NULL,
            seen FLOAT NOT NULL,
            "left" FLOAT,
            status TEXT NOT NULL,
            PRIMARY KEY (crawl_id, name)
        )
        """
    )


def _let_workers_share(connection: Connection) -> None:
    for column in ("index_reader", "index_error", "finisher"):
        connection.exec_driver_sql(f"ALTER TABLE crawls ADD COLUMN {column} TEXT")
    connection.exec_driver_sql(
        "ALTER TABLE workers ADD COLUMN role TEXT NOT NULL DEFAULT 'alone'"
    )
    connection.exec_driver_sql(
        """
        CREATE TABLE hosts (
            crawl_id BIGINT NOT NULL REFERENCES crawls (id),
            host TEXT NOT NULL,
            paused_until FLOAT NOT NULL,
            PRIMARY KEY (crawl_id, host)
        )
        """
    )


def _remember_what_pages_showed(connection: Connection) -> None:
    for column in ("first_shown", "last_shown"):
        connection.exec_driver_sql(f"ALTER TABLE topics ADD COLUMN {column} TEXT")


def _free_articles(connection: Connection) -> None:
    """Articles have no foreign key to their crawl any more."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "ALTER TABLE articles DROP CONSTRAINT IF EXISTS articles_crawl_id_fkey"
        )
        return
    # Nothing of the rows depends on it, so the table need not be written anew:
    # https://sqlite.org/lang_altertable.html#making_other_kinds_of_table_schema_changes
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = 'articles'",
        (
            """CREATE TABLE articles (
                id INTEGER NOT NULL,
                crawl_id INTEGER NOT NULL,
                page_id INTEGER NOT NULL,
                "key" BLOB,
                fields TEXT NOT NULL,
                PRIMARY KEY (id),
                CONSTRAINT articles_once UNIQUE (crawl_id, "key")
            )""",
        ),
    )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def _let_an_index_have_pages(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE crawls ADD COLUMN index_next TEXT")


# In SQL, not taken from the schema, which goes on changing while a released step must not.
STEPS: tuple[Step, ...] = (
    _add_workers,
    _let_workers_share,
    _remember_what_pages_showed,
    _free_articles,
    _let_an_index_have_pages,
)
"""What leads from version 1 to 2, from 2 to 3 and so on. A released step never changes."""


def is_current(
    connection: Connection, database: str, steps: Sequence[Step] = STEPS
) -> bool:
    """Whether the tables are there, and of this version. `database` names the database in messages.

    Raises:
        StorageError: a newer version of this program made them.
    """
    current = len(steps) + 1
    version = _version(connection)
    if version > current:
        raise StorageError(
            f"The {database} has schema version {version}, made by a newer version of this program; "
            f"this one knows versions up to {current}"
        )
    return version == current


def migrate(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
    """Make the tables, or bring those of an older version to this one."""
    current = len(steps) + 1
    version = _version(connection)
    if version == 0:
        metadata.create_all(connection)
        connection.execute(schema_version.insert().values(version=current))
        return
    for step in steps[version - 1 :]:
        step(connection)
    connection.execute(update(schema_version).values(version=current))


def _version(connection: Connection) -> int:
    """The version of the tables; 0 if there are none."""
    if not inspect(connection).has_table(schema_version.name):
        return 0
    return int(connection.execute(select(schema_version.c.version)).scalar_one())
