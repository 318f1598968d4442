"""A slow site: 300 ms for each answer, 100 requests at once. No crawl can have more than 333 pages a second of it."""

from __future__ import annotations

import statistics
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.runs import serve_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.contenders import Contender
    from benchmarks.runs import Range

CONCURRENCY = 100

_TEXT = """\
{milliseconds:.0f} ms for each answer, {concurrency} requests at once, {pages:,} pages: at most {allowed:.0f} pages/s.
Target: 95% of that. Start-up is a crawl of the first page of each topic: robots.txt, the index and these have to be
waited for before there is anything to do at once.

| | pages/s | share | net of start-up | share |
| --- | ---: | ---: | ---: | ---: |
"""


def measure_latency(
    *,
    pages: int,
    topics: int,
    latency: float,
    python: str,
    rounds: int,
    say: Callable[[str], None],
) -> str:
    """Return a table of this project and the bare loop: pages a second, as a share of what the latency allows."""
    bare = next(each for each in CONTENDERS if each.name == "bare")
    allowed = CONCURRENCY / latency
    serve = partial(
        serve_site,
        topics=topics,
        concurrency=CONCURRENCY,
        python=python,
        latency=latency,
    )
    lines = []
    with serve(pages=pages) as site, serve(pages=topics) as first_pages:
        for contender in (OURS, bare):
            gross, net = _rates(contender, site, first_pages, rounds)
            lines.append(
                f"| {contender.title} | {gross:.0f} | {gross / allowed:.1%} | {net:.0f} | {net / allowed:.1%} |"
            )
            say(lines[-1])
    head = _TEXT.format(
        milliseconds=latency * 1000,
        concurrency=CONCURRENCY,
        pages=pages,
        allowed=allowed,
    )
    return head + "\n".join(lines)


def _rates(
    contender: Contender, site: Range, first_pages: Range, rounds: int
) -> tuple[float, float]:
    """Return pages a second, and those without the time that the topics' first pages take."""
    starts = [first_pages.run(contender).wall for _ in range(rounds)]
    wall = statistics.median(site.run(contender).wall for _ in range(rounds))
    beyond = site.pages - first_pages.pages
    return site.pages / wall, beyond / (wall - statistics.median(starts))
