"""Jobs: operations on the database, each with the future that is told its outcome."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection

from scraper.storage.exceptions import StorageError

T = TypeVar("T")
A = TypeVar("A")
Operation = Callable[[Connection], T]
"""What is done to the database. It must touch nothing else: it may be run a second time, after a rollback."""
BatchOperation = Callable[[Connection, Sequence[A]], Sequence[T]]
"""An operation on any number of items at once; it returns a result for each."""


@dataclass(frozen=True, slots=True)
class Job:
    """An operation, and the future that is told its outcome (in `loop`, if that is given).

    A BatchOperation has an `item`, in a tuple.
    """

    operation: Callable[..., Any]
    item: tuple[Any, ...]
    future: Future[Any] | asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: its result, or the exception."""

    job: Job
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


def do(connection: Connection, jobs: Iterable[Job]) -> list[Outcome]:
    """Do `jobs` in their order, the items of one operation that follow one another at once."""
    outcomes: list[Outcome] = []
    for operation, together in groupby(jobs, key=attrgetter("operation")):
        its = list(together)
        items = [item for job in its for item in job.item]
        results = (
            operation(connection, items)
            if items
            else [operation(connection) for _ in its]
        )
        outcomes += map(Outcome, its, results)
    return outcomes


def tell(outcomes: Iterable[Outcome]) -> None:
    """Tell the futures; those of an event loop in that loop, which is woken once for all."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.job.loop is None:
            outcome.tell()
        else:
            by_loop.setdefault(outcome.job.loop, []).append(outcome)
    for loop, its in by_loop.items():
        with suppress(RuntimeError):  # it is closed: nobody waits any more
            loop.call_soon_threadsafe(_tell_here, its)


def fail(jobs: Iterable[Job], error: StorageError) -> None:
    """Tell the futures of `jobs` that the database failed.

    Each gets an exception of its own: one that many raise collects all of their tracebacks.
    """
    tell(Outcome(job, error=type(error)(*error.args)) for job in jobs)


def _tell_here(outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        outcome.tell()
