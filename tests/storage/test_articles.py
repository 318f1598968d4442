"""Articles: unique by key within a crawl, and read back in their order."""

import tracemalloc

import pytest
from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import DBAPIError

from scraper.storage import articles, transaction
from scraper.storage.articles import PageArticles
from scraper.storage.migrations import migrate
from tests.storage.crawling import article, begin


@pytest.mark.parametrize("count", [0, 1, 2, 35, 128, 129, 700])
def test_any_number_of_articles(count: int, connection: Connection) -> None:
    crawl_id = begin(connection)
    shown = [PageArticles(crawl_id, 1, [article(n) for n in range(count)])]
    assert articles.add(connection, shown) == [list(range(count))]
    rows = list(articles.read_all(connection, crawl_id))
    assert [row.fields for row in rows] == [article(n)[1] for n in range(count)]
    assert articles.count(connection, crawl_id) == count


def test_a_key_is_unique_in_its_crawl_only(connection: Connection) -> None:
    first, second = begin(connection, "one"), begin(connection, "two")
    for crawl_id in (first, second):
        shown = [PageArticles(crawl_id, 1, [article(1)])]
        assert articles.add(connection, shown) == [[0]]
    both = [PageArticles(first, 2, [article(1)]), PageArticles(second, 2, [article(2)])]
    assert articles.add(connection, both) == [[], [0]]


def test_articles_without_a_key_are_never_duplicates(connection: Connection) -> None:
    crawl_id = begin(connection)
    shown = [
        PageArticles(crawl_id, page, [(None, {}), article(1), (None, {})])
        for page in (1, 2)
    ]
    assert articles.add(connection, shown) == [[0, 1, 2], [0, 2]]


def test_reading_goes_on_where_it_stopped(connection: Connection) -> None:
    crawl_id, other = begin(connection, "one"), begin(connection, "two")
    for page in range(10):
        found = [article(page * 2), article(page * 2 + 1)]
        articles.add(
            connection,
            [PageArticles(crawl_id, page, found), PageArticles(other, page, found)],
        )
    after, titles = 0, []
    while rows := articles.read(connection, crawl_id, after=after, limit=3):
        titles += [row.fields["title"] for row in rows]
        after = rows[-1].id
    assert titles == [f"Article {n}" for n in range(20)]


def test_reading_all_takes_the_memory_of_a_chunk(connection: Connection) -> None:
    crawl_id = begin(connection)
    for page in range(20):
        found = [article(page * 500 + n, text="x" * 1000) for n in range(500)]
        articles.add(connection, [PageArticles(crawl_id, page, found)])
    tracemalloc.start()
    try:
        assert sum(1 for _ in articles.read_all(connection, crawl_id)) == 10_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 6_000_000, "a chunk is 1 MB of text, all is 10 MB"


def test_of_the_same_articles_in_one_commit_the_first_is_kept(
    connection: Connection,
) -> None:
    crawl_id = begin(connection)
    shown = [
        PageArticles(crawl_id, 1, [article(1), article(1), article(2)]),
        PageArticles(crawl_id, 2, [article(3), article(2)]),
    ]
    assert articles.add(connection, shown) == [[0, 2], [0]]
    rows = articles.read_all(connection, crawl_id)
    assert [row.fields["title"] for row in rows] == [f"Article {n}" for n in (1, 2, 3)]


def test_a_row_that_is_wrong_lets_none_of_its_transaction_pass(engine: Engine) -> None:
    with transaction(engine) as connection:
        crawl_id = begin(connection)
    right = PageArticles(crawl_id, 1, [article(1), article(2)])
    wrong = PageArticles(crawl_id, None, [article(3)])  # type: ignore[arg-type]
    with pytest.raises(DBAPIError), transaction(engine) as connection:
        articles.add(connection, [right, wrong])
    with transaction(engine) as connection:
        assert articles.count(connection, crawl_id) == 0


def test_an_older_table_keeps_its_rows_and_loses_its_foreign_key(
    engine: Engine,
) -> None:
    with transaction(engine) as connection:
        make_older(connection)
        crawl_id = begin(connection)
        articles.add(connection, [PageArticles(crawl_id, 1, [article(1)])])
        migrate(connection)
    with transaction(engine) as connection:
        assert not inspect(connection).get_foreign_keys("articles")
        shown = [PageArticles(crawl_id, 2, [article(1), article(2)])]
        assert articles.add(connection, shown) == [[1]]
        assert articles.count(connection, crawl_id) == 2
        if connection.dialect.name == "sqlite":
            check = connection.exec_driver_sql("PRAGMA integrity_check")
            assert check.scalar_one() == "ok"


def make_older(connection: Connection) -> None:
    """Make the tables those of version 4."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "ALTER TABLE articles ADD FOREIGN KEY (crawl_id) REFERENCES crawls (id)"
        )
    else:
        connection.exec_driver_sql("DROP TABLE articles")
        for statement in OLDER:
            connection.exec_driver_sql(statement)
    assert inspect(connection).get_foreign_keys("articles")
    connection.exec_driver_sql("ALTER TABLE crawls DROP COLUMN index_next")
    connection.exec_driver_sql("UPDATE schema_version SET version = 4")


OLDER = (
    """
    CREATE TABLE articles (
        id INTEGER NOT NULL,
        crawl_id INTEGER NOT NULL,
        page_id INTEGER NOT NULL,
        "key" BLOB,
        fields TEXT NOT NULL,
        PRIMARY KEY (id),
        CONSTRAINT articles_once UNIQUE (crawl_id, "key"),
        FOREIGN KEY(crawl_id) REFERENCES crawls (id)
    )
    """,
    "CREATE INDEX articles_in_order ON articles (crawl_id, id)",
)
