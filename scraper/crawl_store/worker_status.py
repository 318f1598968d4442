"""WorkerStatus: what a crawling process says of itself with each sign of life."""

import logging
import sys
import threading
from collections import deque
from time import monotonic, process_time

from scrapy.crawler import Crawler

from scraper.storage.workers import ErrorStatus, SlotStatus, Status

SPAN = 10.0
"""Seconds over which the rate is taken."""

ERRORS = 5
"""How many of the last warnings and errors are told."""


class WorkerStatus:
    """Reads the state of `crawler`; between `start` and `stop` it keeps the last warnings that were logged."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._log = _LastErrors()
        self._counts: deque[tuple[float, int]] = deque()

    def start(self) -> None:
        """Begin to listen to the log."""
        self._counts.append((monotonic(), 0))
        logging.getLogger().addHandler(self._log)

    def stop(self) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self._log)

    def read(self) -> Status:
        """How things are now."""
        stats, downloader = self._crawler.stats, self._crawler.engine.downloader
        done = stats.get_value("pages/done", 0)
        return {
            "pages_done": done,
            "pages_failed": stats.get_value("pages/failed", 0),
            "pages_per_second": round(self._rate(done), 2),
            "articles": stats.get_value("articles/unique", 0),
            "requests": len(downloader.active),
            "concurrency": downloader.total_concurrency,
            "slots": self._slots(),
            "threads": sorted(thread.name for thread in threading.enumerate()),
            "memory_mb": round(_peak_memory(), 1),
            "cpu_seconds": round(process_time(), 2),
            "errors": list(self._log.records),
        }

    def _rate(self, done: int) -> float:
        """Pages a second since SPAN seconds ago."""
        now = monotonic()
        self._counts.append((now, done))
        while len(self._counts) > 2 and self._counts[1][0] < now - SPAN:
            self._counts.popleft()
        then, before = self._counts[0]
        return (done - before) / (now - then) if now > then else 0.0

    def _slots(self) -> dict[str, SlotStatus]:
        now = monotonic()
        return {
            key: {
                "active": len(slot.active),
                "queued": len(slot.queue),
                "concurrency": slot.concurrency,
                "delay": slot.delay,
                "paused": round(max(0.0, slot.lastseen - now), 2),
            }
            for key, slot in self._crawler.engine.downloader.slots.items()
        }


def _peak_memory() -> float:
    """The most memory that this process ever had, in MiB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024**2 if sys.platform == "darwin" else 1024)


class _LastErrors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: deque[ErrorStatus] = deque(maxlen=ERRORS)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception:  # noqa: BLE001 - as handlers do: none of them raises where something is logged
            self.handleError(record)
            return
        self.records.append(
            {"at": record.created, "level": record.levelname, "message": message}
        )
