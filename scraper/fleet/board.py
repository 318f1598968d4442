"""Board: what a person sees of a fleet: one bar for all, and what the workers say."""

import logging
import sys

from scrapy.settings import BaseSettings

from scraper.fleet.crawl import FleetCrawl
from scraper.fleet.every import Every
from scraper.progress import ProgressBar, ProgressLines, progress_interval

logger = logging.getLogger(__name__)


class Board:
    """Shows how far a crawl is (PROGRESS_ENABLED): a bar on a terminal, else a line each PROGRESS_INTERVAL seconds."""

    def __init__(self, settings: BaseSettings, crawl: FleetCrawl) -> None:
        self._crawl = crawl
        self._display: ProgressBar | ProgressLines | None = None
        self._is_due = Every(0.2)
        if not settings.getbool("PROGRESS_ENABLED"):
            return
        if sys.stderr.isatty():
            self._display = ProgressBar(sys.stderr)
        else:
            self._display = ProgressLines(logger)
            self._is_due = Every(progress_interval(settings), at_once=False)

    def tick(self) -> None:
        """Show a sign of life, and how far the crawl is, each when it is time."""
        self._crawl.beat()
        if self._display is not None and self._is_due():
            tally = self._crawl.count()
            if tally is not None:
                self._display.show(tally)

    def say(self, number: int, line: str) -> None:
        """Show a line of worker `number`."""
        stream = self._display if isinstance(self._display, ProgressBar) else sys.stderr
        stream.write(f"[{number}] {line}")

    def close(self) -> None:
        """Show no more."""
        if self._display is not None:
            self._display.close()
