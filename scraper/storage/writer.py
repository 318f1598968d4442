"""The writer: one thread that owns the connection and commits many operations at once."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from threading import Condition, Thread
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine

from scraper.storage.database import describe, is_failure, translated
from scraper.storage.exceptions import StorageError
from scraper.storage.sqlite_file import FileIdentity, sqlite_path

T = TypeVar("T")
A = TypeVar("A")
Operation = Callable[[Connection], T]
"""What is done to the database. It must touch nothing else: it may be run a second time, after a rollback."""
BatchOperation = Callable[[Connection, Sequence[A]], Sequence[T]]
"""An operation on any number of items at once; it returns a result for each."""


@dataclass(frozen=True, slots=True)
class _Job:
    """An operation, and the future that is told its outcome (in `loop`, if that is given).

    A BatchOperation has an `item`, in a tuple.
    """

    operation: Callable[..., Any]
    item: tuple[Any, ...]
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of a job: its result, or the exception."""

    job: _Job
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        """Pass it on, unless the future is cancelled or knows already."""
        future = self.job.future
        if future.done():
            return
        if isinstance(future, Future) and not future.set_running_or_notify_cancel():
            return
        if self.error is not None:
            future.set_exception(self.error)
        else:
            future.set_result(self.result)


class Writer:
    """Runs operations on the database in its own thread, in the order they were handed in.

    As many as are waiting share a transaction, at most `batch`; after the first one
    it waits `linger` seconds for more. An operation counts as done once it is
    committed. One that raises is undone and reported on its own. When the database
    fails, nothing of that transaction is kept, and its operations and all later ones
    fail with StorageError. So does making a writer, if the database's file is gone.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        capacity: int = 1000,
        batch: int = 100,
        linger: float = 0.05,
    ) -> None:
        self._engine = engine
        self._capacity = capacity
        self._batch = min(batch, capacity)
        self._linger = linger
        self._queue: deque[_Job] = deque()
        self._in_work: list[_Job] = []
        self._changed = Condition()
        self._closing = False
        self._error: StorageError | None = None
        self._file = _file_of(engine)
        self._thread = Thread(target=self._work, name="crawl-database", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def error(self) -> StorageError | None:
        """Why the writer takes no more operations; None as long as it does."""
        return self._error

    @property
    def backlog(self) -> int:
        """The number of operations that wait for their turn."""
        return len(self._queue)

    def submit(self, operation: Operation[T]) -> Future[T]:
        """Hand in an operation from a thread; waits while `capacity` others are waiting."""
        future: Future[T] = Future()
        self._put_in_turn(_Job(operation, (), future))
        return future

    def submit_item(self, operation: BatchOperation[A, T], item: A) -> Future[T]:
        """Like `submit`; `operation` gets all items at once that were handed in for it one after another."""
        future: Future[T] = Future()
        self._put_in_turn(_Job(operation, (item,), future))
        return future

    async def run(self, operation: Operation[T]) -> T:
        """Do an operation from an event loop: returns its result once it is committed.

        The queue's capacity does not count here: who awaits is held back already. To
        cancel the caller does not call the operation back.

        Raises:
            StorageError: the database failed, or the writer is closed.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Job(operation, (), future, loop))
        return await future

    async def run_item(self, operation: BatchOperation[A, T], item: A) -> T:
        """Like `run`; `operation` gets all items at once that were handed in for it one after another."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Job(operation, (item,), future, loop))
        return await future

    def close(self, timeout: float = 60.0) -> None:
        """Commit what is waiting and close the connection.

        It blocks; on an event loop: `await asyncio.to_thread(writer.close)`.

        Raises:
            StorageError: that took longer than `timeout` seconds.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout)
        if self._thread.is_alive():
            reason = f"did not finish within {timeout:g} s"
            self._stop(StorageError(f"The {describe(self._engine.url)} {reason}"))
            raise StorageError(f"The {describe(self._engine.url)} {reason}")

    # the queue

    def _put_in_turn(self, job: _Job) -> None:
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._queue) < self._capacity or self._error
            )
            self._put(job)

    def _put(self, job: _Job) -> None:
        """Queue a job. The thread is woken only for the first one, and for the one that fills a batch."""
        with self._changed:
            if self._error is None:
                self._queue.append(job)
                if len(self._queue) in (1, self._batch):
                    self._changed.notify_all()
                return
        _Outcome(job, error=_copy(self._error)).tell()

    def _take(self) -> list[_Job]:
        """Wait for jobs; none when the writer is to close."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            self._changed.wait_for(
                lambda: len(self._queue) >= self._batch or self._closing, self._linger
            )
            count = min(len(self._queue), self._batch)
            self._in_work = [self._queue.popleft() for _ in range(count)]
            self._changed.notify_all()
        return self._in_work

    def _stop(self, error: StorageError) -> None:
        """Fail what is in work and what waits, and all that comes later."""
        with self._changed:
            self._error = self._error or error
            left = [*self._in_work, *self._queue]
            self._queue.clear()
            self._changed.notify_all()
        _tell([_Outcome(job, error=_copy(error)) for job in left])

    # the thread

    def _work(self) -> None:
        url = self._engine.url
        reason = StorageError(f"The {describe(url)} is closed")
        try:
            with translated(url), self._engine.connect() as connection:
                while jobs := self._take():
                    self._commit(connection, jobs)
        except StorageError as error:
            reason = error
        finally:
            self._engine.dispose()
            self._stop(reason)

    def _commit(self, connection: Connection, jobs: Sequence[_Job]) -> None:
        """Do `jobs` in one transaction, or each in its own if one of them raises."""
        if self._file and not self._file.is_still_there():
            raise _gone(self._engine)
        try:
            with connection.begin():
                outcomes = _done(connection, jobs)
        except Exception as error:
            if is_failure(error):
                raise
            for job in jobs:
                _tell([_alone(connection, job)])
        else:
            _tell(outcomes)
        self._in_work = []


def _file_of(engine: Engine) -> FileIdentity | None:
    path = sqlite_path(engine.url)
    try:
        return FileIdentity.of(path) if path else None
    except OSError:
        raise _gone(engine) from None


def _gone(engine: Engine) -> StorageError:
    return StorageError(f"The {describe(engine.url)} was deleted or replaced")


def _done(connection: Connection, jobs: Iterable[_Job]) -> list[_Outcome]:
    """Do `jobs` in their order, the items of one operation that follow one another at once."""
    outcomes: list[_Outcome] = []
    for operation, together in groupby(jobs, key=attrgetter("operation")):
        its = list(together)
        items = [item for job in its for item in job.item]
        results = (
            operation(connection, items)
            if items
            else [operation(connection) for _ in its]
        )
        outcomes += map(_Outcome, its, results)
    return outcomes


def _alone(connection: Connection, job: _Job) -> _Outcome:
    try:
        with connection.begin():
            return _done(connection, [job])[0]
    except Exception as error:
        if is_failure(error):
            raise
        return _Outcome(job, error=error)


def _tell(outcomes: Iterable[_Outcome]) -> None:
    """Tell the futures; those of an event loop in that loop, which is woken once for all."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        if outcome.job.loop is None:
            outcome.tell()
        else:
            by_loop.setdefault(outcome.job.loop, []).append(outcome)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # it is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_here, its)


def _tell_here(outcomes: Iterable[_Outcome]) -> None:
    for outcome in outcomes:
        outcome.tell()


def _copy(error: StorageError) -> StorageError:
    """The same error as an object of its own: one that many raise collects all of their tracebacks."""
    return type(error)(*error.args)
