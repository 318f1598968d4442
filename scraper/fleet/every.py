"""Every: whether it is time again."""

import math
from time import monotonic


class Every:
    """Says every so many `seconds` that it is time, the first time `at_once` or only then."""

    def __init__(self, seconds: float, *, at_once: bool = True) -> None:
        self.seconds = seconds
        self._last = -math.inf if at_once else monotonic()

    def __call__(self) -> bool:
        """Whether it is time."""
        now = monotonic()
        if now - self._last < self.seconds:
            return False
        self._last = now
        return True
