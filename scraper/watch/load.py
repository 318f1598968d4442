"""What the workers of a crawl say, put together: the load of each host, and the last errors of all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from scraper.storage.workers import WorkerRow


@dataclass(frozen=True, slots=True)
class Slot:
    """A host, over all workers: sums, but the longest `delay` and `paused`, in seconds."""

    host: str
    active: int
    queued: int
    concurrency: int
    delay: float
    paused: float


@dataclass(frozen=True, slots=True)
class LoggedError:
    """A warning or an error that a worker logged."""

    at: datetime
    level: str
    message: str

    @property
    def style(self) -> str:
        """How it stands out."""
        return "yellow" if self.level == "WARNING" else "red"


def slots_of(workers: Iterable[WorkerRow]) -> list[Slot]:
    """The slots of all workers, the busiest first."""
    found: dict[str, Slot] = {}
    for worker in workers:
        for host, status in worker.status.get("slots", {}).items():
            before = found.get(host, Slot(host, 0, 0, 0, 0.0, 0.0))
            found[host] = Slot(
                host,
                before.active + status["active"],
                before.queued + status["queued"],
                before.concurrency + status["concurrency"],
                max(before.delay, status["delay"]),
                max(before.paused, status["paused"]),
            )
    return sorted(found.values(), key=lambda slot: (-slot.active, slot.host))


def errors_of(workers: Iterable[WorkerRow]) -> list[LoggedError]:
    """The last errors of all workers, the latest last."""
    found = [
        LoggedError(
            datetime.fromtimestamp(error["at"], UTC), error["level"], error["message"]
        )
        for worker in workers
        for error in worker.status.get("errors", ())
    ]
    return sorted(found, key=lambda error: error.at)
