"""Recorder: takes the samples of a crawl while it runs."""

from collections.abc import Callable
from time import monotonic

from scraper.report.latency import LatencyHistogram
from scraper.report.sampling import Counts, Sample, Series


class Recorder:
    """Looks now and then at what `counts` (since the crawl began) and `in_flight` (now) say; `series` has the samples.

    In between, latencies are counted: that is all it does for each response.
    """

    def __init__(
        self,
        counts: Callable[[], Counts],
        in_flight: Callable[[], int],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.series = Series()
        self._counts = counts
        self._in_flight = in_flight
        self._clock = clock
        self._began = clock()
        self._so_far = counts()
        self._looks: list[int] = []
        self.latencies = LatencyHistogram()

    def look(self) -> None:
        """See how many requests are under way; take a sample if it is time. To be called at least every interval."""
        self._looks.append(self._in_flight())
        if self._clock() - self._began >= self.series.interval:
            self.sample()

    def sample(self) -> None:
        """Take the sample of the time since the last one."""
        now, counts = self._clock(), self._counts()
        sample = Sample(
            now - self._began,
            counts - self._so_far,
            sum(self._looks) / max(len(self._looks), 1),
            self.latencies,
        )
        self._began, self._so_far = now, counts
        self._looks, self.latencies = [], LatencyHistogram()
        if sample.seconds:
            self.series.add(sample)
