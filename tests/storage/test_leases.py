"""Leases: which pages are handed out, in which order, and for how long."""

import pytest
from sqlalchemy import Connection, Engine

from scraper.storage import leases, pages, transaction
from scraper.storage.leases import LeasedPage
from tests.storage.crawling import (
    begin_with_pages,
    begin_with_topics,
    land,
    lease,
    store,
)


def numbered(leased: list[LeasedPage]) -> list[tuple[int, int | None]]:
    return [(page.topic_id, page.number) for page in leased]


def test_landing_pages_first_then_the_topics_in_turn(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a", "b", "c")
    a, b = lease(connection, crawl_id, 2)
    land(connection, a, last=4)
    land(connection, b, last=2)
    (c,) = lease(connection, crawl_id, 1)
    assert c.number is None
    land(connection, c, last=3)
    assert numbered(lease(connection, crawl_id, 4)) == [
        (a.topic_id, 2),
        (b.topic_id, 2),
        (c.topic_id, 2),
        (a.topic_id, 3),
    ]
    assert numbered(lease(connection, crawl_id)) == [(c.topic_id, 3), (a.topic_id, 4)]


def test_a_page_is_handed_out_once(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=5)
    taken = lease(connection, crawl_id, 3) + lease(connection, crawl_id, 3)
    assert [page.number for page in taken] == [1, 2, 3, 4, 5]
    assert lease(connection, crawl_id) == []


def test_a_crawl_leases_its_own_pages_only(connection: Connection) -> None:
    first = begin_with_pages(connection, last=2)
    assert lease(connection, first + 1) == []
    assert leases.release(connection, first + 1, "me") == 0


def test_a_lease_that_ran_out_is_handed_out_again(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    (late,) = lease(connection, crawl_id, 1, owner="late", seconds=-1)
    again = lease(connection, crawl_id, 2)
    assert again[0].id == late.id
    assert lease(connection, crawl_id) == []


def test_who_comes_back_late_stores_nothing_twice(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (late,) = lease(connection, crawl_id, owner="late", seconds=-1)
    (page,) = lease(connection, crawl_id, owner="quick")
    assert store(connection, page, [1, 2]).new == [0, 1]
    stored = store(connection, late, [3, 4])
    assert not stored.is_first
    assert list(stored.new) == []
    assert not pages.failed(
        connection, late.id, attempts=1, reason="timeout", owner="me"
    )


def test_a_renewed_lease_lasts(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=3)
    lease(connection, crawl_id, 2, owner="me", seconds=-1)
    assert leases.renew(connection, crawl_id, "me", 60) == 2
    assert leases.renew(connection, crawl_id, "other", 60) == 0
    assert [page.number for page in lease(connection, crawl_id)] == [3]


def test_leases_are_taken_back_from_one_worker(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=4)
    lease(connection, crawl_id, 1, owner="me")
    lease(connection, crawl_id, 2, owner="other")
    assert leases.release(connection, crawl_id, "me") == 1
    assert [page.number for page in lease(connection, crawl_id)] == [1, 4]
    assert leases.release(connection, crawl_id, "other") == 2
    assert [page.number for page in lease(connection, crawl_id)] == [2, 3]


def test_a_settled_page_is_not_released(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    done, failed = lease(connection, crawl_id)
    store(connection, done, [1])
    pages.failed(connection, failed.id, attempts=1, reason="down", owner="me")
    assert leases.release(connection, crawl_id, "me") == 0
    assert lease(connection, crawl_id) == []


@pytest.mark.parametrize("last", [1_000, 100_000])
def test_the_next_pages_are_found_by_an_index(engine: Engine, last: int) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, last)
        plan = connection.exec_driver_sql(
            f"EXPLAIN{' QUERY PLAN' * (engine.dialect.name == 'sqlite')} "
            "SELECT id FROM pages WHERE crawl_id = 1 AND state = 'pending' "
            "ORDER BY turn, topic_id LIMIT 64"
        ).all()
        steps = "\n".join(str(step[-1]) for step in plan)
        assert "pages_pending" in steps
        assert "Sort" not in steps
        assert "TEMP B-TREE" not in steps
        assert [page.number for page in lease(connection, crawl_id, 3)] == [1, 2, 3]
