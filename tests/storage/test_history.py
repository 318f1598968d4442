"""What is new or changed since earlier crawls of a site."""

from typing import Any

import pytest
from sqlalchemy import Connection

from scraper.storage import articles, crawls, history
from scraper.storage.articles import Keyed, PageArticles
from scraper.storage.crawls import SUPERSEDED
from scraper.storage.history import differing
from tests.storage.crawling import article, begin


def crawl(
    connection: Connection,
    *found: Keyed,
    site: str = "site",
    reason: str = "finished",
) -> int:
    """A finished crawl that found these articles."""
    crawl_id = begin(connection, site)
    articles.add(connection, [PageArticles(crawl_id, 1, found)])
    crawls.finish(connection, crawl_id, reason)
    return crawl_id


def new(connection: Connection, crawl_id: int) -> list[str]:
    return [row.fields["title"] for row in history.read_all_new(connection, crawl_id)]


def test_all_of_a_first_crawl_is_new(connection: Connection) -> None:
    crawl_id = crawl(connection, article(1), article(2))
    assert new(connection, crawl_id) == ["Article 1", "Article 2"]
    assert list(history.read_all_changed(connection, crawl_id)) == []


def test_new_is_what_no_earlier_crawl_of_the_site_had(connection: Connection) -> None:
    crawl(connection, article(1), article(2))
    crawl(connection, article(3), site="other")
    crawl(connection, article(2))
    third = crawl(connection, article(1), article(2), article(3), article(4))
    crawl(connection, article(4))
    assert new(connection, third) == ["Article 3", "Article 4"]


def test_what_a_superseded_crawl_had_is_still_new_or_changed(
    connection: Connection,
) -> None:
    crawl(connection, article(1, price="1"))
    killed = (article(1, price="10"), article(2))
    crawl(connection, *killed, reason=SUPERSEDED)
    crawl_id = crawl(connection, *killed)
    assert new(connection, crawl_id) == ["Article 2"]
    (changed,) = history.read_all_changed(connection, crawl_id)
    assert changed.old["price"] == "1"
    keys = [key for key, _ in killed if key is not None]
    assert history.known(connection, crawl_id, keys) == {keys[0]}


def test_what_has_no_key_is_always_new(connection: Connection) -> None:
    crawl(connection, (None, {"title": "none"}))
    assert new(connection, crawl(connection, (None, {"title": "none"}))) == ["none"]


def test_new_articles_are_read_in_parts(connection: Connection) -> None:
    crawl(connection, *(article(n) for n in range(0, 40, 2)))
    crawl_id = crawl(connection, *(article(n) for n in range(40)))
    first = history.read_new(connection, crawl_id, limit=5)
    rest = history.read_new(connection, crawl_id, after=first[-1].id)
    assert [row.fields["title"] for row in [*first, *rest]] == [
        f"Article {n}" for n in range(1, 40, 2)
    ]


def test_changed_is_what_differs_from_the_latest_crawl_that_had_it(
    connection: Connection,
) -> None:
    crawl(
        connection, article(1, price="1"), article(2, price="2"), article(3, price="3")
    )
    crawl(connection, article(1, price="10"), article(3, price="3"))
    crawl_id = crawl(connection, *(article(n, price=str(n)) for n in (1, 2, 3, 4)))
    (changed,) = history.read_all_changed(connection, crawl_id)
    assert changed.fields["price"] == "1"
    assert changed.old["price"] == "10"


@pytest.mark.parametrize(
    ("now", "earlier", "names"),
    [
        ({"title": "a", "price": 1}, {"title": "a", "price": 2}, ["price"]),
        ({"title": "a"}, {"title": "a"}, []),
        (
            {"title": "a", "page": 3, "topic": "x"},
            {"title": "a", "page": 2, "topic": "y"},
            [],
        ),
        ({"title": "a", "author": "b"}, {"title": "a", "price": 1}, []),
    ],
)
def test_what_counts_as_a_difference(
    now: dict[str, Any], earlier: dict[str, Any], names: list[str]
) -> None:
    assert differing(now, earlier) == names


def test_an_article_on_another_page_has_not_changed(connection: Connection) -> None:
    crawl(connection, article(1, page=1))
    assert (
        list(
            history.read_all_changed(connection, crawl(connection, article(1, page=2)))
        )
        == []
    )


def test_which_keys_are_known(connection: Connection) -> None:
    crawl(connection, article(1))
    crawl(connection, article(2), site="other")
    crawl_id = crawl(connection, article(3))
    keys = [key for n in (1, 2, 3, 4) if (key := article(n)[0]) is not None]
    assert history.known(connection, crawl_id, keys) == {keys[0]}
    assert history.known(connection, crawl_id, []) == set()
