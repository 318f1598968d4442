"""ArticlePipeline: the base class of pipelines that look at single articles."""

from abc import ABC, abstractmethod
from inspect import isawaitable
from typing import Any

from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem

from scraper.items import Article, TopicPage


class ArticlePipeline(ABC):
    """Calls `process_article` for each article of a page. A subclass changes or drops articles:

    class OnlyPriced(ArticlePipeline):
        def process_article(self, article):
            return article if article["price"] else None
    """

    @abstractmethod
    def process_article(self, article: Article) -> Any:
        """The article to keep (a dict, or any item type that ItemAdapter knows), or None to drop it.

        Raising DropItem drops it too; any other exception fails the page. It may be a coroutine function.
        """

    async def process_item(self, item: object) -> object:
        """Pass each article of a TopicPage through `process_article`, one after the other."""
        if isinstance(item, TopicPage):
            processed = [await self._processed(article) for article in item.articles]
            item.articles = [article for article in processed if article is not None]
        return item

    async def _processed(self, article: Article) -> Article | None:
        try:
            kept = self.process_article(article)
            if isawaitable(kept):
                kept = await kept
        except DropItem:
            return None
        if kept is None or isinstance(kept, dict):
            return kept
        return ItemAdapter(kept).asdict()
