"""Adding articles in a SQLite file: many in one statement, which leaves out those that are there."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam

from scraper.storage.dialects import insert_into
from scraper.storage.rows import NewArticle
from scraper.storage.schema import articles

_COLUMNS = ("id", "crawl_id", "page_id", "key", "fields")
_MOST_ROWS = 128  # in one statement: more gain nothing

_last_id = "SELECT max(id) FROM articles"
_ids_from = "SELECT id FROM articles WHERE id >= ?"


def insert(connection: Connection, rows: Sequence[NewArticle]) -> list[bool]:
    """Insert the rows whose keys are not there; returns for each whether it was.

    Their ids are given to them here, in their order: so the ids that are there
    afterwards tell which were inserted.
    """
    first = (connection.exec_driver_sql(_last_id).scalar() or 0) + 1
    with_ids = [(row_id, *row) for row_id, row in enumerate(rows, first)]
    if _insert(connection, with_ids) == len(rows):
        return [True] * len(rows)
    added = set(connection.exec_driver_sql(_ids_from, (first,)).scalars().all())
    return [row_id in added for row_id, *_ in with_ids]


def _insert(connection: Connection, rows: Sequence[tuple[object, ...]]) -> int:
    """Insert the rows whose keys are not there; returns how many those are.

    Many rows a statement, since between two of them another thread may take the
    interpreter for 5 ms; and in powers of two, so that the same few serve all.
    """
    added = start = 0
    while left := len(rows) - start:
        size = min(_MOST_ROWS, 1 << left.bit_length() - 1)
        sql = _insert_sql(connection.dialect, size)
        values = tuple(chain.from_iterable(rows[start : start + size]))
        added += connection.exec_driver_sql(sql, values).rowcount
        start += size
    return added


@lru_cache(maxsize=32)
def _insert_sql(dialect: Dialect, rows: int) -> str:
    """The statement that inserts so many rows.

    As text: SQLAlchemy takes longer over so many parameters than SQLite over the rows.
    OR FAIL: what is wrong with a row raises as ever, but the rows before it stay. The
    transaction is rolled back then anyway; to undo the statement alone, SQLite would
    copy each page of the file before it is changed.
    """
    values: list[dict[str, Any]] = [
        {column: bindparam(f"{column}_{row}") for column in _COLUMNS}
        for row in range(rows)
    ]
    statement = insert_into(dialect, articles).prefix_with("OR FAIL").values(values)
    return str(statement.on_conflict_do_nothing().compile(dialect=dialect))
