"""LatencyHistogram: how long responses took, as counts in bounded memory."""

from collections import Counter
from dataclasses import dataclass, field
from math import log2
from typing import Self

SHORTEST = 0.0001
"""Seconds; what is shorter counts as this long."""

STEPS = 16
"""Buckets to a doubling: a quantile is exact to 2.2 percent."""

LAST_BUCKET = 22 * STEPS
"""What takes longer than 400 seconds is in it."""


@dataclass(slots=True)
class LatencyHistogram:
    """Counts latencies in buckets of equal ratio, at most LAST_BUCKET + 1 of them."""

    _counts: Counter[int] = field(default_factory=Counter)

    def add(self, seconds: float) -> None:
        """Count one latency."""
        place = int(STEPS * log2(max(seconds, SHORTEST) / SHORTEST))
        self._counts[min(place, LAST_BUCKET)] += 1

    def __add__(self, other: Self) -> "LatencyHistogram":
        return LatencyHistogram(self._counts + other._counts)

    def __len__(self) -> int:
        return self._counts.total()

    @property
    def buckets(self) -> int:
        """How many buckets are in use."""
        return len(self._counts)

    def quantile(self, part: float) -> float | None:
        """The latency in seconds that `part` (0 to 1) of all do not exceed; None if there are none."""
        left = part * self._counts.total()
        for place in sorted(self._counts):
            left -= self._counts[place]
            if left <= 0:
                return float(SHORTEST * 2.0 ** ((place + 0.5) / STEPS))
        return None
