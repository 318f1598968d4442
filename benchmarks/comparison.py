"""The comparison: contenders in turn, over several rounds, and the medians and ratios of what they took."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.contenders import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.contenders import Contender
    from benchmarks.measure import Measurement
    from benchmarks.runs import Range


@dataclass(slots=True)
class Series:
    """What a contender took in each round that it ran in: `runs` of the site, `starts` of a site of one page."""

    contender: Contender
    runs: dict[int, Measurement] = field(default_factory=dict)
    starts: list[Measurement] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Row:
    """A contender's medians. The ratios are those of this project to it, round by round: their median.

    `net` is in pages a second too, without the time that a crawl of one page takes;
    `cpu` and `cpu_net` in milliseconds a page.
    """

    contender: Contender
    rounds: int
    wall: float
    pages: float
    articles: float
    net: float
    cpu: float
    cpu_net: float
    memory: float
    disk: float
    speed_ratio: float
    cpu_ratio: float


def compare(
    contenders: Sequence[Contender],
    site: Range,
    one_page: Range,
    *,
    rounds: int,
    slow_rounds: int,
    say: Callable[[str], None],
) -> list[Series]:
    """Run all contenders in turn, and so on for `rounds`; the slow ones take part in the first rounds only.

    Raises:
        FailedRunError: one failed, or exported other articles than the site holds.
    """
    series = [Series(contender) for contender in contenders]
    for number in range(rounds):
        for each in series:
            if each.contender.slow and number >= slow_rounds:
                continue
            each.starts.append(one_page.run(each.contender))
            taken = each.runs[number] = site.run(each.contender)
            say(
                f"round {number + 1}/{rounds}  {each.contender.title:34}"
                f" {taken.wall:7.1f} s {site.pages / taken.wall:7.1f} pages/s"
                f" {taken.cpu / site.pages * 1000:7.2f} ms CPU/page"
                f" {taken.memory / 1e6:6.0f} MB"
            )
    return series


def summarize(series: Sequence[Series], pages: int, articles: int) -> list[Row]:
    """Return the medians of each contender, the fastest first."""
    ours = next(each.runs for each in series if each.contender is OURS)
    rows = [_row(each, ours, pages, articles) for each in series]
    return sorted(rows, key=lambda row: -row.pages)


def _row(
    series: Series, ours: dict[int, Measurement], pages: int, articles: int
) -> Row:
    runs = series.runs
    wall = statistics.median(run.wall for run in runs.values())
    cpu = statistics.median(run.cpu for run in runs.values())
    start_wall = statistics.median(start.wall for start in series.starts)
    start_cpu = statistics.median(start.cpu for start in series.starts)
    return Row(
        contender=series.contender,
        rounds=len(runs),
        wall=wall,
        pages=pages / wall,
        articles=articles / wall,
        net=(pages - 1) / (wall - start_wall),
        cpu=cpu / pages * 1000,
        cpu_net=(cpu - start_cpu) / (pages - 1) * 1000,
        memory=statistics.median(run.memory for run in runs.values()),
        disk=statistics.median(run.disk for run in runs.values()),
        speed_ratio=statistics.median(runs[n].wall / ours[n].wall for n in runs),
        cpu_ratio=statistics.median(ours[n].cpu / runs[n].cpu for n in runs),
    )
