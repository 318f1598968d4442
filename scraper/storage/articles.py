"""Articles: add those that the crawl does not have yet, and read them back in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, func, select

from scraper.storage.dialects import insert_into
from scraper.storage.rows import Fields, decode, encode_all
from scraper.storage.schema import articles

Keyed = tuple[bytes | None, Fields]
"""An article's fields, and the digest that tells it apart (15 bytes); None if it is never a duplicate."""

CHUNK = 1000
"""How many articles are read at once."""

_COLUMNS = ("crawl_id", "page_id", "key", "fields")
_ROWS_AT_ONCE = 500  # of four values each; SQLite takes 32,766 values a statement


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as it is stored. Ids grow in the order in which a crawl's articles were added."""

    id: int
    fields: Fields


def add(
    connection: Connection, crawl_id: int, page_id: int, found: Sequence[Keyed]
) -> list[int]:
    """Add the articles of a page, in their order; returns the places in `found` of those that are new to the crawl."""
    first_places: dict[bytes, int] = {}
    places = [
        place
        for place, (key, _) in enumerate(found)
        if key is None or first_places.setdefault(key, place) == place
    ]
    new: list[int] = []
    for start in range(0, len(places), _ROWS_AT_ONCE):
        chunk = places[start : start + _ROWS_AT_ONCE]
        keys = [found[place][0] for place in chunk]
        texts = encode_all([found[place][1] for place in chunk])
        inserted = _insert(connection, crawl_id, page_id, keys, texts)
        new += [
            place
            for place, key in zip(chunk, keys, strict=True)
            if key is None or key in inserted
        ]
    return new


def _insert(
    connection: Connection,
    crawl_id: int,
    page_id: int,
    keys: Sequence[bytes | None],
    texts: Sequence[str],
) -> set[bytes]:
    """Insert rows; returns the keys of those that were not there."""
    sql, names = _insert_sql(connection.dialect, len(keys))
    values: list[Any] = []
    for key, text in zip(keys, texts, strict=True):
        values += (crawl_id, page_id, key, text)
    parameters = dict(zip(names, values, strict=True)) if names else tuple(values)
    inserted = connection.exec_driver_sql(sql, parameters).scalars()
    return {bytes(key) for key in inserted if key is not None}


@lru_cache(maxsize=256)
def _insert_sql(dialect: Dialect, rows: int) -> tuple[str, tuple[str, ...]]:
    """The statement that inserts so many rows, and its parameters' names (none where they go by their places).

    Kept ready: to have SQLAlchemy put it together anew takes as long as its execution.
    """
    names = tuple(f"{column}_{row}" for row in range(rows) for column in _COLUMNS)
    values: list[dict[str, Any]] = [
        {column: bindparam(f"{column}_{row}") for column in _COLUMNS}
        for row in range(rows)
    ]
    statement = insert_into(dialect, articles).values(values).on_conflict_do_nothing()
    compiled = statement.returning(articles.c.key).compile(dialect=dialect)
    return str(compiled), () if dialect.positional else names


def read(
    connection: Connection, crawl_id: int, *, after: int = 0, limit: int = CHUNK
) -> list[ArticleRow]:
    """The next articles of a crawl behind the one with id `after`, at most `limit`, in the order they were added."""
    rows = connection.execute(
        select(articles.c.id, articles.c.fields)
        .where(articles.c.crawl_id == crawl_id, articles.c.id > after)
        .order_by(articles.c.id)
        .limit(limit)
    )
    return [ArticleRow(row.id, decode(row.fields)) for row in rows]


def read_all(connection: Connection, crawl_id: int) -> Iterator[ArticleRow]:
    """All articles of a crawl in the order they were added; a chunk of them is in memory at a time."""
    after = 0
    while rows := read(connection, crawl_id, after=after):
        yield from rows
        after = rows[-1].id


def count(connection: Connection, crawl_id: int) -> int:
    """The number of articles that a crawl has."""
    return connection.execute(
        select(func.count()).where(articles.c.crawl_id == crawl_id)
    ).scalar_one()
