"""Where a crawl's rows begin in its feeds."""

from sqlalchemy import Connection

from scraper.storage import feeds
from tests.storage.crawling import begin


def test_the_first_start_counts(connection: Connection) -> None:
    first, second = begin(connection, "one"), begin(connection, "two")
    assert feeds.start_of(connection, first, "a.csv") is None
    assert feeds.remember_start(connection, first, "a.csv", 100) == 100
    assert feeds.remember_start(connection, first, "a.csv", 900) == 100
    assert feeds.remember_start(connection, first, "b.csv", 2**40) == 2**40
    assert feeds.remember_start(connection, second, "a.csv", 900) == 900
    assert feeds.start_of(connection, first, "a.csv") == 100
