"""The site of the comparison: the demo site's pages of 90 KB, with even topics and plain texts, as files."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scraper.demo import skeleton
from scraper.demo.articles import Article
from scraper.demo.hashing import mix
from scraper.demo.markup import topic_page
from scraper.demo.samples import build_samples, plain
from scraper.demo.topics import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE_SIZE = 35
ROBOTS = "User-agent: *\nDisallow: /legal/\n"


class Listed(NamedTuple):
    """An article that a page lists, as the export of a crawl should have it; `url` is a path."""

    topic: str
    page: int
    title: str
    description: str
    url: str


@dataclass(frozen=True)
class BenchmarkSite:
    """`pages` pages of 35 articles in `topics` topics of the same size, give or take a page.

    A page's first article is the last one of the page before, as on a site that is
    added to meanwhile, so that there are duplicates to drop: one in 35.
    """

    topics: int
    pages: int

    def __post_init__(self) -> None:
        if not 1 <= self.topics <= self.pages:
            raise ValueError(
                f"a site has a topic at least, and a page for each, not {self}"
            )

    @property
    def unique(self) -> int:
        """Articles without the duplicates."""
        return self.pages * (PAGE_SIZE - 1) + self.topics

    @cached_property
    def listing(self) -> tuple[Topic, ...]:
        """The topics; `total` is a multiple of the page size."""
        pages, more = divmod(self.pages, self.topics)
        return tuple(
            Topic(n, f"Topic {n}", f"topic-{n}", (pages + (n < more)) * PAGE_SIZE)
            for n in range(self.topics)
        )

    @cached_property
    def _samples(self) -> tuple[str, ...]:
        """Texts in many scripts; those left out are read alike only by who folds white space and takes tags off."""
        samples = build_samples(seed=1)
        return tuple(text for text in samples if plain(text) == unescape(text))

    def write(self, folder: Path) -> None:
        """Write robots.txt, the index, and every page as `<topic>/<number>.html`."""
        (folder / "robots.txt").write_text(ROBOTS)
        (folder / "index.html").write_bytes(_index(self.listing))
        for topic in self.listing:
            subfolder = folder / topic.slug
            subfolder.mkdir()
            for number in range(1, topic.pages(PAGE_SIZE) + 1):
                articles = self._articles(topic, number)
                page = topic_page(topic, number, PAGE_SIZE, articles)
                (subfolder / f"{number}.html").write_bytes(page)

    def listed(self) -> Iterator[Listed]:
        """Yield what all pages list, duplicates included."""
        for topic in self.listing:
            for page in range(1, topic.pages(PAGE_SIZE) + 1):
                for article in self._articles(topic, page):
                    title, text = article.title, article.description
                    yield Listed(topic.name, page, title, text, article.path)

    def _articles(self, topic: Topic, page: int) -> list[Article]:
        last = page * (PAGE_SIZE - 1)
        numbers = range(last - PAGE_SIZE + 1, last + 1)
        return [self._article(topic, number) for number in numbers]

    def _article(self, topic: Topic, number: int) -> Article:
        bits, samples = mix(topic.index, number), self._samples
        one, two, three = (samples[(bits >> n) % len(samples)] for n in (0, 16, 32))
        path = f"{topic.folder}{number}-{bits & 0xFFFF:x}.html"
        return Article(number, path, f"{one} {number}", None, f"{two} {three}")


def _index(topics: tuple[Topic, ...]) -> bytes:
    links = "\n".join(
        f'<div class="topic"><h3><a href="{topic.path}">{topic.html}</a></h3></div>'
        for topic in topics
    )
    return skeleton.page("Topics", f'<div class="topics">\n{links}\n</div>\n')


def main() -> None:
    """Write the site, in a process of its own, whose memory the clients' figures then do not start from."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--topics", type=int, default=15)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    BenchmarkSite(arguments.topics, arguments.pages).write(arguments.folder)


if __name__ == "__main__":
    main()
