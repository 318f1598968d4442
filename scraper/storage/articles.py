"""Articles: add those that the crawl does not have yet, and read them back in the order they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from scraper.storage import file_articles, server_articles
from scraper.storage.rows import Fields, NewArticle, decode_all, encode_all
from scraper.storage.schema import articles

Keyed = tuple[bytes | None, Fields]
"""The digest that tells an article apart (15 bytes; None: it is never a duplicate), and its fields."""

CHUNK = 1000
"""How many articles are read at once."""


class ArticleRow(NamedTuple):
    """An article as it is stored. Ids grow in the order in which a crawl's articles were added."""

    id: int
    fields: Fields


@dataclass(frozen=True, slots=True)
class PageArticles:
    """The articles that a page shows."""

    crawl_id: int
    page_id: int
    found: Sequence[Keyed]


def add(connection: Connection, shown: Sequence[PageArticles]) -> list[list[int]]:
    """Add the articles of pages, in their order; no page may have been added before.

    Returns for each page the places in its `found` of the articles that are new to the
    crawl: of several that are the same, it is the first.
    """
    is_server = connection.dialect.name == "postgresql"
    insert = server_articles.insert if is_server else file_articles.insert
    is_new = iter(insert(connection, [row for page in shown for row in _rows(page)]))
    return [
        [place for place, new in enumerate(islice(is_new, len(page.found))) if new]
        for page in shown
    ]


def _rows(page: PageArticles) -> Iterator[NewArticle]:
    texts = encode_all([fields for _, fields in page.found])
    for (key, _), text in zip(page.found, texts, strict=True):
        yield page.crawl_id, page.page_id, key, text


def read(
    connection: Connection, crawl_id: int, *, after: int = 0, limit: int = CHUNK
) -> list[ArticleRow]:
    """The next articles of a crawl behind the one with id `after`, at most `limit`, in the order they were added."""
    rows = connection.execute(
        select(articles.c.id, articles.c.fields)
        .where(articles.c.crawl_id == crawl_id, articles.c.id > after)
        .order_by(articles.c.id)
        .limit(limit)
    ).all()
    if not rows:
        return []
    ids, texts = zip(*rows, strict=True)
    return list(map(ArticleRow, ids, decode_all(texts)))


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
