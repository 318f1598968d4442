"""Scrapling's spider: its selectors, items as dicts, its hook for items to drop duplicates, its CSV export.

All defaults (its HTTP session with a browser's headers, robots.txt not asked for), but for the requests at once, and
the log, which is at INFO as it is for Scrapy.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from scrapling.spiders import Request, Response, Spider

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator


class ArticlesSpider(Spider):
    """From the index to the topics, from a topic's first page to all others."""

    name = "articles"
    logging_level = logging.INFO

    def __init__(self, url: str, concurrency: int) -> None:
        self.start_urls = [url]
        self.concurrent_requests = concurrency
        self.urls_seen: set[str] = set()
        super().__init__()

    async def parse(self, response: Response) -> AsyncGenerator[Request, None]:
        """Follow the topics."""
        for link in response.css("#content .topic a"):
            yield response.follow(
                link.attrib["href"],
                callback=self.parse_topic,
                meta={"topic": str(link.css("::text").get("")), "page": 1},
            )

    async def parse_topic(
        self, response: Response
    ) -> AsyncGenerator[Request | dict[str, Any], None]:
        """Ask for the other pages, whose number is in the last link, and read this one."""
        links = response.css(".pagination a::attr(href)").getall()
        last = int(parse_qs(urlsplit(links[-1]).query)["page"][0]) if links else 1
        for page in range(2, last + 1):
            yield response.follow(
                f"?page={page}", callback=self.parse_page, meta={"page": page}
            )
        async for item in self.parse_page(response):
            yield item

    async def parse_page(
        self, response: Response
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Yield the articles of a page."""
        for article in response.css(".article"):
            yield {
                "title": str(article.css("h2::text").get("")),
                "description": str(article.css("p::text").get("")),
                "url": response.urljoin(article.css("a::attr(href)").get("")),
                "topic": response.meta["topic"],
                "page": response.meta["page"],
            }

    async def on_scraped_item(self, item: dict[str, Any]) -> dict[str, Any] | None:
        """Drop articles whose URL was seen before."""
        if item["url"] in self.urls_seen:
            return None
        self.urls_seen.add(item["url"])
        return item


def main(url: str, file: str, concurrency: int) -> None:
    """Crawl the site at `url` into a CSV file."""
    result = ArticlesSpider(url, concurrency).start()
    result.items.to_csv(file)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
