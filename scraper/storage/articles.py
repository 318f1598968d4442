"""Articles: add those that the crawl does not have yet, and read them back in the order they came."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, Dialect, bindparam, func, select

from scraper.storage.dialects import insert_into
from scraper.storage.rows import Fields, decode, encode_all
from scraper.storage.schema import articles

Keyed = tuple[bytes | None, Fields]
"""An article's fields, and the digest that tells it apart (15 bytes); None if it is never a duplicate."""

CHUNK = 1000
"""How many articles are read at once."""

@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as it is stored. Ids grow in the order in which a crawl's articles were added."""

    id: int
    fields: Fields


def add(
    connection: Connection, crawl_id: int, page_id: int, found: Sequence[Keyed]
) -> list[int]:
    """Add the articles of a page, in their order; returns the places in `found` of those that are new to the crawl.

    A page's articles are added once.
    """
    firsts: dict[bytes, int] = {}
    places = [
        place
        for place, (key, _) in enumerate(found)
        if key is None or firsts.setdefault(key, place) == place
    ]
    texts = encode_all([found[place][1] for place in places])
    rows = [
        (crawl_id, page_id, found[place][0], text)
        for place, text in zip(places, texts, strict=True)
    ]
    if _insert(connection, rows) == len(rows):
        return places
    inserted = _keys_of(connection, crawl_id, page_id, firsts)
    return [
        place for place in places if (key := found[place][0]) is None or key in inserted
    ]


def _insert(
    connection: Connection, rows: list[tuple[int, int, bytes | None, str]]
) -> int:
    """Insert the rows whose keys are not there; returns how many those are."""
    if not rows:
        return 0
    sql, names = _insert_sql(connection.dialect)
    if names:
        named = [dict(zip(names, row, strict=True)) for row in rows]
        return connection.exec_driver_sql(sql, named).rowcount
    return connection.exec_driver_sql(sql, rows).rowcount


@lru_cache(maxsize=8)
def _insert_sql(dialect: Dialect) -> tuple[str, tuple[str, ...]]:
    """The statement that inserts a row, and its parameters' names (none where they go by their places).

    As text, since SQLAlchemy takes as long over a statement's many parameters as the database over the rows.
    """
    columns = ("crawl_id", "page_id", "key", "fields")
    row = {column: bindparam(column) for column in columns}
    statement = insert_into(dialect, articles).values(row).on_conflict_do_nothing()
    return str(statement.compile(dialect=dialect)), () if dialect.positional else columns


def _keys_of(
    connection: Connection, crawl_id: int, page_id: int, keys: Iterable[bytes]
) -> set[bytes]:
    """Which of `keys` came with this page."""
    rows = connection.execute(
        select(articles.c.key).where(
            articles.c.crawl_id == crawl_id,
            articles.c.page_id == page_id,
            articles.c.key.in_(keys),
        )
    )
    return {bytes(key) for key in rows.scalars()}


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
