"""Backlog: the jobs that wait for the writer, in their order."""

from collections import deque
from math import inf
from threading import Condition
from time import monotonic

from scraper.storage.exceptions import StorageError
from scraper.storage.jobs import Job, fail


class Backlog:
    """A queue of jobs between any number of threads and the one that takes them, up to `batch` at a time.

    That one waits for more until a job is due: `linger` seconds after it was put if it
    is an item, which come in great numbers, `haste` seconds if it is any other
    operation. Once the backlog has an `error`, it fails the jobs it has and all that come.
    """

    def __init__(self, capacity: int, batch: int, linger: float, haste: float) -> None:
        self.error: StorageError | None = None
        self._capacity = capacity
        self._batch = min(batch, capacity)
        self._linger = linger
        self._haste = min(haste, linger)
        self._due = inf
        self._waiting: deque[Job] = deque()
        self._taken: list[Job] = []
        self._closing = False
        self._changed = Condition()

    def __len__(self) -> int:
        return len(self._waiting)

    def put_in_turn(self, job: Job) -> None:
        """Add a job; waits while `capacity` others are waiting."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._waiting) < self._capacity or self.error
            )
            self.put(job)

    def put(self, job: Job) -> None:
        """Add a job. Who takes them is woken only when one is due sooner, and for the one that fills a batch."""
        with self._changed:
            error = self.error
            if error is None:
                self._waiting.append(job)
                due = monotonic() + (self._linger if job.item else self._haste)
                if due < self._due or len(self._waiting) == self._batch:
                    self._due = min(due, self._due)
                    self._changed.notify_all()
        if error is not None:
            fail([job], error)

    def take(self) -> list[Job]:
        """Wait until jobs are due, and take them in place of those taken before; none when it is closed."""
        with self._changed:
            while (left := self._seconds_left()) > 0:
                self._changed.wait(None if left == inf else left)
            count = min(len(self._waiting), self._batch)
            self._taken = [self._waiting.popleft() for _ in range(count)]
            self._due = 0.0 if self._waiting else inf
            self._changed.notify_all()
            return self._taken

    def _seconds_left(self) -> float:
        if self._closing or len(self._waiting) >= self._batch:
            return 0.0
        return self._due - monotonic()

    def close(self) -> None:
        """Let `take` wait for no more jobs."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def stop(self, error: StorageError) -> None:
        """Fail the jobs that are taken or wait, and all that come, for `error` (or the one that was first)."""
        with self._changed:
            self.error = self.error or error
            left = [*self._taken, *self._waiting]
            self._waiting.clear()
            self._changed.notify_all()
        fail(left, self.error)
