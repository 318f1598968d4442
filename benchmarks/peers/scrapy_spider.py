"""A stock Scrapy spider: selectors, an item per article, the documentation's duplicates filter, a CSV feed.

Set, beside the requests at once: robots.txt is obeyed, as in a project that `scrapy startproject` makes (its delay of a
second and its one request at once per domain are not taken over); the log is at INFO, for at the default, DEBUG,
every request and every item is a record in it; items that are dropped are logged at DEBUG, too.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import scrapy
from itemadapter import ItemAdapter
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.exceptions import DropItem
from w3lib.url import url_query_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Response

AIOHTTP = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"


@dataclass
class ArticleItem:
    """An article of a page."""

    title: str | None
    description: str | None
    url: str
    topic: str
    page: int


class DuplicatesPipeline:
    """Drops articles whose URL was seen before."""

    def __init__(self) -> None:
        self.urls_seen: set[str] = set()

    def process_item(self, item: Any) -> Any:
        """Pass an article on if it is new."""
        adapter = ItemAdapter(item)
        if adapter["url"] in self.urls_seen:
            raise DropItem(f"Article already seen: {adapter['url']}")
        self.urls_seen.add(adapter["url"])
        return item


class ArticlesSpider(scrapy.Spider):
    """From the index to the topics, from a topic's first page to all others."""

    name = "articles"

    def parse(self, response: Response, **_: Any) -> Iterator[scrapy.Request]:
        """Follow the topics."""
        for link in response.css("#content .topic a"):
            yield response.follow(
                link.attrib["href"],
                self.parse_topic,
                cb_kwargs={"topic": link.css("::text").get()},
            )

    def parse_topic(self, response: Response, topic: str) -> Iterator[Any]:
        """Ask for the other pages, whose number is in the last link, and read this one."""
        last_link = response.css(".pagination a::attr(href)").getall()[-1:]
        last = int(url_query_parameter(last_link[0], "page") or 1) if last_link else 1
        for page in range(2, last + 1):
            yield response.follow(
                f"?page={page}",
                self.parse_page,
                cb_kwargs={"topic": topic, "page": page},
            )
        yield from self.parse_page(response, topic, 1)

    def parse_page(
        self, response: Response, topic: str, page: int
    ) -> Iterator[ArticleItem]:
        """Yield the articles of a page."""
        for article in response.css(".article"):
            yield ArticleItem(
                title=article.css("h2::text").get(),
                description=article.css("p::text").get(),
                url=response.urljoin(article.css("a::attr(href)").get("")),
                topic=topic,
                page=page,
            )


def main(url: str, file: str, concurrency: int, handler: str | None) -> None:
    """Crawl the site at `url` into a CSV file, with another download handler if one is named."""
    settings = {
        "CONCURRENT_REQUESTS": concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": concurrency,
        "DEFAULT_DROPITEM_LOG_LEVEL": "DEBUG",
        "FEEDS": {file: {"format": "csv"}},
        "FEED_EXPORT_ENCODING": "utf-8",
        "ITEM_PIPELINES": {DuplicatesPipeline: 300},
        "LOG_LEVEL": "INFO",
        "ROBOTSTXT_OBEY": True,
    }
    if handler:
        settings["DOWNLOAD_HANDLERS"] = {"http": handler, "https": handler}
    process = AsyncCrawlerProcess(settings)
    process.crawl(ArticlesSpider, start_urls=[url])
    process.start()


if __name__ == "__main__":
    main(
        sys.argv[1],
        sys.argv[2],
        int(sys.argv[3]),
        AIOHTTP if "--aiohttp" in sys.argv[4:] else None,
    )
