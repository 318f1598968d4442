"""What sharing a crawl costs and gains: `python -m tests.crawls.measure PAGES`; figures of it are in docs/fleet.md.

A site of PAGES pages of 35 articles is served by nginx (if installed), and crawled alone,
by a fleet of one and by one of two, three times in turn. A last crawl of each kind, in
this process, counts the statements.
"""

import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

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


def run(verb: list[str], url: str, folder: Path) -> tuple[float, float]:
    """Crawl the site; returns the seconds it took, and the CPU seconds of all its processes."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    command = [sys.executable, "-m", "scrapy", *verb, "topics", "-a", f"url={url}"]
    options = ["-s", f"CRAWL_DB=sqlite:///{folder}/crawls.db", "-L", "WARNING"]
    feed = ["-o", f"{folder}/articles.csv"]
    subprocess.run([*command, *options, *feed], cwd=PROJECT, check=True)
    took = perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


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
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in VERBS}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "site")
        folder.mkdir()
        site.write(folder)
        with serving(folder) as url:
            for turn in range(ROUNDS):
                for name, verb in VERBS.items():
                    own = Path(temporary, f"{turn}-{name.replace(' ', '-')}")
                    own.mkdir()
                    results[name].append(run(verb, url, own))
            for shared in (False, True):
                own = Path(temporary, f"statements-{shared}")
                own.mkdir()
                profile = project_settings()["SITES"]["demo"] | {"index": url}
                counts = statements(profile, own, shared)
                print(f"shared={shared}: {counts.total()} statements, {dict(counts)}")
    for name, runs in results.items():
        seconds = median(took for took, _ in runs)
        cpu = median(cpu for _, cpu in runs)
        print(
            f"{name}: {pages / seconds:.0f} pages/s, {cpu / pages * 1e3:.2f} ms of CPU a page"
        )


if __name__ == "__main__":
    main()
