"""A time limit that counts the peer's time and nobody else's."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

TOLERATED_LATENESS = 0.05
"""Seconds by which an event loop may be late before it is taken for held up."""


class Deadline:
    """An async context manager that raises TimeoutError after `seconds`, 0 meaning never.

    Unlike `asyncio.timeout` it forgives the time in which this process, not the peer, was late: if
    the loop comes to the deadline long after it was due (another thread held the interpreter), what
    has arrived meanwhile is read before the download is given up. No more than `seconds` in all are
    forgiven so.
    """

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._scope = asyncio.timeout(None)
        self._forgivable = seconds
        self._due = self._loop.time() + seconds
        self._paused = not seconds
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the clock: what is waited for is not the peer."""
        if self._paused:
            yield
            return
        started = self._loop.time()
        self._paused = True
        try:
            yield
        finally:
            self._paused = False
            self._due += self._loop.time() - started
            self._watch()

    async def __aenter__(self) -> Self:
        await self._scope.__aenter__()
        self._watch()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._paused = True
        if self._timer is not None:
            self._timer.cancel()
        await self._scope.__aexit__(kind, error, traceback)

    def _watch(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._paused:
            self._timer = self._loop.call_at(self._due, self._check)

    def _check(self) -> None:
        now = self._loop.time()
        forgiven = min(now - self._due, self._forgivable)
        if forgiven > TOLERATED_LATENESS:
            self._forgivable -= forgiven
            self._due = now + forgiven
            self._watch()
        elif not self._paused:
            self._scope.reschedule(now)
