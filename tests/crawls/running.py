"""Running whole crawls: in this process without a reactor, or by the command in another."""

import asyncio
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from scraper.frontier import Frontier
from scraper.spiders.topics import TopicsSpider

PROJECT = Path(__file__).parents[2]

FINDS_PROJECT = {
    "PYTHONPATH": str(PROJECT),
    "SCRAPY_SETTINGS_MODULE": "scraper.settings",
}
"""What a command's environment has to say in a working folder that is not the project's."""

PATIENCE = 300.0
"""Seconds for anything that takes a few on a machine with nothing else to do. What takes longer hangs."""


@dataclass(frozen=True)
class Crawled:
    """A crawl that ended: its crawler, and the rows of its feed."""

    crawler: Crawler
    rows: list[dict[str, Any]]

    @property
    def frontier(self) -> Frontier:
        assert isinstance(self.crawler.spider, TopicsSpider)
        return self.crawler.spider.frontier

    @property
    def reasons(self) -> list[str]:
        return [failure.reason for failure in self.frontier.failures()]

    def stat(self, name: str) -> Any:
        return self.crawler.stats.get_value(name)


def project_settings(**overrides: Any) -> Settings:
    """The project's settings, without a reactor and without a bar, changed by `overrides`."""
    settings = Settings()
    settings.setmodule("scraper.settings", priority="project")
    settings.setdict(
        {
            "TWISTED_REACTOR_ENABLED": False,
            "PROGRESS_ENABLED": False,
            "CRAWL_DB": "",
            "RETRY_TIMES": 2,
            "RETRY_BACKOFF_BASE": 0.01,
        },
        priority="project",
    )
    settings.setdict(overrides, priority="cmdline")
    return settings


async def crawl_async(settings: Settings, **arguments: str) -> Crawler:
    """Run one crawl in the running loop."""
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(TopicsSpider)
    await runner.crawl(crawler, **arguments)
    return crawler


def crawl(
    folder: Path,
    profile: Mapping[str, Any],
    arguments: Mapping[str, str] | None = None,
    **overrides: Any,
) -> Crawled:
    """Crawl the site of `profile`, with its feed in `folder`; `arguments` are the spider's."""
    feed = folder / "articles.jsonl"
    settings = project_settings(
        SITES={"site": dict(profile)},
        SITE="site",
        FEEDS={str(feed): {"format": "jsonlines"}},
    )
    settings.setdict(overrides, priority="cmdline")
    crawler = asyncio.run(crawl_async(settings, **(arguments or {})))
    lines = feed.read_text("utf-8").splitlines() if feed.exists() else []
    return Crawled(crawler, [json.loads(line) for line in lines])


def scrapy(
    *arguments: str, folder: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a command of the project, in `folder` if the project is not to be the working folder."""
    in_memory = ["-s", "CRAWL_DB="] if arguments[:1] == ("crawl",) else []
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments[:1], *in_memory, *arguments[1:]],
        cwd=folder or PROJECT,
        env=os.environ | FINDS_PROJECT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
