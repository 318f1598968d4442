"""Silence: which worker of a fleet hangs, told by the signs of life."""

from collections.abc import Sequence
from time import monotonic


class Silence:
    """Tells the process that was silent for `seconds` without a break, look by look.

    A look that could not be had breaks it: a database that is back has to hear of all
    workers first. So does one that hangs: it may be what keeps the others from writing.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[int, float] = {}

    def look(self, silent: Sequence[int]) -> int | None:
        """Take note of who is `silent` now, by process id, the longest first; returns the first that hangs."""
        now = monotonic()
        self._since = {pid: self._since.get(pid, now) for pid in silent}
        for pid, since in self._since.items():
            if now - since >= self._seconds:
                self._since.clear()
                return pid
        return None
