"""What the demo site holds, as plain values: topics, articles, and where each is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin

from scraper.demo.articles import Article, make_article
from scraper.demo.hashing import mix
from scraper.demo.samples import build_samples
from scraper.demo.topics import Topic, make_topic

REPEAT_EVERY = 23
"""About one listed article in this many is shown on another page too."""


@dataclass(frozen=True)
class DemoSite:
    """A site of `topics` topics of about `pages` pages of `articles` articles each.

    The same for the same seed. From three topics up, one has no article and one has a
    single page; the others have `pages` pages, give or take the fraction `spread` of
    them. The last page is partly full, and exactly full in every fourth topic.

    No page is stored: any page of a site of millions is made when it is asked for.
    """

    topics: int = 15
    pages: int = 20
    articles: int = 35
    seed: int = 1
    spread: float = 0.5

    @cached_property
    def listing(self) -> tuple[Topic, ...]:
        """The topics, in the order of the index page."""
        return tuple(make_topic(n, self._total(n)) for n in range(self.topics))

    @cached_property
    def samples(self) -> tuple[str, ...]:
        """The pieces of HTML that titles and descriptions are made of."""
        return build_samples(self.seed)

    @property
    def page_count(self) -> int:
        """Pages of all topics at `articles` a page; the index page is not counted."""
        return sum(topic.pages(self.articles) for topic in self.listing)

    @property
    def listed_count(self) -> int:
        """Articles on all pages, repeated ones as often as they are shown."""
        return sum(topic.total for topic in self.listing)

    def page(
        self, topic: Topic, number: int, limit: int | None = None
    ) -> list[Article]:
        """Return the articles on a page of the topic.

        `number` counts from 1, `limit` is the page size asked for (default: `articles`).
        """
        size = limit or self.articles
        start = (number - 1) * size
        places = range(start, min(start + size, topic.total))
        return [self._listed(topic, place) for place in places]

    def article(self, topic: Topic, number: int) -> Article:
        """Return article `number`, from 0, of those that belong to the topic."""
        return make_article(topic, number, self._bits(topic, number), self.samples)

    def records(
        self, base_url: str, limit: int | None = None
    ) -> Iterator[dict[str, str | int]]:
        """Yield a row per article shown, by topic and page, repeated ones included.

        A row has topic (its name), page (from 1), title, description and absolute url.
        `limit` is the page size the crawl asks for (default: `articles`).
        """
        for topic in self.listing:
            for page in range(1, topic.pages(limit or self.articles) + 1):
                for article in self.page(topic, page, limit):
                    yield {
                        "topic": topic.name,
                        "page": page,
                        "title": article.title,
                        "description": article.description,
                        "url": urljoin(base_url, article.path),
                    }

    @cached_property
    def _salts(self) -> tuple[int, ...]:
        return tuple(mix(self.seed, index) for index in range(self.topics))

    def _total(self, index: int) -> int:
        """Return how many articles topic `index` lists."""
        bits = mix(self._salts[index], "total")
        if self.topics > 2 and index == self.topics // 2:
            return 0
        last_page = self.articles
        if index % 4:
            last_page = 1 + (bits >> 32) % self.articles
        if self.topics > 2 and index == self.topics - 1:
            return last_page
        share = 1 - self.spread + 2 * self.spread * (bits % 1000) / 999
        pages = max(min(self.pages, 2), round(self.pages * share))
        return (pages - 1) * self.articles + last_page

    def _bits(self, topic: Topic, place: int) -> int:
        return mix(self._salts[topic.index], place)

    def _listed(self, topic: Topic, place: int) -> Article:
        """Return the article at `place`, from 0, of a topic's list: its own or a repeat."""
        bits = self._bits(topic, place)
        if self._is_repeat(place, bits):
            return self._repeated(topic, place, bits)
        return make_article(topic, place, bits, self.samples)

    def _is_repeat(self, place: int, bits: int) -> bool:
        # Page 2 always begins with one, so that the smallest site has a repeat.
        if place <= self.articles:
            return place == self.articles
        return (bits >> 40) % REPEAT_EVERY == 0

    def _repeated(self, topic: Topic, place: int, bits: int) -> Article:
        """Return an article of an earlier page, or of any page of the topic before."""
        neighbour = self.listing[topic.index - 1]
        if bits % 4 == 0 and neighbour.total and neighbour is not topic:
            topic, place = neighbour, (bits >> 8) % neighbour.total
        else:
            place = (bits >> 8) % (place - self.articles + 1)
        while self._is_repeat(place, self._bits(topic, place)):
            place -= 1
        return self.article(topic, place)
