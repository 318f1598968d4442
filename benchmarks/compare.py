"""Compare this project and its peers, side by side, against the same local server.

python -m benchmarks.compare
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.comparison import compare, summarize
from benchmarks.contenders import CONTENDERS
from benchmarks.measure import FailedRunError
from benchmarks.runs import serve_site
from benchmarks.serving import has_nginx
from benchmarks.site import BenchmarkSite
from benchmarks.table import markdown


def main() -> None:
    """Run the comparison."""
    arguments = _arguments()
    try:
        print(_compare(arguments))
    except FailedRunError as error:
        sys.exit(str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--pages", type=int, default=1500, help="of all topics together"
    )
    parser.add_argument("--topics", type=int, default=15)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=1, help="of the slow ones")
    parser.add_argument("--concurrency", type=int, default=32, help="requests at once")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", choices=[each.name for each in CONTENDERS]
    )
    parser.add_argument(
        "--python", default=sys.executable, help="with the peers' packages"
    )
    return parser.parse_args()


def _compare(arguments: argparse.Namespace) -> str:
    contenders = [
        each for each in CONTENDERS if not arguments.only or each.name in arguments.only
    ]
    common = {"concurrency": arguments.concurrency, "python": arguments.python}
    with (
        serve_site(pages=arguments.pages, topics=arguments.topics, **common) as site,
        serve_site(pages=1, topics=1, **common) as one_page,
    ):
        server = "nginx" if has_nginx() else "our own server"
        print(f"{server} gives {site.capacity():,.0f} pages/s", flush=True)
        series = compare(
            contenders,
            site,
            one_page,
            rounds=arguments.rounds,
            slow_rounds=arguments.slow_rounds,
            say=lambda text: print(text, flush=True),
        )
    articles = BenchmarkSite(arguments.topics, arguments.pages).unique
    return markdown(summarize(series, arguments.pages, articles))


if __name__ == "__main__":
    main()
