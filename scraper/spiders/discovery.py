"""Discovery: what pages say of topics and of other pages goes into the frontier."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import blake2b

from scraper.frontier import FailedPage, Frontier, MemoryFrontier, Page, Topic
from scraper.markup import Document, Element, Selector, compile_selector
from scraper.pagination import (
    Landing,
    PaginationRules,
    Reach,
    TopicPages,
    read_landing,
)
from scraper.site import SiteProfile
from scraper.spiders.reading import ReadPage

logger = logging.getLogger(__name__)


class Discovery:
    """Reads the pagination of a site's pages, and keeps how that of each topic is read."""

    def __init__(self, site: SiteProfile, frontier: Frontier) -> None:
        self._site = site
        self._frontier = frontier
        self._topic_pages: dict[int, TopicPages] = {}
        self._repeated = RepeatedPages(site.articles, frontier)
        self._listed_last: set[Page] = set()
        self._doubts_rules = False

    def add_listed(self, frontier: MemoryFrontier, pages: Iterable[FailedPage]) -> None:
        """Add pages that were listed: just these, of a first page all of its topic, of a last what it leads to."""
        topics: dict[str, int] = {}
        for listed in pages:
            topic, number, url = listed.topic, listed.number, listed.url
            if number is None:
                frontier.add_topics([(topic, url)])
            elif listed.is_last:
                self._listed_last.add(frontier.add_listed_last(topic, number, url))
            else:
                if topic not in topics:
                    topics[topic] = frontier.add_listed_topic(topic)
                frontier.add_listed_page(topics[topic], number, url)

    def read_landing(self, read: ReadPage) -> Landing:
        """What a topic's landing page says of the topic's pages."""
        rules = self._site.pagination
        landing = read_landing(read.document, read.url, read.base_url, rules)
        has_rules = rules != PaginationRules(
            size_param=rules.size_param, size=rules.size
        )
        if has_rules and not landing.has_more and not self._doubts_rules:
            self._look_without_rules(read)
        return landing

    def _look_without_rules(self, read: ReadPage) -> None:
        """Tell, once, if the profile's keys hide pages that would be found without them."""
        rules = PaginationRules()
        without = read_landing(read.document, read.url, read.base_url, rules)
        if without.has_more:
            self._doubts_rules = True
            logger.warning(
                "%s is taken for one page, but without the profile's pagination keys there are more (%s): "
                "are the keys right? See: scrapy preview %s",
                *(read.url, without.found, self._site.name),
            )

    def open_topic(self, page: Page, landing: Landing, read: ReadPage) -> Page | None:
        """Enter what a landing page says; returns the page with its number, None if it repeats another."""
        self._topic_pages[page.topic] = landing.pages
        if landing.number is not None:
            # Before the topic's pages can be had: other workers compare them with it.
            self._repeated.remember(page.topic, landing.number, read.document)
        first = self._frontier.land(page, landing.opening)
        if first is not None:
            self._enter(first, landing.reach)
        return first

    def extend(self, page: Page, read: ReadPage) -> None:
        """Enter how far a numbered page shows its topic to reach."""
        if page in self._listed_last:
            self._open_listed(page, read)
        pages = self._pages(page)
        if pages and page.number is not None:
            reach = pages.read(read.document, read.base_url, page.number)
            self._enter(page, reach)

    def leads_elsewhere(self, page: Page, read: ReadPage) -> str | None:
        """Why what came for `page` is not that page; None if it is."""
        pages = self._pages(page)
        is_page = not pages or pages.is_page(read.document, read.url, page.number)
        if read.redirected and not is_page:
            return f"redirected to {read.url}"
        if page.guessed and self._repeated.is_repeat(page, read.document):
            return "shows no article, or the same as a page before"
        return None

    def is_first_again(self, page: Page, read: ReadPage) -> bool:
        """Whether a later page shows what the first one did: the site takes no notice of the page's number."""
        return self._repeated.is_first_again(page, read.document)

    def is_only_page(self, page: Page) -> bool:
        """Whether no other page of its topic is known: then it is the landing page, asked for again after a crash."""
        topic = self._frontier.topics[page.topic]
        number = page.number or 0
        first = topic.scheme.first if topic.scheme else number
        return not page.guessed and number <= first and topic.last_number <= number

    def _pages(self, page: Page) -> TopicPages | None:
        """How the pages of a topic are read, which an earlier crawl or another worker may have found out."""
        topic = self._frontier.topics[page.topic]
        if topic.is_open and topic.id not in self._topic_pages:
            self._topic_pages[topic.id] = _pages_of(topic, self._site.pagination)
        return self._topic_pages.get(topic.id)

    def _open_listed(self, page: Page, read: ReadPage) -> None:
        """Find out from a listed page how those behind it are numbered and linked to."""
        assert isinstance(self._frontier, MemoryFrontier)  # lists are kept in memory
        self._listed_last.discard(page)
        rules = self._site.pagination
        pages = read_landing(read.document, read.url, read.base_url, rules).pages
        if pages.scheme and pages.scheme.number(page.url) != page.number:
            pages = replace(pages, scheme=None)
        self._topic_pages[page.topic] = pages
        elements = pages.elements.source if pages.elements else None
        self._frontier.open_listed(page, pages.scheme, elements)

    def _enter(self, page: Page, reach: Reach) -> None:
        if reach.last is not None:
            self._frontier.reach(page.topic, reach.last)
        if reach.ends_here:
            self._frontier.end_at(page)
        elif reach.next_url and self._site.is_onsite(reach.next_url):
            self._frontier.follow(page, reach.next_url)
        elif reach.next_url and (reach.last or 0) <= (page.number or 0):
            logger.warning(
                "Topic %r ends at page %s: its next link, %s, is not on this site (see 'allowed_domains')",
                *(self._frontier.topics[page.topic].name, page.number, reach.next_url),
            )


def _pages_of(topic: Topic, rules: PaginationRules) -> TopicPages:
    """How the pages of a topic are read whose landing page was read elsewhere."""
    elements = compile_selector(topic.elements) if topic.elements else None
    return TopicPages(rules, elements, topic.scheme)


class RepeatedPages:
    """Notices the pages with which sites answer past a topic's end: without articles, or the last page again.

    The frontier remembers two digests a topic, the first page's and the latest one's,
    each with the page's number: a page that is fetched again repeats no other.
    """

    def __init__(self, articles: Selector, frontier: Frontier) -> None:
        self._articles = articles
        self._frontier = frontier

    def remember(self, topic: int, number: int, document: Document) -> None:
        """Remember the first page of a topic."""
        shown = f"{_digest(document.select(self._articles))} {number}"
        self._frontier.remember(topic, first=shown, last=shown)

    def is_repeat(self, page: Page, document: Document) -> bool:
        """Whether a page shows no article, or just those of the topic's first or latest page."""
        digest = _digest(document.select(self._articles))
        topic = self._frontier.topics[page.topic]
        before = [_of_another(page, topic.first_shown)]
        before.append(_of_another(page, topic.last_shown))
        self._frontier.remember(page.topic, last=f"{digest} {page.number}")
        return digest == _NOTHING or digest in before

    def is_first_again(self, page: Page, document: Document) -> bool:
        """Whether a page shows just the articles of its topic's first page."""
        first = _of_another(page, self._frontier.topics[page.topic].first_shown)
        if first is None:
            return False
        articles = document.select(self._articles)
        # Nearly all pages differ in their first article, so the others are not looked at.
        if articles and not first.startswith(_hex(articles[0].text())):
            return False
        return _digest(articles) == first


def _of_another(page: Page, shown: str | None) -> str | None:
    """The digest that is remembered, unless it is that of `page` itself."""
    digest, _, number = (shown or "").partition(" ")
    return digest if digest and number != str(page.number) else None


_HALF = 16
"""A digest is one of the first article, and one of all: so many characters each."""

_NOTHING = "0" * 2 * _HALF

_LINKS = compile_selector("[href], [src]")


def _digest(articles: Sequence[Element]) -> str:
    if not articles:
        return _NOTHING
    texts = [article.text() for article in articles]
    first = _hex(texts[0])
    if len(set(texts)) == 1 and (len(texts) > 1 or not texts[0]):
        # Pictures, or cards that all say "View details": their links tell them apart.
        texts = [link for article in articles for link in _links(article)]
    return first + _hex("\0".join(texts))


def _links(article: Element) -> Iterator[str]:
    for element in (article, *article.select(_LINKS)):
        yield element.attribute("href") or element.attribute("src") or ""


def _hex(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return blake2b(data, digest_size=_HALF // 2).hexdigest()
