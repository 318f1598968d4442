"""Many at once on one server: the tables are made once, a page is handed out once, and an article stored once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlalchemy import URL, Engine, select

from scraper.storage import (
    StorageError,
    Writer,
    articles,
    leases,
    open_database,
    pages,
    topics,
    transaction,
)
from scraper.storage.leases import LeasedPage
from scraper.storage.pages import DonePage
from scraper.storage.schema import schema_version
from tests.servers.postgresql import LOCKED, PostgreSQL
from tests.storage.crawling import (
    article,
    begin_with_pages,
    lease,
    only_postgresql,
    topic,
)

pytestmark = [only_postgresql, pytest.mark.slow]

WAIT = 60.0
WORKERS = 4
PAGES = 400


def test_the_tables_are_made_once(url: URL) -> None:
    meeting = threading.Barrier(WORKERS)

    def open_together() -> None:
        meeting.wait(WAIT)
        open_database(url).dispose()

    with ThreadPoolExecutor(WORKERS) as threads:
        for opened in [threads.submit(open_together) for _ in range(WORKERS)]:
            opened.result(WAIT)
    with transaction(open_database(url)) as connection:
        assert len(connection.execute(select(schema_version)).all()) == 1


def work(engine: Engine, crawl_id: int, name: str) -> tuple[list[int], int, int]:
    """Lease and store pages until there are none; returns the pages had, and how many were stored and articles new."""
    had: list[int] = []
    stored = new = 0
    with Writer(engine, linger=0, batch=20) as writer:
        take = partial(
            leases.lease, crawl_id=crawl_id, count=10, owner=name, seconds=600
        )
        while taken := writer.submit(take).result(WAIT):
            had += [page.id for page in taken]
            done = [writer.submit_item(pages.store, shown(page)) for page in taken]
            for future in done:
                what = future.result(WAIT)
                stored += what.is_first
                new += len(what.new)
    return had, stored, new


def shown(page: LeasedPage) -> DonePage:
    """The page with five articles: half of all pages show the same ones, each in an order of its own."""
    assert page.number is not None
    start = page.number // 2 * 5
    numbers = range(start, start + 5)
    found = [article(n) for n in (numbers if page.number % 2 else reversed(numbers))]
    return DonePage(page.id, found, seen=5)


def test_each_page_is_handed_out_once_and_each_article_stored_once(
    engine: Engine,
) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, PAGES)
    with ThreadPoolExecutor(WORKERS) as threads:
        working = [
            threads.submit(work, engine, crawl_id, str(n)) for n in range(WORKERS)
        ]
        had, stored, new = zip(*(each.result(WAIT) for each in working), strict=True)
    taken = [page for each in had for page in each]
    assert len(set(taken)) == len(taken) == sum(stored) == PAGES
    with transaction(engine, reads_only=True) as connection:
        titles = [
            row.fields["title"] for row in articles.read_all(connection, crawl_id)
        ]
        counts = topic(connection, crawl_id)
    assert len(set(titles)) == len(titles) == sum(new) == counts.new
    assert len(titles) == (PAGES // 2 + 1) * 5
    assert counts.seen == PAGES * 5


def test_a_page_that_is_locked_is_passed_over(engine: Engine) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, 4)
    with transaction(engine) as one, transaction(engine) as other:
        assert [page.number for page in lease(one, crawl_id, 2, owner="one")] == [1, 2]
        assert [page.number for page in lease(other, crawl_id, owner="other")] == [3, 4]
        assert leases.release(other, crawl_id, "other") == 2


def test_two_that_extend_a_topic_at_once_enter_each_page_once(engine: Engine) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, 2)
        topic_id = topic(connection, crawl_id).id
    with Writer(engine) as one, Writer(engine) as other:
        extended = [
            writer.submit(partial(topics.extend, topic_id=topic_id, last=last))
            for last in range(3, 60, 7)
            for writer in (one, other)
        ]
        for future in extended:
            future.result(WAIT)
    with transaction(engine) as connection:
        assert topic(connection, crawl_id).expected == 59


# what a person gets to see


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": LOCKED, "password": "secret"}, "password authentication failed"),
        ({"username": LOCKED}, "no password supplied"),
        ({"username": "nobody_known"}, 'role "nobody_known" does not exist'),
        ({"database": "missing"}, 'database "missing" does not exist'),
        ({"port": 1}, "Connection refused"),
        ({"host": "host.invalid"}, "host.invalid"),
    ],
)
def test_why_a_database_cannot_be_opened_is_one_line(
    changes: dict[str, str], said: str, url: URL
) -> None:
    wrong = url.set(**changes)  # type: ignore[arg-type]
    with pytest.raises(StorageError) as raised:
        open_database(wrong)
    line = str(raised.value)
    assert line.startswith(f"The crawl database {wrong.render_as_string()} failed: ")
    assert said in line
    assert "\n" not in line
    assert "secret" not in line


def test_a_role_with_its_password(url: URL, postgresql: PostgreSQL) -> None:
    postgresql.execute(f"ALTER DATABASE {url.database} OWNER TO {LOCKED}")
    open_database(url.set(username=LOCKED, password=LOCKED)).dispose()


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"enable_sort": "off", "idle_in_transaction_session_timeout": "1min"}),
        (
            {"application_name": "mine", "options": "-c jit=on -c work_mem=7MB"},
            {"application_name": "mine", "jit": "on", "work_mem": "7MB"},
        ),
    ],
)
def test_how_a_session_is_set_up_the_url_may_override(
    query: dict[str, str], shown: dict[str, str], url: URL
) -> None:
    with transaction(open_database(url.update_query_dict(query))) as connection:
        for name, value in shown.items():
            assert connection.exec_driver_sql(f"SHOW {name}").scalar_one() == value


def test_an_option_that_does_not_exist(url: URL) -> None:
    with pytest.raises(StorageError, match='invalid connection option "no_such"'):
        open_database(url.update_query_dict({"no_such": "1"}))


def test_a_role_that_may_not_make_tables(url: URL) -> None:
    with pytest.raises(StorageError, match="permission denied for schema public"):
        open_database(url.set(username=LOCKED, password=LOCKED))


def test_names_and_articles_are_stored_whatever_a_site_sends(engine: Engine) -> None:
    fields = {"title": "nul \0, half a pair \ud83d, whole \U0001f600", "n": 2**70}
    with transaction(engine) as connection:
        crawl_id = begin_with_pages(connection, 1)
        (page,) = lease(connection, crawl_id)
        pages.store(connection, [DonePage(page.id, [(b"\0\xff", fields)], seen=1)])
        (row,) = articles.read_all(connection, crawl_id)
    assert row.fields == fields
