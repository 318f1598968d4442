"""Compare download handlers: requests per second, and CPU time per request, on this machine.

Each handler runs in a process of its own against a server in another one, all of them in turn and
several times over, so that what else the machine does hits all alike; the medians are printed.

    python -m benchmarks.handler                the handlers alone: each number of threads
    python -m benchmarks.handler --crawl        within a whole crawl
    python -m benchmarks.handler --cases        HTTPS, new connections, and busy callbacks, too
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.serving import PROJECT, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Figures = dict[str, float]
CALLBACK = 0.02
"""Seconds that a busy callback keeps Scrapy's thread."""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to compare: how the server serves, and what the handlers are asked to do.

    `words` are the options of `benchmarks.handler_run`, `latency` is in seconds.
    """

    title: str
    words: tuple[str, ...] = ()
    tls: bool = False
    keep_alive: bool = True
    latency: float = 0

    def measure(
        self,
        names: Sequence[str],
        *,
        size: int,
        requests: int,
        concurrency: int,
        rounds: int,
    ) -> dict[str, Figures]:
        """Return the medians of each handler, all measured in turn, over bodies of `size` bytes."""
        options = [f"--requests={requests}", f"--concurrency={concurrency}"]
        measured: dict[str, list[Figures]] = {name: [] for name in names}
        with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
            folder = Path(temporary)
            (folder / "index.html").write_bytes(b"x" * size)
            with serving(
                folder, self.latency, tls=self.tls, keep_alive=self.keep_alive
            ) as url:
                for _ in range(rounds):
                    for name, figures in measured.items():
                        figures.append(_run(name, url, *self.words, *options))
        return {name: _medians(figures) for name, figures in measured.items()}


KEPT = Case("HTTP, kept connections")
CRAWL = Case("a whole crawl", words=("--crawl",))
CASES = (
    KEPT,
    Case("HTTP, new connections", keep_alive=False),
    Case("HTTPS, kept connections", tls=True),
    Case("HTTPS, new connections", tls=True, keep_alive=False),
)
BUSY = Case(
    "busy callbacks",
    words=("--crawl", f"--burn={CALLBACK}", "--timeout=0.5"),
    latency=0.05,
)
_COMPARED = ("http11", "aiohttp", "threaded")
_BY_THREADS = ("http11", "aiohttp", *(f"threaded-{n}" for n in (1, 2, 4, 8)))

_BUSY_TEXT = """
A crawl whose callbacks take {callback:.0f} ms of Scrapy's thread each, 32 requests at once, 50 ms for each answer, a
DOWNLOAD_TIMEOUT of 0.5 s: in what time 95% of the downloads have their answer, by the handler's own account, and how
many of 300 time out.

| handler | ms | timeouts |
| --- | ---: | ---: |
"""


def measure_handlers(*, rounds: int, say: Callable[[str], None]) -> str:
    """Return tables of all cases: Scrapy's handlers and ours."""
    lines = [
        "Bodies of 2 KB, 16 requests at once. Targets: 1.3 times the requests/s of Scrapy's aiohttp handler, 1.5 times",
        "those of its default, with less CPU time than either.",
        "",
        "| | handler | requests/s | CPU ms/request | ours: times the requests/s | ours: of its CPU |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for case in CASES:
        figures = case.measure(
            _COMPARED, size=2048, requests=2000, concurrency=16, rounds=rounds
        )
        ours = figures["threaded"]
        for name, each in figures.items():
            lines.append(
                f"| {case.title} | {name} | {each['rate']:.0f} | {each['cpu']:.3f}"
                f" | {ours['rate'] / each['rate']:.2f} | {ours['cpu'] / each['cpu']:.2f} |"
            )
            say(lines[-1])
    lines.append(_BUSY_TEXT.format(callback=CALLBACK * 1000).rstrip())
    figures = BUSY.measure(
        _COMPARED, size=2048, requests=300, concurrency=32, rounds=rounds
    )
    for name, each in figures.items():
        lines.append(f"| {name} | {each['slow']:.0f} | {each['timeouts']:.0f} |")
        say(lines[-1])
    return "\n".join(lines)


def _run(name: str, url: str, *words: str) -> Figures:
    """Return what one measurement in a process of its own says."""
    command = [sys.executable, "-m", "benchmarks.handler_run", f"--handler={name}"]
    done = subprocess.run(  # noqa: S603 - a module of this package
        [*command, *words, url], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def _medians(measured: list[Figures]) -> Figures:
    return {
        key: statistics.median(figures[key] for figures in measured)
        for key in measured[0]
    }


def main() -> None:
    """Compare, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=2048, help="bytes of a body")
    parser.add_argument("--requests", type=int, default=2000, help="per measurement")
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=5)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--crawl", action="store_true", help="measure a whole crawl")
    which.add_argument("--cases", action="store_true", help="measure all cases")
    arguments = parser.parse_args()
    if arguments.cases:
        print(measure_handlers(rounds=arguments.rounds, say=lambda _: None))
        return
    figures = (CRAWL if arguments.crawl else KEPT).measure(
        _BY_THREADS,
        size=arguments.size,
        requests=arguments.requests,
        concurrency=arguments.concurrency,
        rounds=arguments.rounds,
    )
    print(f"{'handler':12} {'requests/s':>10} {'CPU ms/request':>15}")
    for name, each in figures.items():
        print(f"{name:12} {each['rate']:10.0f} {each['cpu']:15.3f}")


if __name__ == "__main__":
    main()
