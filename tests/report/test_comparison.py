"""A crawl compared with the one before it."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from scraper.report.comparison import SHOWN, Change, compare
from scraper.storage import articles, comparison, crawls, open_database, transaction
from scraper.storage.articles import Keyed, PageArticles
from tests.storage.crawling import article, begin, file_url


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_database(file_url(tmp_path / "crawls.db"))
    with transaction(engine) as connection:
        yield connection
    engine.dispose()


def crawl(
    connection: Connection,
    found: Iterable[Keyed],
    *,
    reason: str | None = "finished",
    **options: Any,
) -> int:
    crawl_id = begin(connection, **options)
    articles.add(connection, [PageArticles(crawl_id, 1, list(found))])
    if reason is not None:
        crawls.finish(connection, crawl_id, reason)
    return crawl_id


def test_what_is_new_changed_and_gone(connection: Connection) -> None:
    before = crawl(connection, [article(n, price=str(n), page=1) for n in (1, 2, 3)])
    now = crawl(
        connection,
        [article(2, price="2", page=9), article(3, price="33"), article(4)],
        reason=None,
    )
    found = compare(connection, now, knows_gone=True)
    assert found is not None
    assert found.gone is not None
    assert (found.earlier.id, found.is_whole) == (before, True)
    assert [one.title for one in found.new.first] == ["Article 4"]
    assert [one.title for one in found.gone.first] == ["Article 1"]
    (changed,) = found.changed.first
    assert (changed.title, changed.changes) == (
        "Article 3",
        (Change("price", "3", "33"),),
    )
    assert (found.new.count, found.changed.count, found.gone.count) == (1, 1, 1)


def test_a_crawl_that_did_not_look_everywhere_knows_of_nothing_gone(
    connection: Connection,
) -> None:
    crawl(connection, [article(1)])
    found = compare(connection, crawl(connection, [article(2)]), knows_gone=False)
    assert found is not None
    assert found.gone is None


def test_only_the_first_are_named(connection: Connection) -> None:
    crawl(connection, map(article, range(100)))
    found = compare(
        connection, crawl(connection, map(article, range(50, 200))), knows_gone=True
    )
    assert found is not None
    assert found.gone is not None
    assert (found.new.count, len(found.new.first)) == (100, SHOWN)
    assert (found.gone.count, len(found.gone.first)) == (50, SHOWN)
    assert [one.title for one in found.gone.first] == [
        f"Article {n}" for n in range(SHOWN)
    ]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_windows_miss_nothing_and_count_nothing_twice(
    size: int, connection: Connection
) -> None:
    before = crawl(connection, map(article, range(5)))
    now = crawl(connection, [*map(article, range(3, 20)), (None, {"title": "no key"})])
    counts = [
        comparison.count_missing(connection, window, before)
        for window in comparison.windows(connection, now, size)
    ]
    assert sum(counts) == 15
    assert len(counts) == -(-18 // size)


@pytest.mark.parametrize(
    "earlier",
    [
        {"reason": None},
        {"reason": "superseded"},
        {"index_url": "https://elsewhere.org/"},
        {"site": "other"},
    ],
)
def test_only_a_whole_crawl_of_the_same_index_is_compared_with(
    earlier: dict[str, Any], connection: Connection
) -> None:
    crawl(connection, [article(1)], **earlier)
    now = crawl(connection, [article(1)], fresh=True)
    crawl(connection, [article(1)])  # a later one
    assert compare(connection, now, knows_gone=True) is None


def test_there_is_an_end_to_the_time_it_takes(connection: Connection) -> None:
    crawl(connection, [article(1)])
    now = crawl(connection, [article(2)])
    times = iter([0.0, 21.0])
    found = compare(connection, now, knows_gone=True, clock=lambda: next(times))
    assert found is not None
    assert (found.is_whole, found.new.count) == (False, 1)
    assert found.gone is None
