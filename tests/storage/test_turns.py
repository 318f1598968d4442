"""What only one worker may do at a time: reading the index, and finishing the crawl."""

from sqlalchemy import Connection, Engine, update

from scraper.pagination import IndexPage
from scraper.storage import (
    crawls,
    leases,
    pages,
    resume,
    topics,
    transaction,
    turns,
    workers,
)
from scraper.storage.schema import workers as table
from scraper.storage.states import CrawlState
from scraper.storage.turns import Index
from scraper.storage.workers import Role
from tests.storage.crawling import (
    begin,
    begin_with_pages,
    begin_with_topics,
    lease,
    store,
)

SECOND = IndexPage("https://x.org/?page=2", 2, True, "one", "one")


def join(connection: Connection, crawl_id: int, *names: str) -> None:
    for name in names:
        workers.join(connection, crawl_id, name, Role.SHARING)


def silence(connection: Connection, name: str) -> None:
    late = update(table).where(table.c.name == name)
    connection.execute(late.values(seen=table.c.seen - 1000))


def test_one_worker_reads_the_index(connection: Connection) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    assert turns.take_index(connection, crawl_id, "one") is Index.MINE
    assert turns.take_index(connection, crawl_id, "two") is Index.TAKEN
    assert turns.take_index(connection, crawl_id, "one") is Index.MINE


def test_the_index_is_not_left_to_the_dead(connection: Connection) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    turns.take_index(connection, crawl_id, "one")
    silence(connection, "one")
    assert turns.take_index(connection, crawl_id, "two") is Index.MINE
    assert turns.take_index(connection, crawl_id, "one") is Index.TAKEN


def test_who_leaves_gives_its_turns_back(connection: Connection) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    turns.take_index(connection, crawl_id, "one")
    turns.give_back(connection, crawl_id, "two")
    assert turns.take_index(connection, crawl_id, "two") is Index.TAKEN
    turns.give_back(connection, crawl_id, "one")
    assert turns.take_index(connection, crawl_id, "two") is Index.MINE


def test_an_index_is_read_once(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    join(connection, crawl_id, "one")
    assert turns.take_index(connection, crawl_id, "one") is Index.READ


def test_an_index_that_cannot_be_had_is_no_secret(connection: Connection) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    turns.take_index(connection, crawl_id, "one")
    assert turns.is_open(connection, crawl_id)
    turns.index_failed(connection, crawl_id, "one", "HTTP 500 \udcff")
    assert turns.take_index(connection, crawl_id, "two") is Index.FAILED
    assert turns.index_error(connection, crawl_id) == "HTTP 500 \\udcff"
    assert not turns.is_open(connection, crawl_id)


def test_an_index_of_several_pages_goes_on_where_its_reader_died(
    connection: Connection,
) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    assert turns.take_index(connection, crawl_id, "one") is Index.MINE
    topics.add(connection, crawl_id, [("a", "https://x.org/a")])
    turns.index_goes_on(connection, crawl_id, "one", SECOND)
    assert turns.take_index(connection, crawl_id, "two") is Index.GROWS
    silence(connection, "one")
    assert turns.take_index(connection, crawl_id, "two") is Index.MINE
    assert turns.index_next(connection, crawl_id) == SECOND
    turns.index_goes_on(connection, crawl_id, "two", None)
    assert turns.take_index(connection, crawl_id, "one") is Index.READ


def test_who_lost_its_turn_tells_nothing_of_the_index(connection: Connection) -> None:
    crawl_id = begin(connection)
    join(connection, crawl_id, "one", "two")
    turns.take_index(connection, crawl_id, "one")
    silence(connection, "one")
    turns.take_index(connection, crawl_id, "two")
    turns.index_goes_on(connection, crawl_id, "one", SECOND)
    turns.index_failed(connection, crawl_id, "one", "down")
    assert turns.index_next(connection, crawl_id) is None
    assert turns.index_error(connection, crawl_id) is None


def test_a_crawl_is_open_as_long_as_its_index_goes_on(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=1)
    (page,) = lease(connection, crawl_id)
    turns.index_goes_on(connection, crawl_id, "me", SECOND)
    store(connection, page, [1])
    assert turns.is_open(connection, crawl_id)
    turns.index_failed(connection, crawl_id, "me", "down")
    assert not turns.is_open(connection, crawl_id)
    assert turns.take_index(connection, crawl_id, "me") is Index.READ
    resume.reopen(connection, crawl_id)
    assert turns.is_open(connection, crawl_id)
    assert turns.index_next(connection, crawl_id) == SECOND


def test_a_crawl_is_open_as_long_as_a_page_is(connection: Connection) -> None:
    crawl_id = begin_with_pages(connection, last=2)
    one, two = lease(connection, crawl_id)
    store(connection, one, [1])
    assert turns.is_open(connection, crawl_id)
    leases.release(connection, crawl_id, "me")
    assert turns.is_open(connection, crawl_id)
    (two,) = lease(connection, crawl_id)
    pages.failed(connection, two.id, attempts=1, reason="down", owner="me")
    assert not turns.is_open(connection, crawl_id)


def test_a_crawl_is_finished_once(connection: Connection) -> None:
    crawl_id = begin_with_topics(connection, "a")
    join(connection, crawl_id, "one", "two")
    assert turns.take_finish(connection, crawl_id, "one")
    assert not turns.take_finish(connection, crawl_id, "two")
    assert not turns.finish(connection, crawl_id, "two", "finished")
    assert turns.finish(connection, crawl_id, "one", "finished")
    assert not turns.finish(connection, crawl_id, "one", "finished")
    assert not turns.take_finish(connection, crawl_id, "one")
    crawl = crawls.find(connection, crawl_id)
    assert crawl is not None
    assert (crawl.state, crawl.reason) == (CrawlState.FINISHED, "finished")


def test_one_who_dies_while_it_finishes_is_followed_by_another(
    engine: Engine,
) -> None:
    with transaction(engine) as connection:
        crawl_id = begin_with_topics(connection, "a")
        join(connection, crawl_id, "one", "two")
        assert turns.take_finish(connection, crawl_id, "one")
    with transaction(engine) as connection:
        silence(connection, "one")
        assert turns.take_finish(connection, crawl_id, "two")
        assert not turns.finish(connection, crawl_id, "one", "finished")
        assert turns.finish(connection, crawl_id, "two", "finished")
