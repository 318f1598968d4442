"""Handing values to another thread's event loop with one wake-up for many of them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable

T = TypeVar("T")


class Bridge(Generic[T]):
    """A one-way queue from any thread into one event loop.

    `receive` is called on the loop's thread for each value, in order of sending. Waking a loop is a
    system call, so a wake-up that is still pending serves every value sent meanwhile.
    """

    def __init__(self, loop: AbstractEventLoop, receive: Callable[[T], None]) -> None:
        self._loop = loop
        self._receive = receive
        self._queue: deque[T] = deque()
        self._woken = False

    def send(self, value: T) -> None:
        """Queue `value`; raises RuntimeError if the loop is closed."""
        self._queue.append(value)
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        # First the flag, then the queue: a value that is appended in between wakes the loop again
        # for nothing, the other order could leave it lying there.
        self._woken = False
        queue = self._queue
        try:
            while queue:
                self._receive(queue.popleft())
        finally:
            if queue:
                # One value that could not be dealt with must not hold up the others.
                self._loop.call_soon(self._deliver)
