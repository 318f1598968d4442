"""Progress: a bar on a terminal, elsewhere a line in the log now and then."""

import logging
import sys
from contextlib import ExitStack
from typing import Self, TextIO

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from scraper.progress import ProgressBar, ProgressLines, progress_interval
from scraper.setting_values import choice
from scraper.spiders.topics import TopicsSpider
from scraper.storage.tally import Tally

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
        self._open = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read PROGRESS_ENABLED and PROGRESS_INTERVAL.

        Raises:
            ConfigurationError: PROGRESS_INTERVAL is no time.
        """
        spider = crawler.spider
        if not isinstance(spider, TopicsSpider) or not choice(
            crawler.settings, "PROGRESS_ENABLED"
        ):
            raise NotConfigured
        terminal = sys.stderr if sys.stderr and sys.stderr.isatty() else None
        extension = cls(spider, progress_interval(crawler.settings), terminal)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin to show progress."""
        display: ProgressBar | ProgressLines
        if self._terminal is not None:
            display, interval = ProgressBar(self._terminal), BAR_INTERVAL
            self._open.callback(display.close)
            self._open.callback(self._show, display)
        else:
            display, interval = ProgressLines(logger), self._line_interval
        ticker = create_looping_call(self._show, display)
        ticker.start(interval, now=False)
        self._open.callback(ticker.stop)

    def spider_closed(self) -> None:
        """Show the last state, and end."""
        self._open.close()

    def _show(self, display: ProgressBar | ProgressLines) -> None:
        topics = self._spider.frontier.topics
        display.show(
            Tally(
                known=sum(topic.expected for topic in topics),
                done=sum(topic.done for topic in topics),
                failed=sum(topic.failed for topic in topics),
                articles=sum(topic.unique for topic in topics),
            )
        )
