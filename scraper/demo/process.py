"""Runs the demo site in a process of its own, which ends with the one that started it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Any, cast

from scraper.demo.exceptions import DemoError
from scraper.demo.options import DemoOptions

START_TIMEOUT = 30.0
STOP_TIMEOUT = 5.0

_PROJECT = Path(__file__).parents[2]


@contextmanager
def demo_site(**options: Any) -> Iterator[str]:
    """Serve the demo site from another process; gives the URL of its index page.

    `options` are the fields of DemoOptions. The process ends with the context, and by
    itself when this one dies: it watches its standard input, which closes then.

    Raises ConfigurationError for a wrong option, DemoError if the site does not start.
    """
    arguments = DemoOptions(**options).arguments()
    with tempfile.TemporaryFile() as errors, _started(arguments, errors) as process:
        yield _index_url(process, errors)


@contextmanager
def _started(
    arguments: list[str], errors: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the process; end it, by force if need be, with the context."""
    with subprocess.Popen(  # noqa: S603 (the arguments are numbers that were checked)
        [sys.executable, "-m", "scraper.demo", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, "PYTHONPATH": _python_path()},
        # A Ctrl-C at the terminal is for the crawl, which ends this process itself.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    ) as process:
        try:
            yield process
        finally:
            _stop(process)


def _python_path() -> str:
    """Return a PYTHONPATH with this project in it: Scrapy runs in its subfolders too."""
    inherited = os.environ.get("PYTHONPATH")
    return os.pathsep.join([str(_PROJECT), *([inherited] if inherited else [])])


def _index_url(process: subprocess.Popen[bytes], errors: IO[bytes]) -> str:
    """Return the first line the process prints, which says that it is ready."""
    timer = Timer(START_TIMEOUT, process.kill)
    timer.start()
    try:
        line = cast("IO[bytes]", process.stdout).readline()
    finally:
        timer.cancel()
        timer.join()
    if not line:
        process.wait()
        raise DemoError(f"the demo site did not start: {_last_line(errors)}")
    return line.decode().strip()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return said[-1] if said else f"it said nothing in {START_TIMEOUT:g} seconds"


def _stop(process: subprocess.Popen[bytes]) -> None:
    cast("IO[bytes]", process.stdin).close()
    try:
        process.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
