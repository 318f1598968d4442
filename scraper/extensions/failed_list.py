"""FailedList: the failed pages of a crawl in a file, from which they can be crawled again."""

import logging
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.extensions.files import writable, writing_failed
from scraper.failed_pages import write_failed_pages
from scraper.frontier import FailedPage, Frontier
from scraper.items import TopicPage
from scraper.spiders.topics import TopicsSpider

logger = logging.getLogger(__name__)


class FailedList:
    """Writes the failed pages to `path` (FAILED_PAGES) when a crawl closes, also when there are none.

    A crawl of `listed` pages (`-a pages=FILE`) keeps that file, if FAILED_PAGES names no other: what is done is taken
    off it; what failed again stays, with its new reason, as does what was not tried.
    """

    def __init__(self, path: Path, listed: Sequence[FailedPage] = ()) -> None:
        self._path = path
        self._listed = listed
        self._done: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read FAILED_PAGES.

        Raises:
            ConfigurationError: no file can be written there.
        """
        path, spider = crawler.settings["FAILED_PAGES"], crawler.spider
        if not isinstance(spider, TopicsSpider):
            raise NotConfigured
        listed = spider.arguments.listed
        path = path or spider.arguments.pages
        if not path:
            raise NotConfigured
        extension = cls(writable(path, "FAILED_PAGES"), listed or ())
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        if listed is not None:
            logger.info("Only the %d pages listed in %s are crawled", len(listed), path)
            crawler.signals.connect(extension.item_scraped, signals.item_scraped)
        return extension

    def item_scraped(self, item: object) -> None:
        """Remember what is done of the pages that are listed."""
        if isinstance(item, TopicPage):
            self._done.add(item.page.url)

    def spider_closed(self, spider: TopicsSpider) -> None:
        """Write the list; one with the index, which stands for all of the site, only when all is settled."""
        spider.settlement.close()
        has_index = spider.arguments.pages and spider.arguments.listed is None
        if has_index and not spider.settlement.is_complete:
            logger.warning("%s is left as it was", self._path)
            return
        failed = spider.frontier.failed_count
        left = list(self._left(spider.frontier)) if self._listed else []
        try:
            write_failed_pages(self._path, chain(spider.frontier.failures(), left))
        except OSError as error:
            writing_failed(spider.crawler, "FAILED_PAGES", self._path, error)
            return
        if self._listed:
            done = sum(topic.done for topic in spider.frontier.topics)
            logger.info(
                "Of the listed pages %d are done, %d failed again, %d are left",
                *(done, failed, len(left)),
            )
        if failed or left:
            logger.warning(
                "Failed pages are in %s; crawl them again with -a pages=%s",
                self._path,
                self._path,
            )

    def _left(self, frontier: Frontier) -> Iterator[FailedPage]:
        """The listed pages of which nothing became; a first page stands for its topic, a last for what is behind it."""
        settled = self._done.union(page.url for page in frontier.failures())
        open_topics = {topic.url for topic in frontier.topics if topic.open}
        for page in self._listed:
            is_open = page.url in open_topics
            if is_open or page.url not in settled:
                yield page
