"""How long a crawl takes to its first request, beside what `scrapy version` takes."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contenders import OURS
from benchmarks.measure import measure
from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = 1.0
_TIMEOUT = 60.0


def measure_start(*, rounds: int, say: Callable[[str], None]) -> str:
    """Return a line: seconds to the first request, seconds of `scrapy version`, and the difference."""
    starts, versions = [], []
    for number in range(rounds):
        versions.append(_version_time())
        starts.append(_time_to_first_request())
        say(
            f"round {number + 1}/{rounds}  {starts[-1]:.2f} s, `scrapy version` {versions[-1]:.2f} s"
        )
    on_top = statistics.median(
        start - version for start, version in zip(starts, versions, strict=True)
    )
    return (
        f"The first request is received {statistics.median(starts):.2f} s after the command is started;"
        f" `scrapy version` takes {statistics.median(versions):.2f} s. That is {on_top:.2f} s on top of it"
        f" (target: {TARGET} s)."
    )


def _version_time() -> float:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary) / OURS.name
        folder.mkdir()
        OURS.prepare(folder)
        command = [sys.executable, "-m", "scrapy", "version"]
        return measure(command, folder, OURS.environment).wall


def _time_to_first_request() -> float:
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
        with subprocess.Popen(  # noqa: S603 - the command of the README
            OURS.command(url, folder, 32, sys.executable),
            cwd=folder,
            env={**os.environ, **OURS.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as crawl:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(_TIMEOUT)
                    connection.recv(1)
                    return time.perf_counter() - start
            finally:
                crawl.send_signal(signal.SIGKILL)
