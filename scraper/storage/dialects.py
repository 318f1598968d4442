"""Where databases differ: the clock, inserting what is not there yet, and how a connection is set up."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Dialect, Float, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

DRIVERS = {"sqlite": "pysqlite", "postgresql": "psycopg"}
"""The names of the dialects that can be used, each with its driver, SQLAlchemy's default."""

COUNTING = {"preserve_rowcount": True}
"""Execution options with which every statement tells how many rows it changed, INSERT too."""


class DatabaseNow(FunctionElement[float]):
    """Now, by the database's own clock: seconds since 1970."""

    inherit_cache = True
    type = Float()


@compiles(DatabaseNow, "sqlite")
def _sqlite_now(_: DatabaseNow, __: SQLCompiler, **_options: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(DatabaseNow, "postgresql")
def _postgresql_now(_: DatabaseNow, __: SQLCompiler, **_options: Any) -> str:
    # Not clock_timestamp(), which may change from row to row: no index can be searched for it.
    return "extract(epoch FROM statement_timestamp())::double precision"


def insert_into(dialect: Dialect, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT INTO `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if dialect.name == "sqlite":
        return sqlite.insert(table)
    # Imported when it is needed: a crawl in a file starts sooner without.
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
