"""A small site in one style, as plain values: what it answers, and what a crawl must find on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from scraper.demo.content import DemoSite
from scraper.demo.topics import Topic
from tests.sites import pages
from tests.sites.addresses import decoded_slug
from tests.sites.encodings import ENCODINGS, Encoding
from tests.sites.faults import FAULTS, Fault
from tests.sites.paginations import Shown
from tests.sites.styles import PAGE_SIZE, STYLES, PastEnd, Style

SMALL = DemoSite(topics=5, pages=7, articles=6)
"""Five topics of 1 to 10 pages of up to six articles; one topic is empty."""

UNASKED_SIZE = 4
"""Articles on a page when the request does not say; then pages are other pages."""

FIELDS = {
    "title": ["h2", "a::attr(title)"],
    "description": "p",
    "url": {"css": "a::attr(href)", "url": True},
}

Record = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, or a redirect to `location`; `topic` and `number` say which page it is."""

    html: str = ""
    location: str | None = None
    topic: int | None = None
    number: int | None = None


@dataclass(frozen=True)
class SiteUnderTest:
    """A site with one style of pagination, one index, one encoding, and faults.

    `faults` names the bad pages: (place of the topic in the index from 0, number of the page
    from 1) -> a key of FAULTS.
    """

    style_name: str = "query-first"
    content: DemoSite = SMALL
    index: str = "plain"
    encoding_name: str = "utf-8"
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)

    @property
    def style(self) -> Style:
        """The style of pagination."""
        return STYLES[self.style_name]

    @property
    def encoding(self) -> Encoding:
        """The encoding of every page."""
        return ENCODINGS[self.encoding_name]

    @property
    def page_size(self) -> int:
        """Articles on a full page, when asked for as the profile says."""
        return self.content.articles

    def answer(self, origin: str, path: str, query: Mapping[str, str]) -> Answer | None:
        """Return what stands at a decoded path and query; None if nothing."""
        if path == "/":
            return Answer(self._index_page(origin))
        size = self._size(query)
        place = self.style.addresses.find(path, query, size) if size else None
        if place and place.page and not self.style.has_extra(query):
            return None
        topic = self._topics.get(place.slug) if place else None
        if place is None or topic is None:
            return None
        number = self._first_shown(topic, size) if place.page is None else place.page
        return self._topic_answer(origin, topic, number, size)

    def fault(self, answer: Answer) -> Fault | None:
        """Return what is wrong with the page, if anything."""
        if answer.topic is None or answer.number is None:
            return None
        name = self.faults.get((answer.topic, answer.number))
        return FAULTS[name] if name else None

    def records(self, index_url: str, *, explicit: bool = False) -> Iterator[Record]:
        """Yield the rows of every page that can be had, in the site's own page numbers.

        A topic of one page shows no number of its own: the page is page 1, unless the
        profile is `explicit` about numbers.
        """
        had = set(self.pages_to_get())
        single = {
            topic.name
            for topic in self.content.listing
            if topic.pages(self.page_size) == 1
        }
        for record in self.content.records(index_url):
            topic, page = str(record["topic"]), int(record["page"])
            shift = 0 if topic in single and not explicit else self.style.first - 1
            if (topic, page) in had:
                yield {**record, "page": page + shift}

    def pages_to_get(self) -> Iterator[tuple[str, int]]:
        """Yield topic name and page number, from 1, of every page that can be had."""
        for topic in self.content.listing:
            if not self._shows_articles(topic, 1):
                continue
            for number in self._reachable(topic):
                if self._shows_articles(topic, number):
                    yield topic.name, number

    def profile(self, index_url: str, *, explicit: bool = False) -> dict[str, object]:
        """Return the profile that a user writes for the site.

        It says as little as possible; with `explicit`, also how pages are numbered.
        """
        size = {"page_size_param": "limit", "page_size": self.page_size}
        more = {**self.style.required, **(self.style.explicit if explicit else {})}
        return {
            "index": index_url,
            "topics": "#content .topic a",
            "articles": ".article",
            "fields": FIELDS,
            **({} if self.style.limit == "no" else size),
            **{
                key: self.page_size if value is PAGE_SIZE else value
                for key, value in more.items()
            },
        }

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {decoded_slug(topic): topic for topic in self.content.listing}

    def _size(self, query: Mapping[str, str]) -> int:
        """Return the page size that a query asks for; 0 if it makes no sense."""
        if self.style.limit == "no":
            return self.page_size
        text = query.get("limit", str(UNASKED_SIZE))
        return int(text) if text.isdecimal() and len(text) < 5 else 0

    def _first_shown(self, topic: Topic, size: int) -> int:
        return topic.pages(size) if self.style.newest_first else 1

    def _reachable(self, topic: Topic) -> range:
        last = 1 if self.style.single else topic.pages(self.page_size)
        return range(1, last + 1)

    def _shows_articles(self, topic: Topic, number: int) -> bool:
        name = self.faults.get((topic.index, number))
        return name is None or FAULTS[name].shows_articles

    def _index_page(self, origin: str) -> str:
        content = pages.INDEXES[self.index](self.content.listing, self.style)
        return pages.page("Topics", content, self._head(origin))

    def _topic_answer(
        self, origin: str, topic: Topic, number: int, size: int
    ) -> Answer | None:
        last = topic.pages(size)
        if 1 <= number <= last:
            return self._topic_page(origin, topic, number, size)
        match self.style.past_end:
            case PastEnd.TO_FIRST:
                own = self.style.addresses.landing(topic)
                return Answer(location=urljoin(origin, own))
            case PastEnd.LAST_AGAIN:
                return self._topic_page(origin, topic, last, size)
            case PastEnd.NO_ARTICLES:
                html = pages.page(
                    topic.name, "<p>No more articles.</p>", self._head(origin)
                )
                return Answer(html, topic=topic.index, number=number)
        return None

    def _topic_page(self, origin: str, topic: Topic, number: int, size: int) -> Answer:
        def href(page: int) -> str:
            return self.style.href(self.style.addresses.page(topic, page, size), size)

        articles = self.content.page(topic, number, size)
        blocks = "\n".join(
            pages.article_block(article, self.style) for article in articles
        )
        shown = Shown(number, topic.pages(size), href, self.style.label)
        content = f"<h1>{topic.html}</h1>\n{blocks}\n{self.style.pagination(shown)}"
        html = pages.page(topic.name, content, self._head(origin))
        return Answer(html, topic=topic.index, number=number)

    def _head(self, origin: str) -> str:
        return self.encoding.meta_element + pages.base_element(self.style, origin)
