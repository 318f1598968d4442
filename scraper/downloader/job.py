"""A download as Scrapy's thread follows it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .messages import Report
    from .worker import Worker


class Inbox:
    """The reports on one download, for the one coroutine that waits for them."""

    def __init__(self) -> None:
        self._reports: deque[Report] = deque()
        self._waiter: asyncio.Future[None] | None = None

    def put(self, report: Report) -> None:
        """Add a report."""
        self._reports.append(report)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Report:
        """Return the next report."""
        while not self._reports:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._reports.popleft()


@dataclass(slots=True)
class Job:
    """A download, its place in the pool and the worker there that does it."""

    slot: int
    worker: Worker | None = None
    inbox: Inbox = field(default_factory=Inbox)
    finished: bool = False
