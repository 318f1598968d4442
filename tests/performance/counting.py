"""Counts what a page costs, in calls and records and statements: they are the same on every machine, unlike seconds."""

import asyncio
import gc
import logging
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner
from sqlalchemy import Engine, event

import scraper
from scraper.demo.process import demo_site
from scraper.settings import SITES
from scraper.spiders.topics import TopicsSpider
from tests.crawls.running import project_settings

FEW, MANY = 5, 20
"""Pages a topic of the two crawls that are compared: what every crawl costs, however long, is in both."""

CALL = "Python calls"
OWN_CALL = "Python calls of this project's functions"
WAKE_UP = "wake-ups of another thread"
RECORD = "log records"
STATEMENT = "SQL statements"

_OWN = str(Path(scraper.__file__).parent)


class Costs:
    """What a crawl of so many pages cost, by kind, and the objects alive after a third and at the end of its pages."""

    def __init__(self) -> None:
        self.pages = 0
        self.counts: Counter[str] = Counter()
        self.alive: list[int] = []

    def per_page(self, other: "Costs", kind: str) -> float:
        """How many of a kind each page cost that this crawl has more than the `other`."""
        more = self.counts[kind] - other.counts[kind]
        return more / (self.pages - other.pages)

    def look(self, pages: int) -> None:
        """A page is done, of so many."""
        self.pages += 1
        if self.pages in (pages // 3, pages - 2):
            gc.collect()
            self.alive.append(len(gc.get_objects()))


def costs_of_crawl(folder: Path, pages: int) -> Costs:
    """Crawl two topics of the demo site with everything that is on by default, and count."""
    costs = Costs()
    with demo_site(topics=2, pages=pages) as url, _counting(costs.counts):
        settings = project_settings(
            SITES={"demo": {**SITES["demo"], "index": url}},
            CRAWL_DB=f"sqlite:///{folder / 'crawls.db'}",
            FEEDS={str(folder / "articles.csv"): {"format": "csv"}},
            PROGRESS_INTERVAL=600,
        )
        asyncio.run(_crawl(settings, costs, 2 * pages))
    return costs


async def _crawl(settings: Any, costs: Costs, pages: int) -> None:
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(TopicsSpider)

    def look() -> None:
        costs.look(pages)

    crawler.signals.connect(look, signals.item_scraped)
    await runner.crawl(crawler)


@contextmanager
def _counting(counts: Counter[str]) -> Iterator[None]:
    """Count in this thread and in those that are started meanwhile."""

    def profile(frame: Any, kind: str, _: Any) -> None:
        if kind == "call":
            counts[CALL] += 1
            counts[OWN_CALL] += frame.f_code.co_filename.startswith(_OWN)
            if frame.f_code.co_name == "call_soon_threadsafe":
                counts[WAKE_UP] += 1

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        counts[RECORD] += 1
        return logging.LogRecord(*args, **kwargs)

    def statement(*_: Any) -> None:
        counts[STATEMENT] += 1

    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(record)
    event.listen(Engine, "before_cursor_execute", statement)
    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        event.remove(Engine, "before_cursor_execute", statement)
        logging.setLogRecordFactory(factory)
