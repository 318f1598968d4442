"""Pages: each ends in one way, and a page and its articles are stored together."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from scraper.storage import articles, leases, pages, topics
from scraper.storage.pages import DonePage, Stored
from tests.storage.crawling import (
    article,
    begin_with_pages,
    begin_with_topics,
    land,
    lease,
    store,
    topic,
)


def test_a_page_and_its_articles_are_stored(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    first, second = lease(connection, crawl_id)
    assert store(connection, first, [1, 2, 3]) == Stored(True, [0, 1, 2])
    assert store(connection, second, [3, 4, 2]) == Stored(True, [1])
    rows = articles.read(connection, crawl_id)
    assert [row.fields["title"] for row in rows] == [
        f"Article {n}" for n in (1, 2, 3, 4)
    ]


def test_a_page_is_stored_once(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (page,) = lease(connection, crawl_id)
    store(connection, page, [1])
    before = topic(connection, crawl_id)
    assert store(connection, page, [1, 2]) == Stored(False)
    assert topic(connection, crawl_id) == before
    assert articles.count(connection, crawl_id) == 1


def test_many_pages_at_once_are_as_one_after_the_other(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=4)
    one, two, three, four = lease(connection, crawl_id)
    store(connection, four, [9])
    done = [
        DonePage(one.id, [article(1), article(2), article(1)], seen=3),
        DonePage(
            two.id,
            [article(2), article(3), (None, {}), (None, {})],
            seen=5,
            duplicates=1,
        ),
        DonePage(four.id, [article(8)], seen=1),
        DonePage(one.id, [article(7)], seen=1),
        DonePage(three.id, [], seen=0),
    ]
    assert pages.store(connection, done) == [
        Stored(True, [0, 1]),
        Stored(True, [1, 2, 3]),
        Stored(False),
        Stored(False),
        Stored(True, []),
    ]
    row = topic(connection, crawl_id)
    assert (row.done, row.seen, row.new, row.duplicates) == (4, 9, 6, 3)


def test_no_pages_are_nothing_to_do(connection: Connection) -> None:
    assert pages.store(connection, []) == []


def test_a_failed_page_can_still_be_stored(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (page,) = lease(connection, crawl_id)
    pages.failed(connection, page.id, attempts=1, reason="down", owner="me")
    assert store(connection, page, [1]).is_first
    assert pages.failures(connection, crawl_id) == []


@pytest.mark.parametrize("settle", [pages.failed, pages.absent, pages.past_end])
def test_a_page_is_settled_once(
    settle: Callable[..., bool], connection: Connection
) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (page,) = lease(connection, crawl_id)
    assert settle(connection, page.id, attempts=2, reason="down", owner="me")
    assert not settle(connection, page.id, attempts=3, reason="again", owner="me")
    assert not pages.failed(connection, page.id, attempts=3, reason="again", owner="me")
    assert lease(connection, crawl_id) == []


@pytest.mark.parametrize("settle", [pages.failed, pages.absent, pages.past_end])
def test_a_page_is_settled_by_who_has_it_on_lease(
    settle: Callable[..., bool], connection: Connection
) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (page,) = lease(connection, crawl_id, owner="late", seconds=-1)
    said = {"attempts": 1, "reason": "down"}
    (again,) = lease(connection, crawl_id, owner="other")
    assert again.id == page.id
    assert not settle(connection, page.id, **said, owner="late")
    leases.release(connection, crawl_id, "other")
    assert not settle(connection, page.id, **said, owner="late")
    assert topic(connection, crawl_id).pending == 1


def test_failures_say_what_and_why(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a", "b")
    a, b = lease(connection, crawl_id)
    land(connection, a, last=3)
    pages.failed(connection, b.id, attempts=3, reason="no\0 answer", owner="me")
    two, three = lease(connection, crawl_id)
    pages.failed(connection, three.id, attempts=1, reason="404", owner="me")
    pages.failed(connection, two.id, attempts=2, reason="500", owner="me")
    found = [
        (row.topic, row.number, row.url, row.attempts, row.reason)
        for row in pages.failures(connection, crawl_id)
    ]
    assert found == [
        ("a", 2, None, 2, "500"),
        ("a", 3, None, 1, "404"),
        ("b", None, "https://x.org/b", 3, "no answer"),
    ]
    assert len(pages.failures(connection, crawl_id, limit=2)) == 2


def test_absent_pages_are_past_the_end_or_lost(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=5)
    found = lease(connection, crawl_id)
    for page in found[2:]:
        pages.absent(connection, page.id, attempts=1, reason="404", owner="me")
    topics.end_at(connection, found[0].topic_id, 4)
    lost = pages.close_absent(connection, crawl_id)
    assert [(row.number, row.reason) for row in lost] == [(3, "404"), (4, "404")]
    row = topic(connection, crawl_id)
    assert (row.absent, row.past_end, row.failed) == (0, 1, 2)
    assert pages.close_absent(connection, crawl_id) == []


def test_without_an_end_all_absent_pages_are_lost(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    for page in lease(connection, crawl_id):
        pages.absent(connection, page.id, attempts=1, reason="404", owner="me")
    assert len(pages.close_absent(connection, crawl_id)) == 2
