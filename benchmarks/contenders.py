"""Who is compared: this project and its peers, each a command that crawls a site into a CSV file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving import PROJECT

EXPORT = "articles.csv"
_SCRAPY_CFG = "[settings]\ndefault = scraper.settings\n"
_PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the compared: `script` is its file in `peers/`, None for this project, whose command begins with `verb`.

    `packages` are what it needs (names to import), `slow` means fewer rounds.
    """

    name: str
    title: str
    script: str | None = None
    verb: tuple[str, ...] = ("crawl",)
    options: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    slow: bool = False

    def prepare(self, folder: Path) -> None:
        """Make `folder` a project's, so that `scrapy` finds the settings, and its data have their place in it."""
        if self.script is None:
            (folder / "scrapy.cfg").write_text(_SCRAPY_CFG)

    def command(
        self, url: str, folder: Path, concurrency: int, python: str
    ) -> list[str]:
        """Return the command that crawls the site at `url` into `folder`; `python` has the peers' packages."""
        export = folder / EXPORT
        if self.script is None:
            return [*self._project_command(url, export, concurrency), *self.options]
        script = str(_PEERS / self.script)
        return [python, script, url, str(export), str(concurrency), *self.options]

    def _project_command(self, url: str, export: Path, concurrency: int) -> list[str]:
        """Return the README's command; all else is at its default, the crawl database, too."""
        crawl = [*self.verb, "topics", "-a", f"url={url}", "-o", str(export)]
        names = ("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN")
        options = [word for name in names for word in ("-s", f"{name}={concurrency}")]
        return [sys.executable, "-m", "scrapy", *crawl, *options]

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that the command needs.

        Python may keep this project's bytecode, as it does unless told otherwise; that of all packages was made when
        they were installed.
        """
        if self.script:
            return {}
        return {"PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": ""}


OURS = Contender("ours", "this project")
CONTENDERS = (
    OURS,
    Contender(
        "bare",
        "bare loop: aiohttp, lexbor, csv",
        "bare_loop.py",
        packages=("aiohttp", "selectolax"),
    ),
    Contender("scrapy", "Scrapy", "scrapy_spider.py", packages=("scrapy",)),
    Contender(
        "scrapy-aiohttp",
        "Scrapy, its aiohttp handler",
        "scrapy_spider.py",
        options=("--aiohttp",),
        packages=("scrapy", "aiohttp"),
    ),
    Contender(
        "crawlee-memory",
        "Crawlee ParselCrawler, in memory",
        "crawlee_crawler.py",
        options=("--memory",),
        packages=("crawlee", "parsel"),
    ),
    Contender("scrapling", "Scrapling", "scrapling_spider.py", packages=("scrapling",)),
    Contender("ours-memory", "this project, in memory", options=("-s", "CRAWL_DB=")),
    Contender("ours-fleet", "this project, a fleet of two", verb=("fleet", "-n", "2")),
    Contender(
        "crawlee",
        "Crawlee ParselCrawler",
        "crawlee_crawler.py",
        packages=("crawlee", "parsel"),
        slow=True,
    ),
    Contender(
        "crawlee-soup",
        "Crawlee BeautifulSoupCrawler",
        "crawlee_crawler.py",
        options=("--beautifulsoup",),
        packages=("crawlee", "bs4"),
        slow=True,
    ),
    Contender(
        "question",
        "the Q&A's script, mended",
        "question_script.py",
        packages=("aiohttp", "bs4"),
        slow=True,
    ),
)
