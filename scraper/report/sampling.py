"""Samples of a running crawl: what happened in each interval, in bounded memory."""

from dataclasses import dataclass, field
from functools import reduce
from operator import add
from typing import Self

from scraper.report.latency import LatencyHistogram

CAPACITY = 256
"""Samples kept. When there are so many, each two become one, and the interval doubles."""

FIRST_INTERVAL = 0.25
"""Seconds of a sample at the start: a crawl of some seconds has a course, too."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted from the start of a crawl: pages done, articles, retries, failed pages."""

    pages: int = 0
    articles: int = 0
    retries: int = 0
    failed: int = 0

    def __add__(self, other: Self) -> "Counts":
        return Counts(
            self.pages + other.pages,
            self.articles + other.articles,
            self.retries + other.retries,
            self.failed + other.failed,
        )

    def __sub__(self, other: Self) -> "Counts":
        return Counts(
            self.pages - other.pages,
            self.articles - other.articles,
            self.retries - other.retries,
            self.failed - other.failed,
        )


@dataclass(frozen=True, slots=True)
class Sample:
    """What happened in `seconds`. `in_flight` is the mean number of requests under way, in these seconds."""

    seconds: float
    counts: Counts
    in_flight: float
    latencies: LatencyHistogram = field(default_factory=LatencyHistogram)

    def __add__(self, other: Self) -> "Sample":
        seconds = self.seconds + other.seconds
        weighted = self.in_flight * self.seconds + other.in_flight * other.seconds
        return Sample(
            seconds,
            self.counts + other.counts,
            weighted / seconds if seconds else 0.0,
            self.latencies + other.latencies,
        )

    def per_second(self, count: float) -> float:
        """The rate of a count of this sample."""
        return count / self.seconds if self.seconds else 0.0


class Series:
    """The samples of a crawl in their order, never more than `capacity`."""

    def __init__(
        self, capacity: int = CAPACITY, interval: float = FIRST_INTERVAL
    ) -> None:
        self.samples: list[Sample] = []
        self.interval = interval
        """Seconds that the next sample ought to have."""
        self._capacity = capacity

    def add(self, sample: Sample) -> None:
        """Add the next sample."""
        self.samples.append(sample)
        if len(self.samples) >= self._capacity:
            self.samples = self._merged(2)
            self.interval *= 2

    def pooled(self, points: int) -> list[Sample]:
        """The samples, neighbours merged so that they are `points` at most; none is much shorter than the others."""
        pooled = self._merged(-(-len(self.samples) // max(points, 1)) or 1)
        if len(pooled) > 1 and pooled[-1].seconds < pooled[-2].seconds / 2:
            last = pooled.pop()
            pooled[-1] += last
        return pooled

    def total(self) -> Sample:
        """All samples in one."""
        return reduce(add, self.samples, Sample(0.0, Counts(), 0.0))

    def _merged(self, size: int) -> list[Sample]:
        starts = range(0, len(self.samples), size)
        return [reduce(add, self.samples[start : start + size]) for start in starts]
