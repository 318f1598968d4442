"""Crawls begin, are resumed, end, and are pruned."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from scraper.storage import crawls, feeds, hosts, workers
from scraper.storage.crawls import Beginning
from scraper.storage.schema import metadata
from scraper.storage.states import CrawlState
from tests.storage.crawling import begin, begin_with_pages, lease, store


def begin_again(connection: Connection, **changes: object) -> crawls.Begun:
    options = {
        "site": "site",
        "index_url": "https://x.org/",
        "profile": "profile",
        **changes,
    }
    return crawls.begin(connection, **options)  # type: ignore[arg-type]


def test_the_first_crawl_is_new(connection: Connection) -> None:
    begun = begin_again(connection, columns=["title", "url"])
    assert not begun.resumed
    assert begun.beginning is Beginning.NONE_UNFINISHED
    row = crawls.find(connection, begun.id)
    assert row is not None
    assert (row.site, row.state, row.finished) == ("site", CrawlState.RUNNING, None)
    assert row.columns == ("title", "url")
    assert abs(datetime.now(UTC) - row.started) < timedelta(minutes=1)


def test_an_unfinished_crawl_is_resumed(connection: Connection) -> None:
    first = begin(connection)
    begun = begin_again(connection)
    assert begun.resumed
    assert begun.id == first


def test_after_a_finished_crawl_a_new_one_begins(connection: Connection) -> None:
    crawls.finish(connection, begin(connection), "finished")
    begun = begin_again(connection)
    assert begun.beginning is Beginning.NONE_UNFINISHED
    assert begun.superseded == 0


@pytest.mark.parametrize(
    ("changes", "beginning"),
    [
        ({"fresh": True}, Beginning.FRESH),
        ({"profile": "changed"}, Beginning.PROFILE_CHANGED),
    ],
)
def test_a_new_crawl_takes_the_place_of_an_unfinished_one(
    changes: dict[str, object], beginning: Beginning, connection: Connection
) -> None:
    first = begin(connection)
    begun = begin_again(connection, **changes)
    assert begun.id != first
    assert (begun.beginning, begun.superseded) == (beginning, 1)
    old = crawls.find(connection, first)
    assert old is not None
    assert (old.state, old.reason) == (CrawlState.FINISHED, crawls.SUPERSEDED)
    crawls.finish(connection, begun.id, "finished")
    assert not begin_again(connection).resumed, "the superseded crawl came back"


def test_another_index_is_another_crawl(connection: Connection) -> None:
    first = begin(connection)
    other = begin_again(connection, index_url="https://y.org/")
    assert other.beginning is Beginning.NONE_UNFINISHED
    assert begin_again(connection).id == first
    assert begin_again(connection, index_url="https://y.org/").id == other.id


def test_a_finished_crawl_stays_as_it_ended(connection: Connection) -> None:
    crawl_id = begin(connection)
    crawls.finish(connection, crawl_id, "finished")
    crawls.finish(connection, crawl_id, "again")
    row = crawls.find(connection, crawl_id)
    assert row is not None
    assert row.reason == "finished"
    assert row.finished is not None
    assert row.finished >= row.started


def test_crawls_are_listed_with_their_counts(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=3)
    other = begin(connection, "other")
    first, second, _ = lease(connection, crawl_id)
    store(connection, first, [1, 2])
    store(connection, second, [2, 3])
    rows = crawls.read_all(connection)
    assert [(row.id, row.pages, row.articles, row.failed) for row in rows] == [
        (crawl_id, 2, 3, 0),
        (other, 0, 0, 0),
    ]
    assert [row.id for row in crawls.read_all(connection, "other")] == [other]
    last = crawls.last(connection, "site")
    assert last is not None
    assert last.id == crawl_id
    assert crawls.last(connection, "nowhere") is None
    assert crawls.find(connection, 99) is None


def test_the_last_crawls_of_each_site_are_kept(connection: Connection) -> None:
    ids = []
    for site in ("a", "b", "a", "b", "a"):
        ids.append(begin(connection, site))
        crawls.finish(connection, ids[-1], "finished")
    unfinished = begin(connection, "a")
    assert crawls.beyond(connection, 2) == [ids[0], ids[2]]
    assert crawls.beyond(connection, 1) == [ids[0], ids[1], ids[2], ids[4]]
    assert crawls.beyond(connection, 1, "b") == [ids[1]]
    assert unfinished not in crawls.beyond(connection, 1)


def test_an_unfinished_crawl_is_never_beyond(connection: Connection) -> None:
    unfinished = begin(connection, index_url="https://old.org/")
    for _ in range(3):
        crawls.finish(connection, begin(connection), "finished")
    assert unfinished not in crawls.beyond(connection, 1)


def test_a_crawl_is_deleted_in_parts(connection: Connection) -> None:
    kept, deleted = (begin_with_some(connection) for _ in range(2))
    before = row_counts(connection)
    parts = 1
    while crawls.delete_some(connection, deleted, rows=4):
        parts += 1
    assert parts > 5, "it was deleted all at once"
    assert {name: count * 2 for name, count in row_counts(connection).items()} == before
    assert [row.id for row in crawls.read_all(connection)] == [kept]


def begin_with_some(connection: Connection) -> int:
    """A finished crawl with rows in every table."""
    crawl_id = begin_with_pages(connection, last=5)
    for page in lease(connection, crawl_id):
        numbers = range(page.id * 10, page.id * 10 + 3)
        store(connection, page, numbers)
    feeds.remember_start(connection, crawl_id, "a.csv", 0)
    workers.join(connection, crawl_id, "one")
    hosts.pause(connection, crawl_id, "x.org", 60)
    crawls.finish(connection, crawl_id, "finished")
    return crawl_id


def row_counts(connection: Connection) -> dict[str, int]:
    tables = [
        t
        for t in metadata.tables.values()
        if t.name not in ("owners", "schema_version")
    ]
    counts = {
        t.name: connection.scalar(select(func.count()).select_from(t)) for t in tables
    }
    assert all(counts.values())
    return {name: count or 0 for name, count in counts.items()}
