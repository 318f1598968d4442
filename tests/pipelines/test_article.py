import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from scraper.frontier import Page
from scraper.items import Article, TopicPage
from scraper.pipelines import ArticlePipeline


@dataclass
class Priced:
    title: str
    price: float


class Prices(ArticlePipeline):
    """The example of the documentation: typed articles, and only those with a price."""

    def process_article(self, article: Article) -> Any:
        if article["price"] == "sold":
            raise DropItem("sold")
        if not article["price"]:
            return None
        return Priced(article["title"], float(article["price"]))


class SlowPrices(ArticlePipeline):
    """The same, asking elsewhere for it."""

    async def process_article(self, article: Article) -> Any:
        await asyncio.sleep(0)
        return Prices().process_article(article)


@pytest.mark.parametrize("pipeline", [Prices(), SlowPrices()])
def test_each_article_is_changed_or_dropped(pipeline: ArticlePipeline) -> None:
    articles: list[Article] = [
        {"title": title, "price": price}
        for title, price in [("a", "1.5"), ("b", ""), ("c", "sold")]
    ]
    item = TopicPage(Page(0, 1, "/"), "t", "/", "/", articles=articles)
    assert asyncio.run(pipeline.process_item(item)) is item
    assert item.articles == [{"title": "a", "price": 1.5}]


def test_other_items_pass() -> None:
    assert asyncio.run(Prices().process_item("else")) == "else"


def test_a_pipeline_for_single_articles_that_gets_pages_is_told() -> None:
    item: Any = TopicPage(Page(0, 1, "/"), "t", "/", "/")
    with pytest.raises(TypeError, match=r"no 'title'; .* scraper.pipelines.Article"):
        item["title"]
    with pytest.raises(TypeError, match=r"no 'title'; .* scraper.pipelines.Article"):
        item["title"] = "a"
