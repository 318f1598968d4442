"""Backlog: the jobs that wait for the writer, in their order."""

from collections import deque
from threading import Condition

from scraper.storage.exceptions import StorageError
from scraper.storage.jobs import Job, fail


class Backlog:
    """A queue of jobs between any number of threads and the one that takes them, up to `batch` at a time.

    After the first job, that one waits `linger` seconds for more. Once the backlog has
    an `error`, it fails the jobs it has and all that come.
    """

    def __init__(self, capacity: int, batch: int, linger: float) -> None:
        self.error: StorageError | None = None
        self._capacity = capacity
        self._batch = min(batch, capacity)
        self._linger = linger
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
        """Add a job. Who takes them is woken only for the first one, and for the one that fills a batch."""
        with self._changed:
            error = self.error
            if error is None:
                self._waiting.append(job)
                if len(self._waiting) in (1, self._batch):
                    self._changed.notify_all()
        if error is not None:
            fail([job], error)

    def take(self) -> list[Job]:
        """Wait for jobs, and take them in place of those taken before; none when it is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._changed.wait_for(
                lambda: len(self._waiting) >= self._batch or self._closing, self._linger
            )
            count = min(len(self._waiting), self._batch)
            self._taken = [self._waiting.popleft() for _ in range(count)]
            self._changed.notify_all()
            return self._taken

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
