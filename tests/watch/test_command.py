"""`scrapy watch` as a person runs it: beside a crawl, in a terminal and in a pipe."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

import pytest

from scraper.commands.watch import Command
from scraper.demo.process import demo_site
from tests.commands.running import folder, run
from tests.crawls.processes import read_until, running
from tests.crawls.running import PATIENCE, PROJECT, scrapy

pytestmark = pytest.mark.slow

__all__ = ["folder"]

ENTERS_SCREEN = "\x1b[?1049h"
LEAVES_SCREEN = "\x1b[?1049l"


@contextmanager
def crawling(folder: Path) -> Iterator["tuple[subprocess.Popen[str], str]"]:
    """A crawl under way that would take minutes, and the setting of its database."""
    database = f"CRAWL_DB=sqlite:///{folder}/crawls.db"
    with (
        demo_site(topics=4, pages=5000, articles=5, latency=0.1) as url,
        running(
            *("crawl", "topics", "-a", f"url={url}"),
            *("-s", database, "-s", "CONCURRENT_REQUESTS=2"),
        ) as crawl,
    ):
        read_until(crawl, "Found 4 topics")
        yield crawl, database


class Terminal:
    """`scrapy watch` in a terminal of its own."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._leader, follower = pty.openpty()
        self.resize(24, 80)
        fixed = ("COLUMNS", "LINES")  # which pytest-xdist sets
        inherited = {k: v for k, v in os.environ.items() if k not in fixed}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "watch", *arguments],
            cwd=PROJECT,
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**inherited, "TERM": "xterm-256color", **environment},
            start_new_session=True,
        )
        os.close(follower)
        self.shown = ""

    def resize(self, lines: int, columns: int) -> None:
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._leader, termios.TIOCSWINSZ, size)

    def read_until(self, pattern: str) -> None:
        """Read on until what is shown from here on matches, and forget what was before."""
        self.shown, deadline = "", monotonic() + PATIENCE
        while not re.search(pattern, self.shown):
            left = deadline - monotonic()
            assert left > 0, f"not shown: {pattern}\n{self.shown[-3000:]}"
            if select.select([self._leader], [], [], left)[0]:
                self.shown += os.read(self._leader, 65536).decode(errors="replace")

    def read_rest(self) -> str:
        """What is shown until the end."""
        chunks = []
        try:
            while chunk := os.read(self._leader, 65536):
                chunks.append(chunk)
        except OSError:  # how Linux says that nobody holds the other side any more
            pass
        return b"".join(chunks).decode(errors="replace")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._leader)


@contextmanager
def terminal(*arguments: str, **environment: str) -> Iterator[Terminal]:
    opened = Terminal(*arguments, **environment)
    try:
        yield opened
    finally:
        opened.close()


def test_one_frame_of_a_crawl_under_way(tmp_path: Path) -> None:
    with crawling(tmp_path) as (_, database):
        done = scrapy("watch", "--once", "-s", database)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert re.search(r"^demo  crawl 1  running  since ", done.stdout)
    assert re.search(r"\d+ of [\d,]+ pages", done.stdout)
    assert re.search(r"^workers .*\n\S+ \d+ ", done.stdout, re.MULTILINE)
    assert "\x1b" not in done.stdout


def test_in_a_terminal_it_goes_on_until_the_crawl_ends(tmp_path: Path) -> None:
    with (
        crawling(tmp_path) as (crawl, database),
        terminal("-s", database) as watched,
    ):
        watched.read_until(r"[1-9]\d* of [\d,]+ pages")
        first = watched.shown
        pages = re.findall(r"(\d+) of [\d,]+ pages", first)[-1]
        watched.read_until(rf"(?!{pages} )[1-9]\d* of [\d,]+ pages")
        watched.resize(20, 50)
        crawl.send_signal(signal.SIGINT)
        rest = watched.read_rest()
        assert watched.process.wait(PATIENCE) == 0
    assert ENTERS_SCREEN in first
    last = rest.partition(LEAVES_SCREEN)[2]
    assert "not at work" in last
    lines = re.sub("\x1b\\[[^a-zA-Z]*[a-zA-Z]", "", last).splitlines()
    assert max(map(len, lines)) == 50


@pytest.mark.parametrize(("no_color", "is_coloured"), [("1", False), ("", True)])
def test_ctrl_c_leaves_and_colours_are_a_choice(
    no_color: str, is_coloured: bool, tmp_path: Path
) -> None:
    with (
        crawling(tmp_path) as (crawl, database),
        terminal("-s", database, NO_COLOR=no_color) as watched,
    ):
        watched.read_until(r"[1-9]\d* of [\d,]+ pages")
        shown = watched.shown
        watched.process.send_signal(signal.SIGINT)
        rest = watched.read_rest()
        assert watched.process.wait(PATIENCE) == 0
        assert crawl.poll() is None
    assert LEAVES_SCREEN in rest
    assert "Traceback" not in rest
    assert bool(re.search("\x1b\\[[0-9;]*3[0-9]", shown)) is is_coloured


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [([], "music  crawl 3"), (["--crawl", "1"], "books  crawl 1  finished")],
)
def test_the_last_crawl_or_the_chosen_one(
    arguments: list[str], shown: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), *arguments, folder=folder) == 0
    assert capsys.readouterr().out.startswith(shown)


def test_what_is_wrong_is_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(Command(), "--crawl", "99", folder=folder) == 1
    said = "scrapy watch: there is no crawl 99 (see: scrapy crawls)\n"
    assert capsys.readouterr().err == said
    assert run(Command(), folder=tmp_path / "none") == 1
    assert "There is no crawl database" in capsys.readouterr().err
    assert run(Command(), folder=folder, CRAWL_DB="") == 1
    assert "CRAWL_DB is empty" in capsys.readouterr().err
