"""What sharing a crawl costs and gains: `python -m tests.crawls.measure PAGES`; figures of it are in docs/fleet.md.

A site of PAGES pages of 35 articles is served by nginx (if installed), and crawled alone, by a fleet of one, by one
of two, and by two crawls at once that share nothing, three times in turn. The last is what the machine has for two
processes at all. Pages a second are those of the whole processes, their start and the writing of their feeds included,
and those "under way": from a tenth of the pages to nine tenths, as the databases have them. A last crawl alone and
one that is shared, in this process, count the statements.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from benchmarks.serving import serving
from benchmarks.site import BenchmarkSite
from tests.crawls.running import PROJECT, crawl, project_settings

ROUNDS = 3
DONE = "SELECT count(*) FROM pages WHERE state = 'done'"


class Kind(NamedTuple):
    """A way to crawl: a command, and how many of it run at once, each with a database of its own."""

    verb: Sequence[str]
    at_once: int = 1


KINDS = {
    "alone": Kind(["crawl"]),
    "a fleet of 1": Kind(["fleet", "-n", "1"]),
    "a fleet of 2": Kind(["fleet", "-n", "2"]),
    "two that share nothing": Kind(["crawl"], at_once=2),
}


class Taken(NamedTuple):
    """What crawls at once took: pages a second in all and under way, CPU seconds a page, cores that were busy."""

    rate: float
    under_way: float
    cpu: float
    cores: float


def run(kind: Kind, url: str, folder: Path, pages: int) -> Taken:
    """Crawl the site of `pages` pages."""
    folders = [folder / str(number) for number in range(kind.at_once)]
    pages *= kind.at_once
    began, cpu, moments = perf_counter(), 0.0, []
    running = [start(kind.verb, url, each) for each in folders]
    while running:
        sleep(0.25)
        done = sum(pages_done(each / "crawls.db") for each in folders)
        if pages / 10 <= done <= pages * 9 / 10:
            moments.append((perf_counter(), done))
        for process in running.copy():
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = os.waitstatus_to_exitcode(status)
                assert process.returncode == 0, f"{kind.verb} failed"
                cpu += usage.ru_utime + usage.ru_stime
                running.remove(process)
    wall = perf_counter() - began
    (first, earlier), (last, later) = moments[0], moments[-1]
    under_way = (later - earlier) / (last - first)
    return Taken(pages / wall, under_way, cpu / pages, cpu / wall)


def start(verb: Sequence[str], url: str, folder: Path) -> subprocess.Popen[bytes]:
    """Start a crawl of the site into `folder`."""
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "scrapy", *verb, "topics", "-a", f"url={url}"]
    options = ["-s", f"CRAWL_DB=sqlite:///{folder}/crawls.db", "-L", "WARNING"]
    feed = ["-o", f"{folder}/articles.csv"]
    return subprocess.Popen([*command, *options, *feed], cwd=PROJECT)


def pages_done(path: Path) -> int:
    """The pages that are done by now."""
    with (
        suppress(sqlite3.OperationalError),  # there is no table yet
        closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection,
    ):
        return int(connection.execute(DONE).fetchone()[0])
    return 0


def statements(profile: Mapping[str, Any], folder: Path, shared: bool) -> Counter[str]:
    """Count the statements of a crawl in this process by their first word and table."""
    counts: Counter[str] = Counter()

    def count(_: object, __: object, statement: str, *___: object) -> None:
        counts[" ".join(statement.split()[:1])] += 1

    event.listen(Engine, "before_cursor_execute", count)
    crawl(
        folder,
        profile,
        CRAWL_DB=f"sqlite:///{folder}/crawls.db",
        CRAWL_SHARED=shared,
        LOG_LEVEL="WARNING",
    )
    event.remove(Engine, "before_cursor_execute", count)
    return counts


def main() -> None:
    pages = int(sys.argv[1])
    site = BenchmarkSite(topics=15, pages=pages)
    results: dict[str, list[Taken]] = {name: [] for name in KINDS}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "site")
        folder.mkdir()
        site.write(folder)
        with serving(folder) as url:
            for turn in range(ROUNDS):
                for name, kind in KINDS.items():
                    own = Path(temporary, f"{turn}-{name.replace(' ', '-')}")
                    results[name].append(run(kind, url, own, pages))
            for shared in (False, True):
                own = Path(temporary, f"statements-{shared}")
                own.mkdir()
                profile = project_settings()["SITES"]["demo"] | {"index": url}
                counts = statements(profile, own, shared)
                print(f"shared={shared}: {counts.total()} statements, {dict(counts)}")
    for name, runs in results.items():
        taken = Taken(*map(median, zip(*runs, strict=True)))
        pairs = zip(runs, results["alone"], strict=True)
        times = median(each.under_way / alone.under_way for each, alone in pairs)
        print(
            f"{name}: {taken.rate:.0f} pages/s, {taken.under_way:.0f} under way ({times:.2f} times),"
            f" {taken.cpu * 1e3:.2f} ms of CPU a page, {taken.cores:.2f} cores"
        )


if __name__ == "__main__":
    main()
