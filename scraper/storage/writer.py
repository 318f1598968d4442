"""The writer: one thread that owns the connection and commits many operations at once."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import closing
from threading import Thread
from typing import Self, TypeVar

from sqlalchemy import Engine

from scraper.storage.backlog import Backlog
from scraper.storage.database import describe, is_failure, translated
from scraper.storage.exceptions import StorageError
from scraper.storage.jobs import BatchOperation, Job, Operation, Outcome, do, tell
from scraper.storage.outages import PATIENCE
from scraper.storage.session import open_session

T = TypeVar("T")
A = TypeVar("A")

CLOSING = 60.0
"""Seconds to commit what is waiting at the end."""


class Writer:
    """Runs operations on the database in its own thread, in the order they were handed in.

    As many as are waiting share a transaction, at most `batch`. For more it waits
    `linger` seconds after the first item, but no longer than `haste` seconds after any
    other operation. An operation counts as done once it is
    committed. One that raises is undone and reported on its own. When the database
    fails, nothing of that transaction is kept, and its operations and all later ones
    fail with StorageError. A server that is away is waited for first (see
    `open_database`); meanwhile the operations wait. Making a writer fails so too, if
    the database's file is gone.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        capacity: int = 1000,
        batch: int = 100,
        linger: float = 0.1,
        haste: float = 0.02,
    ) -> None:
        self._engine = engine
        self._database = describe(engine.url)
        self._jobs = Backlog(capacity, batch, linger, haste)
        self._session = open_session(engine)
        self._thread = Thread(target=self._work, name="crawl-database", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def error(self) -> StorageError | None:
        """Why the writer takes no more operations; None as long as it does."""
        return self._jobs.error

    @property
    def backlog(self) -> int:
        """The number of operations that wait for their turn."""
        return len(self._jobs)

    def submit(self, operation: Operation[T]) -> Future[T]:
        """Hand in an operation from a thread; waits while `capacity` others are waiting."""
        future: Future[T] = Future()
        self._jobs.put_in_turn(Job(operation, (), future))
        return future

    def submit_item(self, operation: BatchOperation[A, T], item: A) -> Future[T]:
        """Like `submit`; `operation` gets all items at once that were handed in for it one after another."""
        future: Future[T] = Future()
        self._jobs.put_in_turn(Job(operation, (item,), future))
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
        self._jobs.put(Job(operation, (), future, loop))
        return await future

    async def run_item(self, operation: BatchOperation[A, T], item: A) -> T:
        """Like `run`; `operation` gets all items at once that were handed in for it one after another."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(Job(operation, (item,), future, loop))
        return await future

    def close(self, timeout: float | None = None) -> None:
        """Commit what is waiting and close the connection.

        It blocks; on an event loop: `await asyncio.to_thread(writer.close)`. Without a
        `timeout` it is a minute longer than a server may be away.

        Raises:
            StorageError: that took longer than `timeout` seconds.
        """
        if timeout is None:
            patience = self._engine.get_execution_options().get(PATIENCE, 0.0)
            timeout = CLOSING + patience
        self._jobs.close()
        self._thread.join(timeout)
        if self._thread.is_alive():
            error = StorageError(
                f"The {self._database} did not finish within {timeout:g} s"
            )
            self._jobs.stop(error)
            raise error

    # the thread

    def _work(self) -> None:
        reason = StorageError(f"The {self._database} is closed")
        try:
            with translated(self._engine.url), closing(self._session):
                while jobs := self._jobs.take():
                    self._commit(jobs)
        except StorageError as error:
            reason = error
        finally:
            self._engine.dispose()
            self._jobs.stop(reason)

    def _commit(self, jobs: Sequence[Job]) -> None:
        """Do `jobs` in one transaction, or each in its own if one of them raises."""
        try:
            outcomes = self._session.commit(lambda connection: do(connection, jobs))
        except Exception as error:
            if is_failure(error):
                raise
            for job in jobs:
                tell([self._alone(job)])
        else:
            tell(outcomes)

    def _alone(self, job: Job) -> Outcome:
        try:
            return self._session.commit(lambda connection: do(connection, [job]))[0]
        except Exception as error:
            if is_failure(error):
                raise
            return Outcome(job, error=error)
