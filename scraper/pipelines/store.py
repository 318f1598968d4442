"""StorePipeline: a page and its articles into the crawl database, in one transaction."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.frontier.stored import StoredFrontier
from scraper.identity import Identity, identity_from_settings, keys_of
from scraper.items import TopicPage
from scraper.pipelines.profile import profile_of
from scraper.storage.pages import DonePage


class StorePipeline:
    """Stores each page, and leaves it those articles that the crawl did not have yet.

    A page goes on only when it is committed: what comes after it (the feeds, the
    account) never knows more than the database.
    """

    def __init__(self, frontier: StoredFrontier, identity: Identity) -> None:
        self._store = frontier.store
        self._frontier = frontier
        self._identity = identity

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the database of the crawl.

        Raises:
            NotConfigured: there is none (CRAWL_DB is empty).
        """
        frontier = getattr(crawler.spider, "frontier", None)
        if not isinstance(frontier, StoredFrontier):
            raise NotConfigured
        columns = profile_of(crawler).columns
        return cls(frontier, identity_from_settings(crawler.settings, columns))

    async def process_item(self, item: object) -> object:
        """Store a TopicPage.

        Raises:
            StorageError: it is not stored; the crawl closes.
        """
        if isinstance(item, TopicPage):
            keys = keys_of(item.articles, self._identity)
            if self._store.only_new:
                item.keys = keys
            stored = await self._store.store(
                DonePage(
                    self._frontier.row_id(item.page),
                    list(zip(keys, item.articles, strict=True)),
                    seen=item.seen,
                    duplicates=item.duplicates or 0,
                )
            )
            new = [item.articles[place] for place in stored.new]
            item.duplicates = (item.duplicates or 0) + len(item.articles) - len(new)
            item.articles = new
        return item
