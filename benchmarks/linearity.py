"""Whether cost grows with the pages and not faster: this project on a site, and on one ten times as large."""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contenders import OURS
from benchmarks.runs import serve_site
from benchmarks.site import PAGE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measure import Measurement

SMALL, LARGE = 1500, 15_000

_TEXT = """\
Start-up is a crawl of the first page of each topic. Targets: net of it, a page of the large site costs within 5% of the
CPU time of one of the small site; peak memory below 150 MB. Measured: {difference:+.1%}, and {memory:.0f} MB.

| pages | articles | seconds | pages/s | CPU ms/page | net of start-up | peak MB | MB on disk |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def measure_linearity(
    *,
    topics: int,
    concurrency: int,
    python: str,
    rounds: int,
    say: Callable[[str], None],
) -> str:
    """Return a table of both sizes: CPU time a page, pages a second, peak memory, bytes on disk."""
    serve = partial(serve_site, topics=topics, concurrency=concurrency, python=python)
    runs: dict[int, list[Measurement]] = {topics: [], SMALL: [], LARGE: []}
    with (
        serve(pages=topics) as first_pages,
        serve(pages=SMALL) as small,
        serve(pages=LARGE) as large,
    ):
        for number in range(rounds):
            for site in (first_pages, small, large):
                taken = site.run(OURS)
                runs[site.pages].append(taken)
                say(
                    f"round {number + 1}/{rounds} {site.pages:7,} pages {taken.wall:7.1f} s"
                    f" {taken.cpu / site.pages * 1000:7.2f} ms CPU/page {taken.memory / 1e6:6.0f} MB"
                )
    return _table(topics, runs)


def _table(first: int, runs: dict[int, list[Measurement]]) -> str:
    costs, lines, memory = [], [], 0.0
    start = _median(runs[first], "cpu")
    for pages in (SMALL, LARGE):
        wall, cpu = _median(runs[pages], "wall"), _median(runs[pages], "cpu")
        memory, disk = _median(runs[pages], "memory"), _median(runs[pages], "disk")
        costs.append((cpu - start) / (pages - first) * 1000)
        lines.append(
            f"| {pages:,} | {pages * PAGE_SIZE:,} | {wall:.1f} | {pages / wall:.0f}"
            f" | {cpu / pages * 1000:.2f} | {costs[-1]:.2f} | {memory / 1e6:.0f} | {disk / 1e6:.0f} |"
        )
    head = _TEXT.format(difference=costs[1] / costs[0] - 1, memory=memory / 1e6)
    return head + "\n".join(lines)


def _median(runs: list[Measurement], name: str) -> float:
    return statistics.median(float(getattr(run, name)) for run in runs)
