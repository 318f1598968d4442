"""What a process holds on to: threads, descriptors, tasks."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def downloader_threads() -> list[threading.Thread]:
    """Return the running threads of downloaders."""
    return [
        thread
        for thread in threading.enumerate()
        if thread.name.startswith("downloader")
    ]


def descriptors(server_port: int) -> int:
    """Return how many files and sockets are open, without those of a server of the test."""
    ports = [_local_port(int(name)) for name in os.listdir("/dev/fd")]
    return len([port for port in ports if port not in (CLOSED, server_port)])


CLOSED = -1


def _local_port(descriptor: int) -> int:
    """Return the port of a socket, 0 for what is none and CLOSED for what is gone by now."""
    try:
        probe = socket.socket(fileno=descriptor)
    except OSError as error:
        return CLOSED if error.errno == errno.EBADF else 0
    try:
        name = probe.getsockname()
    except OSError:
        return CLOSED
    finally:
        probe.detach()
    return name[1] if isinstance(name, tuple) else 0


@contextmanager
def leaving_nothing(server_port: int = 0) -> Iterator[None]:
    """Check that a block, run in an event loop, leaves no thread, task or descriptor."""
    tasks, open_before = asyncio.all_tasks(), descriptors(server_port)
    yield
    assert downloader_threads() == []
    assert asyncio.all_tasks() == tasks
    assert descriptors(server_port) == open_before


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that another thread or process does and no event tells of."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - that is the point
            await asyncio.sleep(0.005)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Check that a block takes no longer: a bound on waiting, not a measurement."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds
