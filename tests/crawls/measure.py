"""What sharing a crawl costs and gains: `python -m tests.crawls.measure PAGES`; figures of it are in docs/fleet.md.

A site of PAGES pages of 35 articles is served by nginx (if installed), and crawled alone,
by a fleet of one and by one of two, three times in turn. Pages a second are those of the
whole process, its start and the writing of its feeds included, and those "under way":
from a tenth of the pages to nine tenths, as the database has them. A last crawl of each
kind, in this process, counts the statements.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any, NamedTuple

from sqlalchemy import Engine, event

from benchmarks.serving import serving
from benchmarks.site import BenchmarkSite
from tests.crawls.running import PROJECT, crawl, project_settings

VERBS = {
    "alone": ["crawl"],
    "a fleet of 1": ["fleet", "-n", "1"],
    "a fleet of 2": ["fleet", "-n", "2"],
}
ROUNDS = 3
DONE = "SELECT count(*) FROM pages WHERE state = 'done'"


class Taken(NamedTuple):
    """What a crawl took: seconds, CPU seconds of all its processes, and pages a second under way."""

    wall: float
    cpu: float
    rate: float


def run(verb: list[str], url: str, folder: Path, pages: int) -> Taken:
    """Crawl the site."""
    began, moments = perf_counter(), []
    command = [sys.executable, "-m", "scrapy", *verb, "topics", "-a", f"url={url}"]
    options = ["-s", f"CRAWL_DB=sqlite:///{folder}/crawls.db", "-L", "WARNING"]
    feed = ["-o", f"{folder}/articles.csv"]
    process = subprocess.Popen([*command, *options, *feed], cwd=PROJECT)
    while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
        sleep(0.25)
        if pages / 10 <= (done := pages_done(folder / "crawls.db")) <= pages * 9 / 10:
            moments.append((perf_counter(), done))
    process.returncode = os.waitstatus_to_exitcode(ended[1])
    assert process.returncode == 0, f"{verb} failed"
    (first, earlier), (last, later) = moments[0], moments[-1]
    cpu = ended[2].ru_utime + ended[2].ru_stime
    return Taken(perf_counter() - began, cpu, (later - earlier) / (last - first))


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
    results: dict[str, list[Taken]] = {name: [] for name in VERBS}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "site")
        folder.mkdir()
        site.write(folder)
        with serving(folder) as url:
            for turn in range(ROUNDS):
                for name, verb in VERBS.items():
                    own = Path(temporary, f"{turn}-{name.replace(' ', '-')}")
                    own.mkdir()
                    results[name].append(run(verb, url, own, pages))
            for shared in (False, True):
                own = Path(temporary, f"statements-{shared}")
                own.mkdir()
                profile = project_settings()["SITES"]["demo"] | {"index": url}
                counts = statements(profile, own, shared)
                print(f"shared={shared}: {counts.total()} statements, {dict(counts)}")
    for name, runs in results.items():
        wall, cpu, rate = (median(each) for each in zip(*runs, strict=True))
        print(
            f"{name}: {pages / wall:.0f} pages/s, {rate:.0f} under way,"
            f" {cpu / pages * 1e3:.2f} ms of CPU a page"
        )


if __name__ == "__main__":
    main()
