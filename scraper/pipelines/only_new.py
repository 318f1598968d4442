"""OnlyNewPipeline: of a page, the articles that no earlier crawl of the site had (`-a only=new`)."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.frontier.stored import StoredFrontier
from scraper.identity import Identity, identity_from_settings, keys_of
from scraper.items import TopicPage
from scraper.pipelines.profile import profile_of
from scraper.storage import history

logger = logging.getLogger(__name__)


class OnlyNewPipeline:
    """Drops the articles that an earlier crawl had, and ends a topic at a page of which all is known.

    Not every topic: it must open at its first page, and the crawl before must have had all its pages.
    The pages are stored by then, so that this crawl has all that they show.
    """

    def __init__(self, frontier: StoredFrontier, identity: Identity) -> None:
        self._store = frontier.store
        self._frontier = frontier
        self._identity = identity
        self._may_end: dict[int, bool] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the database of the crawl.

        Raises:
            NotConfigured: there is none, or all articles are wanted.
        """
        frontier = getattr(crawler.spider, "frontier", None)
        if not isinstance(frontier, StoredFrontier) or not frontier.store.only_new:
            raise NotConfigured
        columns = profile_of(crawler).columns
        return cls(frontier, identity_from_settings(crawler.settings, columns))

    async def process_item(self, item: object) -> object:
        """Keep the new articles of a TopicPage, and count the others as duplicates.

        Raises:
            StorageError: the database failed; the crawl closes.
        """
        if isinstance(item, TopicPage) and item.keys:
            wanted = {key for key in item.keys if key is not None}
            known = await self._store.ask(history.known, self._store.crawl_id, wanted)
            topic = item.page.topic
            if known.issuperset(item.keys) and await self._may_end_topic(topic):
                await self._frontier.skip_rest(topic)
            keys = keys_of(item.articles, self._identity)
            found = zip(keys, item.articles, strict=True)
            new = [article for key, article in found if key not in known]
            item.duplicates = (item.duplicates or 0) + len(item.articles) - len(new)
            item.articles = new
        return item

    async def _may_end_topic(self, topic_id: int) -> bool:
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
