"""The workers: start one when it is needed, give it work, replace it, stop them all."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from .bridge import Bridge
from .job import Inbox, Job
from .messages import (
    Cancel,
    Completed,
    Failed,
    Proceed,
    Stop,
    TooLarge,
    WorkerEnded,
    WorkerTrouble,
)
from .policy import choose_worker
from .resolver import NameCache
from .worker import Worker

if TYPE_CHECKING:
    from .config import DownloaderConfig
    from .messages import FailureKind, Fetch, Order, Report

logger = logging.getLogger(__name__)

LAST_STEP = 1.0
"""Seconds a thread may take from its last report to its end."""


class Pool:
    """Up to `config.threads` workers for one event loop, on whose thread all calls are made."""

    def __init__(
        self, config: DownloaderConfig, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._config = config
        self._loop = loop
        self._names = NameCache(config.dns_cache_size)
        self._reports: Bridge[Report] = Bridge(loop, self._receive)
        self._slots: list[Worker | None] = [None] * config.threads
        self._loads = [0] * config.threads
        self._jobs: dict[int, Job] = {}
        self._alive: dict[int, Worker] = {}
        self._hired = 0
        self._all_ended = asyncio.Event()

    def begin(self, fetch: Fetch, host: str) -> Inbox:
        """Give `fetch` to a worker; return where the reports on it will be. `end` must follow."""
        slot = choose_worker(self._loads, host)
        job = self._jobs[fetch.id] = Job(slot)
        self._loads[slot] += 1
        try:
            job.worker = self._assign(slot, fetch)
        except (OSError, RuntimeError) as error:
            self._finish(job, Failed(fetch.id, "failed", f"No thread for it: {error}"))
        return job.inbox

    def proceed(self, key: int) -> None:
        """Let the download that waits for an answer read on."""
        if (worker := self._jobs[key].worker) is not None:
            self._tell(worker, Proceed(key))

    def end(self, key: int) -> None:
        """Forget a download; if it still runs, stop it."""
        job = self._jobs.pop(key)
        self._loads[job.slot] -= 1
        if job.worker is not None and not job.finished:
            self._tell(job.worker, Cancel(key))

    def drop(self, kind: FailureKind, reason: str) -> int:
        """Break off all downloads, which fail for `reason`; returns how many there were."""
        running = [(key, job) for key, job in self._jobs.items() if not job.finished]
        for key, job in running:
            if job.worker is not None:
                self._tell(job.worker, Cancel(key))
            self._finish(job, Failed(key, kind, reason))
        return len(running)

    def stop(self) -> None:
        """Tell all threads to end, and all who wait that it is over. Waits for nothing itself."""
        for worker in self._alive.values():
            self._tell(worker, Stop())
        for key, job in self._jobs.items():
            self._finish(job, Failed(key, "cancelled", "The downloader was closed"))

    async def wait_ended(self, patience: float) -> int:
        """Wait for the threads to end; return how many did not within `patience` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._alive:
                    self._all_ended.clear()
                    await self._all_ended.wait()
        return len(self._alive)

    def _assign(self, slot: int, fetch: Fetch) -> Worker:
        worker = self._slots[slot]
        if worker is not None and self._tell(worker, fetch):
            return worker
        # There is none yet, or it died and its last report is still under way.
        worker = self._hire(slot)
        worker.tell(fetch)
        return worker

    def _hire(self, slot: int) -> Worker:
        self._hired += 1
        worker = Worker(
            self._hired,
            self._config,
            self._names,
            self._reports.send,
            # A loop that was stopped for good, by a second Ctrl-C say, closes no handler.
            self._loop.is_running,
        )
        worker.start()
        self._slots[slot] = self._alive[worker.number] = worker
        return worker

    def _tell(self, worker: Worker, order: Order) -> bool:
        try:
            worker.tell(order)
        except RuntimeError:
            return False
        return True

    def _receive(self, report: Report) -> None:
        if isinstance(report, WorkerEnded):
            self._dismiss(report)
        elif isinstance(report, WorkerTrouble):
            logger.error("In downloader thread %d: %s", report.worker, report.text)
        elif job := self._jobs.get(report.id):
            if isinstance(report, Completed | TooLarge | Failed):
                self._finish(job, report)
            else:
                job.inbox.put(report)

    def _finish(self, job: Job, outcome: Completed | TooLarge | Failed) -> None:
        job.finished = True
        job.inbox.put(outcome)

    def _dismiss(self, report: WorkerEnded) -> None:
        worker = self._alive.pop(report.worker)
        worker.join(LAST_STEP)
        if worker in self._slots:
            self._slots[self._slots.index(worker)] = None
        if report.cause:
            logger.error(
                "Downloader thread %d ended and its downloads fail: %s",
                report.worker,
                report.cause,
            )
        for key, job in self._jobs.items():
            if job.worker is worker and not job.finished:
                self._finish(
                    job, Failed(key, "failed", f"Its thread ended: {report.cause}")
                )
        if not self._alive:
            self._all_ended.set()
