"""Taking up an unfinished crawl: what is open again, how far topics are known, and that other crawls are left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import URL, Connection, event

from scraper.storage import (
    crawls,
    open_database,
    pages,
    resume,
    topics,
    transaction,
    turns,
)
from scraper.storage.resume import Known
from tests.storage.crawling import (
    begin_with_pages,
    begin_with_topics,
    land,
    lease,
    only_sqlite,
    store,
    topic,
)


def test_what_was_in_work_failed_or_absent_is_open_again(
    connection: Connection,
) -> None:
    crawl_id = begin_with_pages(connection, last=6)
    one, two, three, four, five, _ = lease(connection, crawl_id)
    store(connection, one, [1])
    pages.failed(connection, two.id, attempts=3, reason="down", owner="me")
    pages.absent(connection, three.id, attempts=1, reason="404", owner="me")
    pages.past_end(connection, four.id, attempts=1, reason="404", owner="me")
    resume.skip_leased(connection, [five.id], "me")
    assert resume.reopen(connection, crawl_id) == 3
    row = topic(connection, crawl_id)
    assert (row.pending, row.done, row.past_end, row.skipped) == (3, 1, 1, 1)
    assert [page.number for page in lease(connection, crawl_id, owner="next")] == [
        2,
        3,
        6,
    ]


def test_an_index_that_failed_is_tried_again(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    turns.index_failed(connection, crawl_id, "me", "down")
    resume.reopen(connection, crawl_id)
    assert turns.index_error(connection, crawl_id) is None


def test_how_far_topics_are_known(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a", "b")
    a, _ = lease(connection, crawl_id)
    land(connection, a, last=3)
    topics.follow(connection, a.topic_id, 4, "https://x.org/next")
    known = resume.known_pages(connection, crawl_id)
    assert known[a.topic_id] == Known(3, 4, "https://x.org/next")
    assert [row for row in known.values() if row.highest is None] == [
        Known(None, None, None)
    ]


def test_of_two_guesses_the_first_is_known(connection: Connection) -> None:
    """It was in work when the crawl was killed, and had told of the second."""
    crawl_id = begin_with_topics(connection, "a")
    (a,) = lease(connection, crawl_id)
    land(connection, a, last=3)
    topics.follow(connection, a.topic_id, 4, "https://x.org/z")
    topics.follow(connection, a.topic_id, 5, "https://x.org/a")
    known = resume.known_pages(connection, crawl_id)
    assert known[a.topic_id] == Known(4, 5, "https://x.org/a")


def test_those_who_wait_can_be_failed(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=3)
    (page,) = lease(connection, crawl_id, count=1)
    store(connection, page, [1])
    lease(connection, crawl_id, count=1)
    assert resume.fail_waiting(connection, crawl_id, "gone \udcff") == 2
    reasons = [row.reason for row in pages.failures(connection, crawl_id)]
    assert reasons == ["gone \\udcff"] * 2


@pytest.mark.parametrize("change", [resume.put_back, resume.skip_leased])
def test_only_the_owners_pages_are_let_go(
    change: Callable[..., object], connection: Connection
) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    mine, theirs = (
        lease(connection, crawl_id, 1),
        lease(connection, crawl_id, 1, owner="other"),
    )
    change(connection, [page.id for page in (*mine, *theirs)], "me")
    assert topic(connection, crawl_id).leased == 1


@pytest.mark.parametrize(
    "change",
    [
        resume.reopen,
        resume.known_pages,
        lambda c, crawl_id: resume.fail_waiting(c, crawl_id, "gone"),
    ],
)
def test_other_crawls_are_left_alone(
    change: Callable[..., object], connection: Connection
) -> None:
    other = begin_with_pages(connection, last=2)
    lease(connection, other, 1)
    crawls.finish(connection, other, "stopped")
    before = topic(connection, other)
    crawl_id = begin_with_pages(connection, last=2)
    lease(connection, crawl_id)
    change(connection, crawl_id)
    assert topic(connection, other) == before


@only_sqlite
def test_pages_are_found_by_an_index(url: URL) -> None:
    """Not by looking at the pages of all crawls."""
    engine = open_database(url)
    statements: list[tuple[str, Any]] = []
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, last=2)

        def note(
            _: object, __: object, statement: str, given: Any, *___: object
        ) -> None:
            statements.append((statement, given))

        event.listen(engine, "before_cursor_execute", note)
        resume.reopen(connection, crawl_id)
        resume.known_pages(connection, crawl_id)
        resume.fail_waiting(connection, crawl_id, "gone")
        event.remove(engine, "before_cursor_execute", note)
        assert len(statements) == 5
        for statement, given in statements:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            assert not [row for row in plan if row[3].startswith("SCAN pages")]
