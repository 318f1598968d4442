"""Commands of the project, each running in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.crawls.running import FINDS_PROJECT, PATIENCE, PROJECT


@contextmanager
def running(*arguments: str, **popen: Any) -> Iterator["subprocess.Popen[str]"]:
    """`scrapy` with these arguments, its log to be read; killed if it still runs at the end."""
    defaults: dict[str, Any] = {
        "cwd": PROJECT,
        "env": os.environ | FINDS_PROJECT,
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.PIPE,
        "encoding": "utf-8",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *arguments], **defaults | popen
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def options(values: Mapping[str, object]) -> list[str]:
    """Settings as options of the command line."""
    return [
        part for name, value in values.items() for part in ("-s", f"{name}={value}")
    ]


def read_until(process: "subprocess.Popen[str]", text: str) -> str:
    """Wait until a process says `text`; returns its log up to there."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if text in line:
            return "".join(said)
    raise AssertionError(f"it ended without {text!r}: {''.join(said)}")


def end(process: "subprocess.Popen[str]", status: int = 0) -> str:
    """Wait until a process has ended, with this exit status; returns what is left of its log."""
    _, log = process.communicate(timeout=PATIENCE)
    assert process.returncode == status, log
    return log


def children_of(pid: int) -> list[int]:
    """The processes that a process has started, each by now with a command line of its own (proc(5)).

    Who stops one before that stops the process that starts it too: it waits for that.
    """
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if _command(child) != _command(pid)]


def _command(pid: object) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], object], timeout: float = PATIENCE) -> None:
    deadline = monotonic() + timeout
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.01)
