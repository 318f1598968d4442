"""Compare this project and its peers, side by side, against the same local server.

    python -m benchmarks.compare                        the peers: a table
    python -m benchmarks.compare --write                the table into RESULTS.md, and the chart
    python -m benchmarks.compare --measure latency      another target: latency, linearity, handler, start

The peers live in an environment of their own, benchmarks/.venv, which is made when it is missing. The server is
nginx where that is installed, else one of our own.
"""

from __future__ import annotations

import argparse
import shlex
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from benchmarks import environment
from benchmarks.comparison import Row, compare, summarize
from benchmarks.contenders import CONTENDERS, OURS, Contender
from benchmarks.handler import measure_handlers
from benchmarks.latency import measure_latency
from benchmarks.linearity import measure_linearity
from benchmarks.measure import FailedRunError
from benchmarks.results import write_section
from benchmarks.runs import serve_site
from benchmarks.serving import PROJECT, nginx_version
from benchmarks.site import BenchmarkSite
from benchmarks.start import measure_start
from benchmarks.table import markdown

CHART = Path(__file__).parent / "pages-per-second.svg"
TITLES = {
    "peers": "This project and its peers",
    "latency": "A slow site",
    "linearity": "A large site",
    "start": "Start-up",
    "handler": "The download handler alone",
}


def main() -> None:
    """Measure what the command line asks for."""
    arguments = _arguments()
    # An exit, unlike a death, stops the server and the contender.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    began = time.monotonic()
    try:
        arguments.python = arguments.python or environment.peers_python(_say)
        text = _MEASURES[arguments.measure](arguments)
    except (FailedRunError, subprocess.CalledProcessError) as error:
        sys.exit(f"{error}\n{getattr(error, 'stderr', None) or ''}".strip())
    minutes = (time.monotonic() - began) / 60
    print(f"\n{text}\n\nThat took {minutes:.1f} minutes.")
    if arguments.write:
        write_section(
            TITLES[arguments.measure], "\n".join((*_head(arguments), "", text))
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--measure", choices=TITLES, default="peers")
    add("--write", action="store_true", help="put the result into RESULTS.md")
    add("--pages", type=int, help="of all topics together (1500; latency: 10000)")
    add("--topics", type=int, default=15)
    add("--rounds", type=int, help="5; latency and linearity: 3")
    add("--slow-rounds", type=int, default=1, help="of the slow peers (1)")
    add("--concurrency", type=int, default=32, help="requests at once (32)")
    add("--latency", type=float, default=0.3, help="seconds (0.3)")
    names = [each.name for each in CONTENDERS]
    add(
        "--only",
        nargs="+",
        metavar="NAME",
        choices=names,
        help=f"of {', '.join(names)}",
    )
    add("--python", help="an interpreter that has the peers' packages")
    return parser.parse_args()


def _say(text: str) -> None:
    print(text, flush=True)


def _head(arguments: argparse.Namespace) -> list[str]:
    """Return the command, as another machine may have it, and what it ran on."""
    words = [
        word for word in sys.argv[1:] if word not in ("--python", arguments.python)
    ]
    command = shlex.join(["python", "-m", "benchmarks.compare", *words])
    return [f"    {command}", "", *environment.describe(arguments.python)]


def _measure_peers(arguments: argparse.Namespace) -> str:
    pages = arguments.pages or 1500
    serve = partial(
        serve_site, concurrency=arguments.concurrency, python=arguments.python
    )
    with (
        serve(pages=pages, topics=arguments.topics) as site,
        serve(pages=1, topics=1) as one_page,
    ):
        server = (
            f"{pages:,} pages of {site.page_bytes / 1000:.0f} kB in {arguments.topics} topics,"
            f" {arguments.concurrency} requests at once. The server ({nginx_version() or 'our own'})"
            f" gives {site.capacity():,.0f} pages/s to a client that only reads."
        )
        _say(server)
        series = compare(
            _contenders(arguments),
            site,
            one_page,
            rounds=arguments.rounds or 5,
            slow_rounds=arguments.slow_rounds,
            say=_say,
        )
    articles = BenchmarkSite(arguments.topics, pages).unique
    rows = summarize(series, pages, articles)
    if arguments.write:
        _draw(rows, arguments.python)
    checked = f"All exported the same {articles:,} articles, each checked."
    return "\n\n".join((server, markdown(rows).strip(), checked))


def _contenders(arguments: argparse.Namespace) -> list[Contender]:
    """Return this project, and those asked for whose packages are there."""
    chosen = [OURS]
    for each in CONTENDERS[1:]:
        if arguments.only and each.name not in arguments.only:
            continue
        if lacking := environment.missing(arguments.python, each.packages):
            _say(
                f"{each.title} is left out: no {', '.join(lacking)} for {arguments.python}"
            )
        else:
            chosen.append(each)
    return chosen


def _draw(rows: list[Row], python: str) -> None:
    """Draw the chart, with the interpreter that has pygal; this project's bar is told by being first."""
    ordered = sorted(rows, key=lambda row: row.contender is not OURS)
    bars = "".join(f"{row.contender.title}\t{row.pages}\n" for row in ordered)
    command = [python, str(PROJECT / "benchmarks" / "chart.py"), str(CHART)]
    subprocess.run(command, input=bars, text=True, check=True)  # noqa: S603 - a script of this package


def _measure_latency(arguments: argparse.Namespace) -> str:
    return measure_latency(
        pages=arguments.pages or 10_000,
        topics=arguments.topics,
        latency=arguments.latency,
        python=arguments.python,
        rounds=arguments.rounds or 3,
        say=_say,
    )


def _measure_linearity(arguments: argparse.Namespace) -> str:
    return measure_linearity(
        topics=arguments.topics,
        concurrency=arguments.concurrency,
        python=arguments.python,
        rounds=arguments.rounds or 3,
        say=_say,
    )


def _measure_start(arguments: argparse.Namespace) -> str:
    return measure_start(rounds=arguments.rounds or 5, say=_say)


def _measure_handlers(arguments: argparse.Namespace) -> str:
    return measure_handlers(rounds=arguments.rounds or 5, say=_say)


_MEASURES = {
    "peers": _measure_peers,
    "latency": _measure_latency,
    "linearity": _measure_linearity,
    "start": _measure_start,
    "handler": _measure_handlers,
}


if __name__ == "__main__":
    main()
