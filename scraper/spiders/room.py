"""Room: so much memory, and those who wait for their turn to take of it."""

import asyncio
import contextlib

LONGEST_WAIT = 10.0
"""Seconds after which a page is parsed all the same: somebody keeps the documents that he was given."""


class Room:
    """Room for `size` at a time, which is entered in turn; what is larger enters when it is alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._door = asyncio.Lock()
        self._left = asyncio.Event()

    async def enter(self, size: int) -> None:
        """Wait until there is room for `size`; at most LONGEST_WAIT seconds."""
        if self._door.locked() or not self._fits(size):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LONGEST_WAIT), self._door:
                    while not self._fits(size):
                        self._left.clear()
                        await self._left.wait()
        self._taken += size

    def _fits(self, size: int) -> bool:
        return not self._taken or self._taken + size <= self._size

    def leave(self, size: int) -> None:
        """Make room."""
        self._taken -= size
        self._left.set()
