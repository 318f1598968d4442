"""Progress: a bar on a terminal, elsewhere a line in the log now and then."""

import logging
import sys
from contextlib import ExitStack
from time import monotonic
from typing import Never, Self, TextIO

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from tqdm import tqdm

from scraper.spiders.topics import TopicsSpider

BAR_INTERVAL = 0.2
"""Seconds between two looks of the bar at the frontier."""

logger = logging.getLogger(__name__)


class Progress:
    """Shows pages done of pages known, articles, failures, pages/s and the time left.

    It looks at the frontier at intervals, so that a page costs nothing here. On a
    terminal log records are written above the bar; elsewhere a record says the same
    every `line_interval` seconds.
    """

    def __init__(
        self, spider: TopicsSpider, line_interval: float, terminal: TextIO | None
    ) -> None:
        self._spider = spider
        self._line_interval = line_interval
        self._terminal = terminal
        self._started = monotonic()
        self._open = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read PROGRESS_ENABLED and PROGRESS_INTERVAL."""
        spider = crawler.spider
        if not isinstance(spider, TopicsSpider) or not crawler.settings.getbool(
            "PROGRESS_ENABLED"
        ):
            raise NotConfigured
        terminal = sys.stderr if sys.stderr and sys.stderr.isatty() else None
        interval = crawler.settings.getfloat("PROGRESS_INTERVAL")
        extension = cls(spider, interval, terminal)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin to show progress."""
        self._started = monotonic()
        if self._terminal is not None:
            bar = tqdm(total=0, unit="page", file=self._terminal, dynamic_ncols=True)
            self._write_log_above(bar, self._terminal)
            self._open.callback(bar.close)
            self._open.callback(self._draw, bar)
            ticker = create_looping_call(self._draw, bar)
            ticker.start(BAR_INTERVAL, now=False)
        else:
            ticker = create_looping_call(self._log)
            ticker.start(self._line_interval, now=False)
        self._open.callback(ticker.stop)

    def spider_closed(self) -> None:
        """Show the last state, and end."""
        self._open.close()

    def _write_log_above(self, bar: "tqdm[Never]", terminal: TextIO) -> None:
        """Have the log's records on the terminal written above the bar, until the end."""
        for handler in logging.root.handlers:
            if (
                isinstance(handler, logging.StreamHandler)
                and handler.stream is terminal
            ):
                handler.setStream(_AboveBar(bar, terminal))
                self._open.callback(handler.setStream, terminal)

    def _draw(self, bar: "tqdm[Never]") -> None:
        known, done, failed, articles = self._counts()
        bar.total = known
        bar.n = done + failed
        bar.set_postfix_str(f"{articles:,} articles, {failed:,} failed", refresh=False)
        bar.refresh()

    def _log(self) -> None:
        known, done, failed, articles = self._counts()
        elapsed = monotonic() - self._started
        rate = (done + failed) / elapsed if elapsed else 0.0
        left = tqdm.format_interval((known - done - failed) / rate) if rate else "?"
        logger.info(
            "%s of %s pages done, %s articles, %s failed, %.1f pages/s, %s left",
            f"{done:,}",
            f"{known:,}",
            f"{articles:,}",
            f"{failed:,}",
            rate,
            left,
        )

    def _counts(self) -> tuple[int, int, int, int]:
        """Pages known, done and failed, and articles, over all topics."""
        topics = self._spider.frontier.topics
        return (
            sum(topic.expected for topic in topics),
            sum(topic.done for topic in topics),
            sum(topic.failed for topic in topics),
            sum(topic.unique for topic in topics),
        )


class _AboveBar:
    """A stream that writes above a bar. (tqdm's own logging handler forgets the level of the one it replaces.)"""

    def __init__(self, bar: "tqdm[Never]", terminal: TextIO) -> None:
        self._bar = bar
        self._terminal = terminal

    def write(self, text: str) -> None:
        self._bar.write(text, file=self._terminal, end="")

    def flush(self) -> None:
        self._terminal.flush()
