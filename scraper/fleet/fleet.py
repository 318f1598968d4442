"""Fleet: starts the workers, restarts those that crash, shows how far they are, and ends them."""

import signal
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from time import monotonic, sleep
from types import FrameType

from scraper.fleet.worker import Worker

LOOK = 0.1
"""Seconds between two looks at the workers."""

PATIENCE = 10.0
"""Seconds that workers have to end after they were told to end at once; then they are killed."""

DONE = frozenset({0, 3})
"""Exit statuses of a worker that has seen the end of the crawl (scraper.outcome.ExitStatus)."""

HOPELESS = frozenset({1, 2, 4})
"""Exit statuses that another try would not change: a wrong setting, a database that cannot be written."""

INTERRUPTED = 130


class Outcome(Enum):
    """How the work of a fleet ended."""

    DONE = "every worker has seen the end of the crawl"
    INTERRUPTED = "told to stop"
    KILLED = "told to stop at once"
    CRASHED = "the workers crashed more often than they may be restarted"
    HOPELESS = "a worker says that it cannot be done"


@dataclass
class Fleet:
    """Worker processes 1 to `size`, each made by `start`; `crashed` is told of one that ended unexpectedly.

    `tick` is called several times a second; what it raises ends the fleet. `hung` tells
    which of these processes hangs: it is killed, as if it had crashed. After
    `restarts` crashes, of all workers together, one that crashes is not replaced.
    """

    size: int
    start: Callable[[int], Worker]
    crashed: Callable[[Worker, int], None]
    tick: Callable[[], None]
    hung: Callable[[Collection[int]], int | None]
    restarts: int
    status: int = 0
    """The exit status of the worker that says that it cannot be done."""
    pids: set[int] = field(default_factory=set)
    """The process ids of all workers it ever had."""
    _workers: list[Worker] = field(default_factory=list)
    _stops: int = 0
    _hopeless: bool = False
    _crashed_for_good: bool = False

    def run(self) -> None:
        """Work until all workers have ended, or are told to end at once."""
        with self._listening():
            try:
                for number in range(1, self.size + 1):
                    if not self._stops:
                        self._start(number)
                while self._workers and self._stops < 2:
                    sleep(LOOK)
                    self._look()
                    self.tick()
            finally:
                self._end_all()

    def _start(self, number: int) -> None:
        worker = self.start(number)
        self._workers.append(worker)
        self.pids.add(worker.pid)
        if self._stops:  # it was told to stop while the worker started
            worker.interrupt()

    def _look(self) -> None:
        hung = self.hung([worker.pid for worker in self._workers])
        for worker in self._workers:
            if worker.pid == hung:
                worker.kill()
        for worker in list(self._workers):
            status = worker.poll()
            if status is None:
                continue
            self._workers.remove(worker)
            if status in HOPELESS:
                self._hopeless, self.status = True, status
                self._interrupt()
            elif status not in DONE and status != INTERRUPTED:
                self._replace(worker, status)

    def _replace(self, worker: Worker, status: int) -> None:
        if self._stops or self._hopeless:
            return  # it was told to end, before it could say so
        self.crashed(worker, status)
        if self.restarts > 0:
            self.restarts -= 1
            self._start(worker.number)
        else:
            self._crashed_for_good = True

    @property
    def outcome(self) -> Outcome:
        """How the work ended."""
        if self._hopeless:
            return Outcome.HOPELESS
        if self._stops:
            return Outcome.INTERRUPTED if self._stops == 1 else Outcome.KILLED
        return Outcome.CRASHED if self._crashed_for_good else Outcome.DONE

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Take SIGINT and SIGTERM as a wish to stop."""
        signals = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(number, self._told_to_stop) for number in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)

    def _told_to_stop(self, _: int, __: FrameType | None) -> None:
        self._stops += 1
        self._interrupt()

    def _interrupt(self) -> None:
        for worker in self._workers:
            worker.interrupt()

    def _end_all(self) -> None:
        """End what still runs, at once: there is no more time, or something went wrong."""
        for _ in range(2):
            self._interrupt()
        deadline = monotonic() + PATIENCE
        for worker in self._workers:
            worker.end(deadline)
