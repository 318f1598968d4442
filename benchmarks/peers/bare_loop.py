"""The limit: aiohttp, lexbor and csv in one loop; no framework, no retries, no robots.txt, no database, no log.

Set: the connector may open a connection for each of the workers, which are as many as requests at once. The event
loop is asyncio's own.
"""

from __future__ import annotations

import asyncio
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urljoin, urlsplit

import aiohttp
from selectolax.lexbor import LexborHTMLParser

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

COLUMNS = ("title", "description", "url", "topic", "page")


class Crawl:
    """One crawl: a queue of pages, and workers that fetch, parse, drop duplicates and write rows."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        write_rows: Callable[[Sequence[Sequence[Any]]], None],
    ) -> None:
        self._session = session
        self._write_rows = write_rows
        self._queue: asyncio.Queue[tuple[str, str, int]] = asyncio.Queue()
        self._seen: set[str] = set()

    async def run(self, index: str, concurrency: int) -> None:
        """Crawl all pages of all topics."""
        tree = LexborHTMLParser(await self._fetch(index))
        for link in tree.css("#content .topic a"):
            url = urljoin(index, link.attributes["href"] or "")
            self._queue.put_nowait((link.text(), url, 1))
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._work()) for _ in range(concurrency)]
            await self._queue.join()
            for worker in workers:
                worker.cancel()

    async def _work(self) -> None:
        while True:
            topic, url, page = await self._queue.get()
            html = await self._fetch(f"{url}?page={page}" if page > 1 else url)
            self._take(html, topic, url, page)
            self._queue.task_done()

    def _take(self, html: bytes, topic: str, url: str, page: int) -> None:
        tree = LexborHTMLParser(html)
        if page == 1:
            for number in range(2, last_page(tree) + 1):
                self._queue.put_nowait((topic, url, number))
        self._write_rows(
            [
                (title, description, article, topic, page)
                for title, description, article in articles(tree, url)
                if self._is_new(article)
            ]
        )

    def _is_new(self, url: str) -> bool:
        known = url in self._seen
        self._seen.add(url)
        return not known

    async def _fetch(self, url: str) -> bytes:
        async with self._session.get(url) as response:
            response.raise_for_status()
            return await response.read()


def last_page(tree: LexborHTMLParser) -> int:
    """Return the highest page that the pagination links to."""
    links = [link.attributes["href"] or "" for link in tree.css(".pagination a")]
    return max(
        (int(parse_qs(urlsplit(url).query)["page"][0]) for url in links), default=1
    )


def articles(tree: LexborHTMLParser, url: str) -> Iterator[tuple[str, str, str]]:
    """Yield title, description and absolute URL of each article."""
    for article in tree.css(".article"):
        title = article.css_first("h2")
        description = article.css_first("p")
        link = article.css_first("a")
        assert title is not None
        assert description is not None
        assert link is not None
        href = urljoin(url, link.attributes["href"] or "")
        yield title.text(), description.text(), href


async def main(index: str, file: Path, concurrency: int) -> None:
    """Crawl the site at `index` into a CSV file."""
    with file.open("w", encoding="utf-8", newline="") as output:
        writer = csv.writer(output)
        writer.writerow(COLUMNS)
        connector = aiohttp.TCPConnector(limit=concurrency)
        async with aiohttp.ClientSession(connector=connector) as session:
            await Crawl(session, writer.writerows).run(index, concurrency)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
