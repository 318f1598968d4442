"""Crawlee's crawlers for HTML without a browser: ParselCrawler, BeautifulSoupCrawler; a dataset, exported as CSV.

All defaults (robots.txt is not asked for, the HTTP client is impit), but for the requests at once, of which the least
number is the same as the most: the pool would halve them on a machine as busy as a benchmark keeps it. Duplicates are
dropped by a set, for there is nothing for items. The data are pushed a page at a time, as `push_data` allows.
`--memory` has the storage in memory; the default, files, keeps a file for each request and each article.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

from crawlee import ConcurrencySettings, Request
from crawlee.crawlers import BeautifulSoupCrawler, ParselCrawler
from crawlee.storage_clients import FileSystemStorageClient, MemoryStorageClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Article = dict[str, Any]
Context = Any
"""Either crawler's context: they have no class in common that has the handlers' methods."""


def parsel_topics(context: Context) -> Iterator[tuple[str, str]]:
    """Yield address and name of each topic."""
    for link in context.selector.css("#content .topic a"):
        yield link.attrib["href"], link.css("::text").get("")


def parsel_page_links(context: Context) -> list[str]:
    """Return the addresses in the pagination."""
    return list(context.selector.css(".pagination a::attr(href)").getall())


def parsel_articles(
    context: Context,
) -> Iterator[tuple[str | None, str | None, str]]:
    """Yield title, description and address of each article."""
    for article in context.selector.css(".article"):
        yield (
            article.css("h2::text").get(),
            article.css("p::text").get(),
            article.css("a::attr(href)").get(""),
        )


def soup_topics(context: Context) -> Iterator[tuple[str, str]]:
    """Yield address and name of each topic."""
    for link in context.soup.select("#content .topic a"):
        yield str(link["href"]), link.text


def soup_page_links(context: Context) -> list[str]:
    """Return the addresses in the pagination."""
    return [str(link["href"]) for link in context.soup.select(".pagination a")]


def soup_articles(
    context: Context,
) -> Iterator[tuple[str | None, str | None, str]]:
    """Yield title, description and address of each article."""
    for article in context.soup.find_all(class_="article"):
        yield article.h2.text, article.p.text, article.a["href"]


PARSEL: tuple[Any, ...] = (
    ParselCrawler,
    parsel_topics,
    parsel_page_links,
    parsel_articles,
)
SOUP: tuple[Any, ...] = (
    BeautifulSoupCrawler,
    soup_topics,
    soup_page_links,
    soup_articles,
)


def last_page(links: Iterable[str]) -> int:
    """Return the highest page that is linked."""
    numbers = (int(parse_qs(urlsplit(link).query)["page"][0]) for link in links)
    return max(numbers, default=1)


async def main(
    index: str, file: str, concurrency: int, *, in_memory: bool, soup: bool
) -> None:
    """Crawl the site at `index` into a CSV file."""
    crawler_class, topics, page_links, articles = SOUP if soup else PARSEL
    crawler = crawler_class(
        concurrency_settings=ConcurrencySettings(
            min_concurrency=concurrency,
            max_concurrency=concurrency,
            desired_concurrency=concurrency,
        ),
        storage_client=(
            MemoryStorageClient() if in_memory else FileSystemStorageClient()
        ),
    )
    seen: set[str] = set()

    async def push_page(context: Context, topic: str, page: int) -> None:
        found: list[Article] = []
        for title, description, href in articles(context):
            url = urljoin(context.request.url, href)
            if url not in seen:
                seen.add(url)
                found.append(
                    {
                        "title": title,
                        "description": description,
                        "url": url,
                        "topic": topic,
                        "page": page,
                    }
                )
        await context.push_data(found)

    @crawler.router.default_handler
    async def handle_index(context: Context) -> None:
        await context.add_requests(
            [
                Request.from_url(
                    urljoin(context.request.url, href),
                    label="TOPIC",
                    user_data={"topic": name},
                )
                for href, name in topics(context)
            ]
        )

    @crawler.router.handler("TOPIC")
    async def handle_topic(context: Context) -> None:
        topic = str(context.request.user_data["topic"])
        await context.add_requests(
            [
                Request.from_url(
                    f"{context.request.url}?page={page}",
                    label="PAGE",
                    user_data={"topic": topic, "page": page},
                )
                for page in range(2, last_page(page_links(context)) + 1)
            ]
        )
        await push_page(context, topic, 1)

    @crawler.router.handler("PAGE")
    async def handle_page(context: Context) -> None:
        data = context.request.user_data
        await push_page(context, str(data["topic"]), int(str(data["page"])))

    await crawler.run([index])
    await crawler.export_data(file)


if __name__ == "__main__":
    asyncio.run(
        main(
            sys.argv[1],
            sys.argv[2],
            int(sys.argv[3]),
            in_memory="--memory" in sys.argv[4:],
            soup="--beautifulsoup" in sys.argv[4:],
        )
    )
