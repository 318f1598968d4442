"""Answers that ask to wait, and the requests that came too early."""

from collections.abc import Iterable
from email.utils import formatdate
from time import monotonic, time

from tests.downloader.peer import Call

UNDER_WAY = 0.2
"""Seconds in which a request may arrive that was sent before the answer that asks to wait was read."""


class Asking:
    """Answers that ask to wait, and until when (`time.monotonic()`) they do."""

    def __init__(self, status: str, seconds: float, as_date: bool = False) -> None:
        self._status = status
        self._seconds = seconds
        self._as_date = as_date
        self.asked: list[tuple[float, float]] = []

    async def __call__(self, call: Call, html: bytes) -> None:
        now, seconds = monotonic(), self._seconds
        value = f"{seconds:g}"
        if self._as_date:
            date = int(time() + seconds) + 1
            value, seconds = formatdate(date, usegmt=True), date - time()
        self.asked.append((now, now + seconds))
        await call.reply(b"Later", self._status, f"Retry-After: {value}")

    def early(self, arrivals: Iterable[float], at_most: float = 1e9) -> list[float]:
        """The arrivals at a time when the host had asked to wait; it waits for `at_most` seconds."""
        return [
            at
            for at in arrivals
            for asked, until in self.asked
            if asked + UNDER_WAY < at < min(until, asked + at_most)
        ]
