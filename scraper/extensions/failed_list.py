"""FailedList: the failed pages of a crawl in a file, from which they can be crawled again."""

import logging
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.extensions.files import writable, writing_failed
from scraper.failed_pages import write_failed_pages
from scraper.spiders.topics import TopicsSpider

logger = logging.getLogger(__name__)


class FailedList:
    """Writes the failed pages to `path` (FAILED_PAGES) when a crawl closes, also when there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read FAILED_PAGES.

        Raises:
            ConfigurationError: no file can be written there.
        """
        path = crawler.settings["FAILED_PAGES"]
        if not path or not isinstance(crawler.spider, TopicsSpider):
            raise NotConfigured
        extension = cls(writable(path, "FAILED_PAGES"))
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_closed(self, spider: TopicsSpider) -> None:
        """Write the list."""
        spider.settlement.close()
        try:
            write_failed_pages(self._path, spider.frontier.failures())
        except OSError as error:
            writing_failed(spider.crawler, "FAILED_PAGES", self._path, error)
            return
        if spider.frontier.failed_count:
            logger.warning(
                "Failed pages are in %s; crawl them again with -a pages=%s",
                self._path,
                self._path,
            )
