"""Articles: add those that the crawl does not have yet, and read them back in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Dialect, bindparam, func, select

from scraper.storage import server_articles
from scraper.storage.dialects import insert_into
from scraper.storage.rows import Fields, decode, encode_all
from scraper.storage.schema import articles

Keyed = tuple[bytes | None, Fields]
"""The digest that tells an article apart (15 bytes; None: it is never a duplicate), and its fields."""

CHUNK = 1000
"""How many articles are read at once."""

_COLUMNS = ("crawl_id", "page_id", "key", "fields")
_MOST_ROWS = 128  # in one statement: more gain nothing

_Row = tuple[int, int, bytes | None, str]

_last_id = select(func.max(articles.c.id))
_added = select(articles.c.page_id, articles.c.key).where(
    articles.c.id > bindparam("last")
)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as it is stored. Ids grow in the order in which a crawl's articles were added."""

    id: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class PageArticles:
    """The articles that a page shows."""

    crawl_id: int
    page_id: int
    found: Sequence[Keyed]

    def first_places(self) -> list[int]:
        """The places in `found` of the articles that are there for the first time."""
        firsts: dict[bytes, int] = {}
        return [
            place
            for place, (key, _) in enumerate(self.found)
            if key is None or firsts.setdefault(key, place) == place
        ]


def add(connection: Connection, shown: Sequence[PageArticles]) -> list[list[int]]:
    """Add the articles of pages, in their order; no page may have been added before.

    Returns for each page the places in its `found` of the articles that are new to the crawl.
    """
    places = [page.first_places() for page in shown]
    rows = _rows(shown, places)
    if connection.dialect.name == "postgresql":
        is_new = iter(server_articles.insert(connection, rows))
        return [[place for place in its if next(is_new)] for its in places]
    last = connection.execute(_last_id).scalar() or 0
    if _insert(connection, rows) == len(rows):
        return places
    added = connection.execute(_added, {"last": last}).all()
    new = {(page_id, key and bytes(key)) for page_id, key in added}
    return [
        [place for place in its if (page.page_id, page.found[place][0]) in new]
        for page, its in zip(shown, places, strict=True)
    ]


def _rows(shown: Sequence[PageArticles], places: Sequence[list[int]]) -> list[_Row]:
    chosen = [
        (page, *page.found[place])
        for page, its in zip(shown, places, strict=True)
        for place in its
    ]
    texts = encode_all([fields for _, _, fields in chosen])
    return [
        (page.crawl_id, page.page_id, key, text)
        for (page, key, _), text in zip(chosen, texts, strict=True)
    ]


def _insert(connection: Connection, rows: Sequence[_Row]) -> int:
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
    """
    values: list[dict[str, Any]] = [
        {column: bindparam(f"{column}_{row}") for column in _COLUMNS}
        for row in range(rows)
    ]
    statement = insert_into(dialect, articles).values(values).on_conflict_do_nothing()
    return str(statement.compile(dialect=dialect))


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
