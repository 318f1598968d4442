from dataclasses import dataclass
from typing import Any

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


def test_each_article_is_changed_or_dropped() -> None:
    articles: list[Article] = [
        {"title": title, "price": price}
        for title, price in [("a", "1.5"), ("b", ""), ("c", "sold")]
    ]
    item = TopicPage(Page(0, 1, "/"), "t", "/", "/", articles=articles)
    assert Prices().process_item(item) is item
    assert item.articles == [{"title": "a", "price": 1.5}]


def test_other_items_pass() -> None:
    assert Prices().process_item("else") == "else"
