"""Runs a command and says what it took, by the operating system's account."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LAST_LINES = 15


class FailedRunError(Exception):
    """A command that ended with another status than 0, or not in time."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one run took.

    `wall` and `cpu` are in seconds, `cpu` being user and system time of the process and
    all its descendants that it waited for; `memory` is the resident set, in bytes, that
    the largest of these processes had at its peak (wait4's ru_maxrss); `disk` the bytes
    of the files that it left in its folder.
    """

    wall: float
    cpu: float
    memory: int
    disk: int


def measure(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    timeout: float = 1800,
) -> Measurement:
    """Run a command in `folder`, its output in a log beside it.

    The memory of the process that measures is a lower bound of `memory`, as Linux counts
    from before exec. So that one imports little.

    Raises:
        FailedRunError: with the end of the log.
    """
    log = folder.with_suffix(".log")
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the contenders' own commands
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        timer = Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        finally:
            timer.cancel()
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        lines = log.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
        raise FailedRunError(
            f"exit status {process.returncode} of {' '.join(command)}:\n"
            + "\n".join(lines)
        )
    cpu = usage.ru_utime + usage.ru_stime
    return Measurement(wall, cpu, usage.ru_maxrss * 1024, _bytes_in(folder))


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
