"""Runs contenders against a site that is served for them, and checks what each exported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.contenders import EXPORT
from benchmarks.measure import FailedRunError, Measurement, measure
from benchmarks.serving import PROJECT, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.contenders import Contender


SITE = "site"


@dataclass(frozen=True, slots=True)
class Range:
    """Where contenders run: the site at `url` of so many pages and topics, served from below `folder`.

    `concurrency` is the number of requests at once, `python` the interpreter that has
    the peers' packages.
    """

    url: str
    pages: int
    topics: int
    folder: Path
    concurrency: int
    python: str

    def run(self, contender: Contender) -> Measurement:
        """Run a contender once, in an empty folder.

        Raises:
            FailedRunError: it failed, or its export is not what the site holds.
        """
        folder = self.folder / contender.name
        folder.mkdir()
        contender.prepare(folder)
        try:
            command = contender.command(self.url, folder, self.concurrency, self.python)
            taken = measure(command, folder, contender.environment)
            self._check(contender, folder / EXPORT)
            return taken
        finally:
            shutil.rmtree(folder)

    @property
    def page_bytes(self) -> int:
        """Return how large a page is: the first one of the first topic."""
        return (self.folder / SITE / "topic-0" / "1.html").stat().st_size

    def capacity(self) -> float:
        """Return the pages a second that the server gives to a client that only reads."""
        page = f"{self.url}topic-0?page=1"
        connections = f"--connections={self.concurrency}"
        return float(_module("capacity", connections, page).stdout)

    def _check(self, contender: Contender, export: Path) -> None:
        try:
            _module(
                "check",
                f"--topics={self.topics}",
                f"--pages={self.pages}",
                f"--index={self.url}",
                str(export),
            )
        except subprocess.CalledProcessError as error:
            raise FailedRunError(f"{contender.title}: {error.stderr}") from error


@contextmanager
def serve_site(
    *, pages: int, topics: int, concurrency: int, python: str, latency: float = 0
) -> Iterator[Range]:
    """Write a site into a temporary folder and serve it, each answer after `latency` seconds."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        site = folder / SITE
        site.mkdir()
        _module("site", f"--topics={topics}", f"--pages={pages}", str(site))
        with serving(site, latency) as url:
            yield Range(url, pages, topics, folder, concurrency, python)


def _module(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module of this package in a process of its own: this one is to stay small, see `measure`."""
    return subprocess.run(  # noqa: S603 - modules of this package
        [sys.executable, "-m", f"benchmarks.{name}", *arguments],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
