"""Reading responses for the spider: documents, topic links, and pages shown twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from scrapy.http import Response, TextResponse

from scraper.frontier import Page
from scraper.markup import (
    Document,
    Element,
    Engine,
    Selector,
    compile_selector,
    parse,
    values,
)
from scraper.markup.selector import Take
from scraper.site import SiteProfile

_LINK = compile_selector("a[href]")


class NotAPageError(Exception):
    """What came is no page, whatever its status; the message says what it is."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A response as the spider reads it: its document, its own URL, and the one its links are relative to."""

    document: Document
    url: str
    base_url: str
    redirected: bool


def read_page(response: Response, engine: Engine, encoding: str | None) -> ReadPage:
    """Parse a response, decoded by `encoding` or else by its BOM, its header or its meta element.

    Raises:
        NotAPageError: it is no text, or has none.
    """
    if not response.body.strip():
        raise NotAPageError("the body is empty")
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"").decode(
            "latin-1"
        ) or "binary data"
        raise NotAPageError(f"not an HTML page but {kind}, {len(response.body)} bytes")
    text = response.replace(encoding=encoding).text if encoding else response.text
    document = parse(text, engine)
    base = document.base_href()
    base_url = urljoin(response.url, base) if base else response.url
    return ReadPage(document, response.url, base_url, "redirect_urls" in response.meta)


def topic_links(index: ReadPage, site: SiteProfile) -> Iterator[tuple[str, str]]:
    """The topics an index page links to, each once: name and absolute URL, in document order."""
    names: dict[str, str] = {}
    for name, href in _named_links(index.document, site.topics, site.topic_name):
        if href and not href.startswith("#"):
            url = urldefrag(urljoin(index.base_url, href)).url
            names[url] = names.get(url) or name
    for url, name in names.items():
        yield name or _slug(url), url


def _named_links(
    document: Document, topics: Selector, topic_name: Selector | None
) -> Iterator[tuple[str, str]]:
    if any(group.take is not Take.TEXT for group in topics.groups):
        yield from (("", href) for href in values(document, topics))
        return
    for element in document.select(topics):
        link = element if element.tag == "a" else element.first(_LINK)
        if link is not None:
            yield (
                _name(element, link, topic_name),
                (link.attribute("href") or "").strip(),
            )


def _name(element: Element, link: Element, topic_name: Selector | None) -> str:
    if topic_name:
        return next(values(element, topic_name), "")
    return link.text() or link.attribute("title") or ""


def _slug(url: str) -> str:
    """A name for a topic whose link has no text: the last part of its path."""
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc


class RepeatedPages:
    """Notices the pages with which sites answer past a topic's end: without articles, or the last page again.

    It remembers two digests a topic, the first page's and the latest one's.
    """

    def __init__(self, articles: Selector) -> None:
        self._articles = articles
        self._first: dict[int, int] = {}
        self._latest: dict[int, int] = {}

    def remember(self, page: Page, document: Document) -> None:
        """Remember the first page of a topic."""
        self._first[page.topic] = self._latest[page.topic] = self._digest(document)

    def is_repeat(self, page: Page, document: Document) -> bool:
        """Whether a page shows no article, or just those of the topic's first or latest page."""
        digest = self._digest(document)
        shown_before = {0, self._first.get(page.topic), self._latest.get(page.topic)}
        self._latest[page.topic] = digest
        return digest in shown_before

    def _digest(self, document: Document) -> int:
        texts = tuple(article.text() for article in document.select(self._articles))
        return hash(texts) if texts else 0
