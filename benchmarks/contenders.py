"""Who is compared: this project and its peers, each a command that crawls a site into a CSV file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import PROJECT

EXPORT = "articles.csv"
_DATABASE = "crawls.db"
_PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the compared: `script` is its file in `peers/`, None for this project.

    `packages` are what it needs (names to import), `slow` means fewer rounds.
    """

    name: str
    title: str
    script: str | None = None
    options: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    slow: bool = False

    def command(
        self, url: str, folder: Path, concurrency: int, python: str
    ) -> list[str]:
        """Return the command that crawls the site at `url` into `folder`; `python` has the peers' packages."""
        export = folder / EXPORT
        if self.script is None:
            return _project_command(url, export, concurrency)
        script = str(_PEERS / self.script)
        return [python, script, url, str(export), str(concurrency), *self.options]

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that the command needs."""
        if self.script is not None:
            return {}
        return {
            "PYTHONPATH": str(PROJECT),
            "SCRAPY_SETTINGS_MODULE": "scraper.settings",
        }


OURS = Contender("ours", "this project")
CONTENDERS = (
    OURS,
    Contender("bare", "bare loop: aiohttp, lexbor, csv", "bare_loop.py"),
    Contender("scrapy", "Scrapy", "scrapy_spider.py"),
)


def _project_command(url: str, export: Path, concurrency: int) -> list[str]:
    """All defaults, but for the requests at once, and the database in the run's own folder to weigh it."""
    settings = {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "CRAWL_DB": f"sqlite:///{export.with_name(_DATABASE)}",
    }
    options = [
        word for name, value in settings.items() for word in ("-s", f"{name}={value}")
    ]
    crawl = ["crawl", "topics", "-a", f"url={url}", "-o", str(export)]
    return [sys.executable, "-m", "scrapy", *crawl, *options]
