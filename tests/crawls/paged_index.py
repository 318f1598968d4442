"""A site whose index has several pages, each with links to topics of two pages of one article."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.crawls.listing import LISTING, listing
from tests.downloader.peer import Call

NUMBERS = '<div class="pagination">{numbers}</div>'
NEXT = '<a rel="next" href="/?page={following}">More topics</a>'


@dataclass
class PagedIndex:
    """Answers with the pages of an index, of so many topics each, at `/?page=N`; and with those of the topics.

    `links` is what each page shows of the others, which after the last one of NEXT are not there; `menu` has topics
    that all pages show. `statuses` and `texts` are what comes in place of a page of the index, by its number, and
    `latency` the seconds it takes.
    """

    sizes: Sequence[int]
    links: str = NUMBERS
    menu: Sequence[str] = ()
    statuses: dict[int, str] = field(default_factory=dict)
    texts: dict[int, str] = field(default_factory=dict)
    latency: float = 0
    robots: str = ""

    async def __call__(self, call: Call) -> None:
        path, _, query = call.target.partition("?")
        if path == "/robots.txt":
            await call.reply(self.robots.encode(), "200 OK", "Content-Type: text/plain")
            return
        if path != "/":
            await listing(last=2)(call)
            return
        number = int(query.partition("page=")[2] or 1)
        if number > 1:
            await asyncio.sleep(self.latency)
        missing = "404 Not Found" if number > len(self.sizes) else "200 OK"
        status = self.statuses.get(number, missing)
        html = self.texts.get(number) or self._page(number)
        await call.reply(html.encode(), status, "Content-Type: text/html")

    def profile(self, url: str) -> dict[str, object]:
        """What a user writes of the site at `url`."""
        return {**LISTING, "index": url}

    def topics(self, *pages: int) -> list[str]:
        """The topics of these pages of the index, or of all."""
        numbers = pages or range(1, len(self.sizes) + 1)
        return [*self.menu, *(topic for page in numbers for topic in self._on(page))]

    def _on(self, number: int) -> Iterator[str]:
        for place in range(self.sizes[number - 1]):
            yield f"/topic-{number}-{place}"

    def _page(self, number: int) -> str:
        if number > len(self.sizes):
            return "not here"
        topics = [*self.menu, *self._on(number)]
        links = "".join(f'<a class="topic" href="{url}">{url}</a>' for url in topics)
        numbers = "".join(
            f'<a href="/?page={page}">{page}</a>'
            for page in range(1, len(self.sizes) + 1)
            if page != number
        )
        others = self.links.format(numbers=numbers, following=number + 1)
        return f"<html><body>{links}{others}</body></html>"
