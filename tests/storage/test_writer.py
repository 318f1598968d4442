"""The writer: one thread, in order, many operations a commit, each reported when it is committed."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Connection, Engine, event, insert, select
from sqlalchemy.exc import IntegrityError

from scraper.storage import StorageError, Writer, transaction
from scraper.storage.schema import crawls
from tests.storage.crawling import only_sqlite

FOREVER = 30.0
BLANK = {
    "site": "",
    "index_url": "",
    "profile": "",
    "columns": "[]",
    "state": "",
    "started": 0,
}


def add(number: int) -> Callable[[Connection], int]:
    """An operation that adds a row, and returns its number."""

    def operation(connection: Connection) -> int:
        connection.execute(insert(crawls).values(id=number, **BLANK))
        return number

    return operation


def add_all(connection: Connection, numbers: Sequence[int]) -> list[int]:
    for number in numbers:
        add(number)(connection)
    return [len(numbers)] * len(numbers)


def stored(engine: Engine) -> list[int]:
    with transaction(engine, reads_only=True) as connection:
        ids = select(crawls.c.id).order_by(crawls.c.id)
        return list(connection.execute(ids).scalars())


def count_commits(engine: Engine) -> list[Any]:
    commits: list[Any] = []
    event.listen(engine, "commit", commits.append)
    return commits


@contextmanager
def busy(writer: Writer) -> Iterator[None]:
    """The writer's thread is at work on an operation for as long as the block runs."""
    begun, may_end = threading.Event(), threading.Event()

    def operation(_: Connection) -> None:
        begun.set()
        assert may_end.wait(FOREVER)

    future = writer.submit(operation)
    try:
        assert begun.wait(FOREVER)
        yield
    finally:
        may_end.set()
        future.exception(FOREVER)


def test_an_operation_is_reported_when_it_is_committed(engine: Engine) -> None:
    with Writer(engine) as writer:
        assert writer.submit(add(7)).result(FOREVER) == 7
        assert stored(engine) == [7]


def test_operations_are_done_in_turn_and_share_a_commit(engine: Engine) -> None:
    order: list[int] = []

    def note(number: int) -> Callable[[Connection], None]:
        return lambda _: order.append(number)

    commits = count_commits(engine)
    with Writer(engine) as writer:
        with busy(writer):
            futures = [writer.submit(note(number)) for number in range(80)]
            assert writer.backlog == 80
            before = len(commits)
        for future in futures:
            future.result(FOREVER)
        assert len(commits) - before == 2
    assert order == list(range(80))


def test_a_transaction_has_at_most_a_batch(engine: Engine) -> None:
    commits = count_commits(engine)
    with Writer(engine, batch=10) as writer:
        with busy(writer):
            futures = [writer.submit(add(number)) for number in range(25)]
            before = len(commits)
        assert [future.result(FOREVER) for future in futures] == list(range(25))
        assert len(commits) - before == 1 + 3


def test_items_wait_for_more_and_other_operations_for_nobody(engine: Engine) -> None:
    with Writer(engine, linger=FOREVER) as writer:
        items = [writer.submit_item(add_all, number) for number in range(5)]
        assert writer.submit(add(5)).result(FOREVER / 2) == 5
        assert [item.result(0) for item in items] == [5] * 5


def test_a_batch_is_full_before_its_time(engine: Engine) -> None:
    with Writer(engine, batch=5, linger=FOREVER) as writer:
        items = [writer.submit_item(add_all, number) for number in range(5)]
        assert [item.result(FOREVER / 2) for item in items] == [5] * 5


def test_items_of_one_operation_are_done_at_once(engine: Engine) -> None:
    with Writer(engine) as writer:
        with busy(writer):
            first = [writer.submit_item(add_all, number) for number in range(3)]
            between = writer.submit(add(10))
            second = [writer.submit_item(add_all, number) for number in range(20, 22)]
        assert [future.result(FOREVER) for future in [*first, between, *second]] == [
            3,
            3,
            3,
            10,
            2,
            2,
        ]
    assert stored(engine) == [0, 1, 2, 10, 20, 21]


def test_an_event_loop_is_woken_once_a_commit(engine: Engine) -> None:
    wakes = []

    class Loop(asyncio.SelectorEventLoop):
        def call_soon_threadsafe(self, *args: Any, **options: Any) -> asyncio.Handle:  # type: ignore[override]
            wakes.append(threading.current_thread().name)
            return super().call_soon_threadsafe(*args, **options)

    async def run_many(writer: Writer) -> list[int]:
        with busy(writer):
            runs = [asyncio.ensure_future(writer.run(add(n))) for n in range(20)]
            runs += [
                asyncio.ensure_future(writer.run_item(add_all, n))
                for n in range(20, 40)
            ]
            await asyncio.sleep(0)
            assert writer.backlog == 40
        return await asyncio.gather(*runs)

    with Writer(engine) as writer, asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(run_many(writer)) == [*range(20), *[20] * 20]
    assert wakes == ["crawl-database"]
    assert len(stored(engine)) == 40


def test_a_loop_goes_on_while_the_writer_works(engine: Engine) -> None:
    async def beat(writer: Writer) -> None:
        with busy(writer):
            run = asyncio.ensure_future(writer.run(add(1)))
            for _ in range(100):
                await asyncio.sleep(0)
            assert not run.done()
        assert await run == 1

    with Writer(engine) as writer:
        asyncio.run(beat(writer))


def test_a_full_queue_holds_threads_back(engine: Engine) -> None:
    with Writer(engine, capacity=5) as writer:
        handed_in = threading.Event()
        with busy(writer):
            futures = [writer.submit(add(number)) for number in range(5)]

            def hand_in() -> None:
                futures.append(writer.submit(add(5)))
                handed_in.set()

            thread = threading.Thread(target=hand_in)
            thread.start()
            assert not handed_in.wait(0.1)
            assert writer.backlog == 5
        assert handed_in.wait(FOREVER)
        thread.join()
        assert [future.result(FOREVER) for future in futures] == list(range(6))


@only_sqlite
def test_who_is_held_back_hears_of_a_failure(engine: Engine) -> None:
    writer = Writer(engine, capacity=1)
    futures = []
    with busy(writer):
        writer.submit(full_disk)
        thread = threading.Thread(target=lambda: futures.append(writer.submit(add(1))))
        thread.start()
    thread.join(FOREVER)
    with pytest.raises(StorageError):
        futures[0].result(FOREVER)
    writer.close()


@pytest.mark.parametrize("at_once", [True, False])
def test_an_operation_that_raises_undoes_and_reports_only_itself(
    at_once: bool, engine: Engine
) -> None:
    def half(connection: Connection) -> None:
        add(100)(connection)
        raise ValueError("mine")

    def twice(connection: Connection) -> None:
        add(200)(connection)
        add(1)(connection)

    with Writer(engine) as writer:
        with busy(writer):
            before = writer.submit(add(1))
            raising = writer.submit(half)
            clashing = (
                writer.submit_item(add_all, 1) if at_once else writer.submit(twice)
            )
            after = writer.submit(add(2))
        assert (before.result(FOREVER), after.result(FOREVER)) == (1, 2)
        with pytest.raises(ValueError, match="mine"):
            raising.result(FOREVER)
        with pytest.raises(IntegrityError):
            clashing.result(FOREVER)
        assert writer.submit(add(3)).result(FOREVER) == 3
    assert stored(engine) == [1, 2, 3]


@only_sqlite
def test_a_database_that_fails_ends_the_writer(engine: Engine, url: URL) -> None:
    with Writer(engine) as writer:
        assert writer.submit(add(1)).result(FOREVER) == 1
        with busy(writer):
            same_commit = writer.submit(add(2))
            at_fault = writer.submit(full_disk)
            behind = writer.submit(add(3))
        for future in (same_commit, at_fault, behind, writer.submit(add(4))):
            with pytest.raises(StorageError) as raised:
                future.result(FOREVER)
            assert (
                str(raised.value)
                == f"The crawl database {url.database} failed: database or disk is full"
            )
        assert str(writer.error) == str(raised.value)

        async def run() -> None:
            await writer.run(add(5))

        with pytest.raises(StorageError):
            asyncio.run(run())
    assert stored(engine) == [1]


def full_disk(connection: Connection) -> None:
    """Fail as on a full disk: the file may not grow any further."""
    connection.exec_driver_sql("PRAGMA max_page_count = 1")
    for number in range(1000, 2000):
        add(number)(connection)


def test_close_commits_what_is_waiting(engine: Engine) -> None:
    writer = Writer(engine, linger=FOREVER)
    futures = [writer.submit(add(number)) for number in range(150)]
    writer.close()
    assert [future.result(0) for future in futures] == list(range(150))
    assert stored(engine) == list(range(150))
    with pytest.raises(StorageError, match="is closed"):
        writer.submit(add(151)).result(0)
    writer.close()


def test_closing_leaves_no_thread(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.submit(add(1)).result(FOREVER)
        assert "crawl-database" in {thread.name for thread in threading.enumerate()}
    assert "crawl-database" not in {thread.name for thread in threading.enumerate()}


@only_sqlite
def test_closing_leaves_no_log(engine: Engine, url: URL) -> None:
    with Writer(engine) as writer:
        writer.submit(add(1)).result(FOREVER)
    assert [path.name for path in Path(str(url.database)).parent.iterdir()] == [
        "crawls.db"
    ]


def test_closing_is_bounded(engine: Engine) -> None:
    writer = Writer(engine)
    with busy(writer):
        behind = writer.submit(add(1))
        with pytest.raises(StorageError, match=r"did not finish within 0\.05 s"):
            writer.close(timeout=0.05)
        with pytest.raises(StorageError):
            behind.result(0)
    writer.close()


def test_an_operation_can_be_called_back_until_it_is_done(engine: Engine) -> None:
    with Writer(engine) as writer:
        with busy(writer):
            future = writer.submit(add(1))
            assert future.cancel()
        assert writer.submit(add(2)).result(FOREVER) == 2
        with pytest.raises(CancelledError):
            future.result(0)


def test_a_loop_that_is_closed_stops_nothing(engine: Engine) -> None:
    with Writer(engine) as writer:
        with busy(writer):

            async def leave() -> None:
                task = asyncio.ensure_future(writer.run(add(1)))
                await asyncio.sleep(0)
                assert writer.backlog == 1
                task.cancel()

            asyncio.run(leave())
        assert writer.submit(add(2)).result(FOREVER) == 2
    assert stored(engine) == [1, 2]
