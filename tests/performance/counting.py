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

from sqlalchemy import Engine, event

import scraper
from scraper.demo.process import demo_site
from scraper.settings import SITES
from tests.crawls.running import crawl_async, project_settings

FEW, MANY = 5, 40
"""Pages a topic of the two crawls that are compared: what every crawl costs, however long, is in both."""

CALL = "Python calls"
OWN_CALL = "Python calls of this project's functions"
WAKE_UP = "wake-ups of another thread"
RECORD = "log records"
STATEMENT = "SQL statements"
CYCLE = "objects that only a garbage collection frees"

_OWN = str(Path(scraper.__file__).parent)


class Costs:
    """What a crawl of so many pages cost, by kind, how many objects it `kept`, and how many `blocks` of memory."""

    def __init__(self) -> None:
        self.pages = 0
        self.counts: Counter[str] = Counter()
        self.kept = 0
        self.blocks = 0

    def per_page(self, other: "Costs", kind: str) -> float:
        """How many of a kind each page cost that this crawl has more than the `other`."""
        more = self.counts[kind] - other.counts[kind]
        return more / (self.pages - other.pages)

    def kept_per_page(self, other: "Costs") -> float:
        """How many objects are kept for each page that this crawl has more than the `other`."""
        return (self.kept - other.kept) / (self.pages - other.pages)

    def blocks_per_page(self, other: "Costs") -> float:
        """How many blocks of memory are kept: texts too, and dicts of texts, unknown to the garbage collector."""
        return (self.blocks - other.blocks) / (self.pages - other.pages)


def costs_of_crawl(folder: Path, pages: int, topics: int = 2) -> Costs:
    """Crawl topics of so many pages of the demo site with everything that is on by default, and count."""
    costs = Costs()
    before, blocks = _alive(), sys.getallocatedblocks()
    with demo_site(topics=topics, pages=pages) as url:
        settings = project_settings(
            SITES={"demo": {**SITES["demo"], "index": url}},
            CRAWL_DB=f"sqlite:///{folder / 'crawls.db'}",
            FEEDS={str(folder / "articles.csv"): {"format": "csv"}},
            PROGRESS_INTERVAL=600,
        )
        gc.disable()
        with counting(costs.counts):
            crawler = asyncio.run(crawl_async(settings))
        costs.counts[CYCLE] = gc.collect()
        gc.enable()
    costs.pages = crawler.stats.get_value("pages/done")
    # The loop is gone, with the tasks and timers of the moment; the crawler still has all that is the crawl's.
    costs.kept = _alive() - before
    costs.blocks = sys.getallocatedblocks() - blocks
    return costs


def _alive() -> int:
    """The number of objects there are, those aside that nobody refers to any more."""
    for _ in range(3):  # what finalizers let go of is found the next time
        gc.collect()
    return len(gc.get_objects())


@contextmanager
def counting(counts: Counter[str]) -> Iterator[None]:
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
