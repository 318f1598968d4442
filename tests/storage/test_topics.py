"""Topics: what is learned of them, and which pages that gives."""

import pytest
from sqlalchemy import Connection

from scraper.storage import leases, pages, topics
from tests.storage.crawling import (
    SCHEME,
    begin,
    begin_with_pages,
    begin_with_topics,
    land,
    lease,
    store,
    topic,
)


def test_a_topic_is_added_once_with_its_landing_page(connection: Connection) -> None:
    crawl_id = begin(connection)
    found = [("a", "https://x.org/a"), ("b", "https://x.org/b")]
    assert topics.add(connection, crawl_id, found) == 2
    again = [("b again", "https://x.org/b"), ("c", "https://x.org/c")]
    assert topics.add(connection, crawl_id, [*again, again[1]]) == 1
    assert topics.add(connection, crawl_id, []) == 0
    loaded = topics.load(connection, crawl_id)
    assert [row.name for row in loaded] == ["a", "b", "c"]
    assert [row.pending for row in loaded] == [1, 1, 1]
    positions = [row.position for row in loaded]
    assert positions == sorted(set(positions))
    landings = lease(connection, crawl_id)
    assert [(page.number, page.url) for page in landings] == [
        (None, f"https://x.org/{name}") for name in "abc"
    ]


def test_crawls_have_topics_of_their_own(connection: Connection) -> None:
    first, second = begin(connection, "one"), begin(connection, "two")
    for crawl_id in (first, second):
        assert topics.add(connection, crawl_id, [("a", "https://x.org/a")]) == 1
        assert [row.name for row in topics.load(connection, crawl_id)] == ["a"]


def test_a_landing_page_that_is_the_first(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, last=4, elements=".pager")
    row = topic(connection, crawl_id)
    assert (row.scheme, row.pagination, row.first, row.last) == (SCHEME, ".pager", 1, 4)
    assert (row.expected, row.leased, row.pending) == (4, 1, 3)
    assert [page.number for page in lease(connection, crawl_id)] == [2, 3, 4]
    leases.release(connection, crawl_id, "me")
    assert [(page.number, page.url) for page in lease(connection, crawl_id, 2)] == [
        (1, "https://x.org/a"),
        (2, None),
    ]


def test_a_landing_page_that_repeats_another(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, number=None, last=3)
    assert [page.number for page in lease(connection, crawl_id)] == [1, 2, 3]
    assert topic(connection, crawl_id).expected == 3


def test_a_topic_of_one_page(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, scheme=None)
    row = topic(connection, crawl_id)
    assert (row.expected, row.scheme, row.last) == (1, None, None)


def test_landing_twice_changes_nothing(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, last=3)
    before = topic(connection, crawl_id)
    land(connection, landing, last=3)
    assert topic(connection, crawl_id) == before


def test_a_landing_page_that_is_gone_is_no_error(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing, number=None, last=3)
    before = topic(connection, crawl_id)
    land(connection, landing, number=None, last=3)
    assert topic(connection, crawl_id) == before


def test_a_topic_grows_but_never_shrinks(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=3)
    topic_id = topic(connection, crawl_id).id
    for last in (5, 5, 4):
        topics.extend(connection, topic_id, last)
    numbers = [page.number for page in lease(connection, crawl_id)]
    assert numbers == [1, 2, 3, 4, 5]
    assert topic(connection, crawl_id).last == 5


def test_a_guessed_page_waits_at_its_own_url(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    topic_id = topic(connection, crawl_id).id
    assert topics.follow(connection, topic_id, 2, "https://x.org/a?after=9")
    assert not topics.follow(connection, topic_id, 2, "https://x.org/elsewhere")
    _, guess = lease(connection, crawl_id)
    assert (guess.number, guess.url) == (2, "https://x.org/a?after=9")
    assert guess.guessed


def test_a_number_makes_a_guess_certain(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    topic_id = topic(connection, crawl_id).id
    topics.follow(connection, topic_id, 2, "https://x.org/next")
    topics.extend(connection, topic_id, 3)
    found = [(page.number, page.guessed) for page in lease(connection, crawl_id)]
    assert found == [(1, False), (2, False), (3, False)]


def test_a_topic_ends_at_the_highest_page_that_says_so(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=9)
    topic_id = topic(connection, crawl_id).id
    for number in (5, 7, 6):
        topics.end_at(connection, topic_id, number)
    assert topic(connection, crawl_id).ends_at == 7


def test_what_nobody_wants_is_skipped(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=10)
    taken = lease(connection, crawl_id, 3)
    row = topic(connection, crawl_id)
    assert topics.skip(connection, row.id) == 7
    assert lease(connection, crawl_id) == []
    for page in taken:
        assert store(connection, page, []).is_first
    row = topic(connection, crawl_id)
    assert (row.done, row.skipped, row.expected) == (3, 7, 3)


@pytest.mark.parametrize(
    ("fates", "skipped_one"), [("fd", False), ("df", True), ("ff", True), ("dd", False)]
)
def test_a_failed_guess_at_the_end_is_remembered(
    fates: str, skipped_one: bool, connection: Connection
) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    topic_id = topic(connection, crawl_id).id
    for number, fate in enumerate(fates, 2):
        topics.follow(connection, topic_id, number, f"https://x.org/{number}")
        page = lease(connection, crawl_id)[-1]
        if fate == "d":
            store(connection, page, [])
        else:
            pages.failed(connection, page.id, attempts=1, reason="down", owner="me")
    assert topic(connection, crawl_id).skipped_one is skipped_one


def test_the_counts_of_a_topic_add_up(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=7)
    one, two, three, four, five = lease(connection, crawl_id, 5)
    store(connection, one, [1, 2, 3])
    store(connection, two, [3, 4])
    pages.failed(connection, three.id, attempts=3, reason="down", owner="me")
    pages.absent(connection, four.id, attempts=1, reason="404", owner="me")
    pages.past_end(connection, five.id, attempts=1, reason="404", owner="me")
    row = topic(connection, crawl_id)
    counts = (row.done, row.failed, row.absent, row.past_end, row.pending, row.leased)
    assert counts == (2, 1, 1, 1, 2, 0)
    assert row.expected == 6
    assert (row.seen, row.new, row.duplicates) == (5, 4, 1)


def test_names_are_stored_whatever_a_site_sends(connection: Connection) -> None:
    crawl_id = begin(connection)
    topics.add(connection, crawl_id, [("a\0\udcff", "https://x.org/a")])
    assert [row.name for row in topics.load(connection, crawl_id)] == ["a\\udcff"]


def test_what_pages_showed_is_remembered(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    row = topic(connection, crawl_id)
    assert (row.first_shown, row.last_shown) == (None, None)
    topics.remember(connection, row.id, first="one", last="one")
    topics.remember(connection, row.id, first=None, last="two")
    (found,) = topics.find(connection, [row.id])
    assert (found.first_shown, found.last_shown) == ("one", "two")


def test_after_a_guess_that_failed_the_next_is_tried_but_not_for_ever(
    connection: Connection,
) -> None:
    crawl_id = begin_with_topics(connection, "a")
    (landing,) = lease(connection, crawl_id)
    land(connection, landing)
    for number, goes_on in ((2, True), (3, True), (4, False)):
        url = f"https://x.org/{number}"
        assert topics.skip_over(connection, landing.topic_id, number, url) is goes_on
        for page in lease(connection, crawl_id):
            pages.failed(connection, page.id, attempts=1, reason="down", owner="me")
