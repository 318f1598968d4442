"""The script of the question this project grew from: a thread for each topic, aiohttp and BeautifulSoup in it.

Its idea is kept: a pool of fifteen threads, an event loop in each, BeautifulSoup with `html.parser`, everything in
memory until the end. Its faults are mended: the threads are really used, one session serves all pages of a topic, these
are asked for at once, the last page is computed for the page size that is fetched, page 1 is fetched once, a failed
page is an error and not a gap, and duplicates are dropped. Set: the threads share the requests at once evenly.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, fields
from urllib.parse import parse_qs, urljoin, urlsplit

import aiohttp
import bs4

THREADS = 15


@dataclass(frozen=True)
class Article:
    """An article of a page."""

    title: str
    description: str
    url: str
    topic: str
    page: int


async def fetch(session: aiohttp.ClientSession, url: str) -> str:
    """Return the HTML at a URL."""
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.text()


def parse_articles(
    soup: bs4.BeautifulSoup, url: str, topic: str, page: int
) -> list[Article]:
    """Return the articles of a page."""
    return [
        Article(
            title=item.h2.text,  # type: ignore[union-attr]  # these are there, or an error is right
            description=item.p.text,  # type: ignore[union-attr]
            url=urljoin(url, str(item.a["href"])),  # type: ignore[index]
            topic=topic,
            page=page,
        )
        for item in soup.find_all(class_="article")
    ]


def last_page(soup: bs4.BeautifulSoup) -> int:
    """Return the number in the last link of the pagination."""
    pagination = soup.find("ul", class_="pagination")
    if pagination is None:
        return 1
    link = str(pagination.find_all("a")[-1]["href"])
    return int(parse_qs(urlsplit(link).query)["page"][0])


async def crawl_page(
    session: aiohttp.ClientSession, url: str, topic: str, page: int
) -> list[Article]:
    """Fetch and parse one page."""
    html = await fetch(session, f"{url}?page={page}")
    return parse_articles(bs4.BeautifulSoup(html, "html.parser"), url, topic, page)


async def crawl_topic(url: str, topic: str, connections: int) -> list[Article]:
    """Fetch the first page, then all others at once."""
    connector = aiohttp.TCPConnector(limit=connections)
    # The whole topic waits for these few connections, so that a limit for each request in it would mean nothing.
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        soup = bs4.BeautifulSoup(await fetch(session, url), "html.parser")
        pages = range(2, last_page(soup) + 1)
        others = await asyncio.gather(
            *(crawl_page(session, url, topic, page) for page in pages)
        )
    return sum(others, parse_articles(soup, url, topic, 1))


def crawl_topic_in_thread(url: str, topic: str, connections: int) -> list[Article]:
    """Crawl a topic in an event loop of this thread's own."""
    return asyncio.run(crawl_topic(url, topic, connections))


async def find_topics(index: str) -> list[tuple[str, str]]:
    """Return URL and name of each topic."""
    async with aiohttp.ClientSession() as session:
        soup = bs4.BeautifulSoup(await fetch(session, index), "html.parser")
    links = soup.select("#content .topic a")
    return [(urljoin(index, str(link["href"])), link.text) for link in links]


def main(index: str, file: str, concurrency: int) -> None:
    """Crawl the site at `index` into a CSV file."""
    topics = asyncio.run(find_topics(index))
    threads = min(THREADS, len(topics))
    connections = max(1, concurrency // threads)
    with ThreadPoolExecutor(max_workers=threads) as executor:
        futures = [
            executor.submit(crawl_topic_in_thread, url, topic, connections)
            for url, topic in topics
        ]
    items = {item.url: item for future in futures for item in future.result()}
    with open(file, "w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(field.name for field in fields(Article))
        writer.writerows(map(astuple, items.values()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
