"""StorePipeline: a page and its articles into the crawl database, in one transaction."""

import logging
from collections.abc import Iterable
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.crawl_store import CrawlStore
from scraper.frontier.stored import StoredFrontier
from scraper.identity import Identity, identity_from_settings, keys_of
from scraper.items import TopicPage
from scraper.pipelines.profile import profile_of
from scraper.storage import history
from scraper.storage.pages import DonePage

logger = logging.getLogger(__name__)


class StorePipeline:
    """Stores each page, and leaves it those articles that the crawl did not have yet.

    A page goes on only when it is committed: what comes after it (the feeds, the
    account) never knows more than the database. Of a crawl that wants only what is new
    (`-a only=new`) it lets pass what no earlier crawl of the site had, and ends a topic
    at a page of which all is known: if the topic opens at its first page, and the crawl
    before had all pages of it.
    """

    def __init__(
        self, store: CrawlStore, frontier: StoredFrontier, identity: Identity
    ) -> None:
        self._store = store
        self._frontier = frontier
        self._identity = identity
        self._may_end: dict[int, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the database of the crawl.

        Raises:
            NotConfigured: there is none (CRAWL_DB is empty).
        """
        spider = crawler.spider
        frontier = getattr(spider, "frontier", None)
        store = getattr(spider, "store", None)
        if store is None or not isinstance(frontier, StoredFrontier):
            raise NotConfigured
        columns = profile_of(crawler).columns
        return cls(store, frontier, identity_from_settings(crawler.settings, columns))

    async def process_item(self, item: object) -> object:
        """Store a TopicPage.

        Raises:
            StorageError: it is not stored; the crawl closes.
        """
        if isinstance(item, TopicPage):
            keys = keys_of(item.articles, self._identity)
            stored = await self._store.store(
                DonePage(
                    self._frontier.row_id(item.page),
                    list(zip(keys, item.articles, strict=True)),
                    seen=item.seen,
                    duplicates=item.duplicates or 0,
                )
            )
            known = await self._known(keys)
            if keys and known.issuperset(keys) and await self._ends(item.page.topic):
                await self._frontier.skip_rest(item.page.topic)
            kept = [
                item.articles[place] for place in stored.new if keys[place] not in known
            ]
            item.duplicates = (item.duplicates or 0) + len(item.articles) - len(kept)
            item.articles = kept
        return item

    async def _ends(self, topic_id: int) -> bool:
        """Whether what is behind a page of a topic of which all is known is known too."""
        if topic_id not in self._may_end:
            topic, crawl_id = self._frontier.topics[topic_id], self._store.crawl_id
            had_all = await self._store.ask(history.had_all, crawl_id, topic.url)
            if not had_all:
                logger.info(
                    "%r is read to its end: the crawl before has not had all its pages",
                    topic.name,
                )
            self._may_end[topic_id] = had_all and topic.opens_at_first
        return self._may_end[topic_id]

    async def _known(self, keys: Iterable[bytes | None]) -> frozenset[bytes | None]:
        """Which of `keys` earlier crawls had, if this crawl wants only what is new."""
        if not self._store.only_new:
            return frozenset()
        wanted = {key for key in keys if key is not None}
        known = await self._store.ask(history.known, self._store.crawl_id, wanted)
        return frozenset(known)
