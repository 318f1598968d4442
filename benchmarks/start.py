"""How long a crawl takes to its first request, beside what `scrapy version` takes."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.contenders import OURS
from benchmarks.measure import measure
from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.0
_TIMEOUT = 60.0


class Taken(NamedTuple):
    """Seconds by the clock, and of CPU time."""

    wall: float
    cpu: float


def measure_start(*, rounds: int, say: Callable[[str], None]) -> str:
    """Return a line: what it takes to the first request, what `scrapy version` takes, and the difference."""
    starts, versions = [], []
    for number in range(rounds):
        versions.append(_version())
        starts.append(_to_first_request())
        say(
            f"round {number + 1}/{rounds}  {starts[-1].wall:.2f} s, {starts[-1].cpu:.2f} s CPU;"
            f" `scrapy version` {versions[-1].wall:.2f} s, {versions[-1].cpu:.2f} s CPU"
        )
    pairs = list(zip(starts, versions, strict=True))
    wall = statistics.median(start.wall - version.wall for start, version in pairs)
    cpu = statistics.median(start.cpu - version.cpu for start, version in pairs)
    return (
        f"The first request arrives {statistics.median(start.wall for start in starts):.2f} s after the command is"
        f" started, {wall:.2f} s later (CPU: {cpu:.2f} s) than `scrapy version` would be done. Target: {TARGET} s."
    )


def _version() -> Taken:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary) / OURS.name
        folder.mkdir()
        OURS.prepare(folder)
        command = [sys.executable, "-m", "scrapy", "version"]
        taken = measure(command, folder, OURS.environment)
        return Taken(taken.wall, taken.cpu)


def _to_first_request() -> Taken:
    """Start a crawl, and stop it at its first byte: the request for robots.txt."""
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as temporary,
        socket.create_server((HOST, 0)) as listener,
    ):
        listener.settimeout(_TIMEOUT)
        folder = Path(temporary)
        OURS.prepare(folder)
        url = f"http://{HOST}:{listener.getsockname()[1]}/"
        start = time.perf_counter()
        crawl = subprocess.Popen(  # noqa: S603 - the command of the README
            OURS.command(url, folder, 32, sys.executable),
            cwd=folder,
            env={**os.environ, **OURS.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(_TIMEOUT)
                connection.recv(1)
                wall = time.perf_counter() - start
        finally:
            crawl.kill()
            _, status, usage = os.wait4(crawl.pid, 0)
            crawl.returncode = os.waitstatus_to_exitcode(status)
        return Taken(wall, usage.ru_utime + usage.ru_stime)
