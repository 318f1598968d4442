"""Where the comparison runs: the peers' own virtual environment, and what machine, versions and commit these are."""

from __future__ import annotations

import datetime
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.serving import PROJECT, nginx_version

if TYPE_CHECKING:
    from collections.abc import Callable

_HERE = Path(__file__).parent
REQUIREMENTS = _HERE / "requirements.txt"
ENVIRONMENT = _HERE / ".venv"
_STAMP = ENVIRONMENT / "installed"

_VERSIONS = """
from importlib.metadata import PackageNotFoundError, version
import sys
for name in sys.argv[1:]:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        pass
"""
_NAMED = (
    "Scrapy",
    "aiohttp",
    "selectolax",
    "crawlee",
    "scrapling",
    "beautifulsoup4",
    "lxml",
)


def peers_python(say: Callable[[str], None]) -> str:
    """Return the interpreter of the peers' environment, which is made if it is missing or out of date.

    Raises:
        CalledProcessError: pip failed; it has said why.
    """
    python = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest() + sys.version
    if not _STAMP.exists() or _STAMP.read_text() != wanted:
        say(f"installing {REQUIREMENTS.name} into {ENVIRONMENT}")
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(ENVIRONMENT))
        _run(str(python), "-m", "pip", "install", "-q", "-r", str(REQUIREMENTS))
        _STAMP.write_text(wanted)
    return str(python)


def missing(python: str, packages: tuple[str, ...]) -> list[str]:
    """Return which of the packages (names to import) the interpreter does not have."""
    code = "import importlib.util, sys; print(*(n for n in sys.argv[1:] if importlib.util.find_spec(n) is None))"
    return _output(python, "-c", code, *packages).split()


def describe(python: str) -> list[str]:
    """Return lines of Markdown: the date, the commit, the machine, the versions."""
    versions = _output(python, "-c", _VERSIONS, *_NAMED).splitlines()
    server = nginx_version() or "no nginx"
    system = f"{platform.system()} {platform.release()}"
    return [
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, commit {_commit()}.",
        f"{os.cpu_count()} cores ({_processor()}), {_memory():.0f} GB, {system},",
        f"CPython {platform.python_version()}, {server}, {', '.join(versions)}.",
    ]


def _commit() -> str:
    git = shutil.which("git")
    if git is None:
        return "unknown"
    try:
        commit = _output(
            git, "-C", str(PROJECT), "rev-parse", "--short", "HEAD"
        ).strip()
        changed = _output(git, "-C", str(PROJECT), "status", "--porcelain", "scraper")
    except subprocess.CalledProcessError:
        return "unknown"
    return f"{commit} with changes" if changed else commit


def _processor() -> str:
    """Return the processor's name; /proc knows it better than Python."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = (
        line.partition(":")[2].strip()
        for line in lines
        if line.startswith("model name")
    )
    return next(names, platform.processor() or platform.machine())


def _memory() -> float:
    """Return the machine's memory in GB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - as built here


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603 - as built here
