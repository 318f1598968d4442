"""Reading responses: from bytes to a document that may be a page."""

from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    utf_8_decode,
)
from dataclasses import dataclass
from typing import Self

from scrapy.http import Response, TextResponse
from scrapy.settings import BaseSettings

from scraper.exceptions import ConfigurationError
from scraper.markup import Document, Engine, parse
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError

HUGE = 1024 * 1024
"""Bytes of a page beyond which BeautifulSoup would take hundreds of megabytes."""

_BOMS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE, BOM_UTF32_BE)  # UTF-32-LE has UTF-16's

_PIECE = 16 * 1024


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A response as the spider reads it: its document, its own URL, and the one its links are relative to."""

    document: Document
    url: str
    base_url: str
    redirected: bool


class PageReader:
    """Reads a site's responses: with one engine what decides on the crawl, with another the pages of articles."""

    def __init__(
        self,
        site: SiteProfile,
        discovery_engine: Engine = Engine.LEXBOR,
        article_engine: Engine = Engine.LEXBOR,
    ) -> None:
        self._site = site
        self._discovery_engine = discovery_engine
        self._article_engine = article_engine

    @classmethod
    def from_settings(cls, settings: BaseSettings, site: SiteProfile) -> Self:
        """Read MARKUP_DISCOVERY_ENGINE and MARKUP_ARTICLE_ENGINE.

        Raises:
            ConfigurationError: there is no engine of that name.
        """
        return cls(
            site,
            _engine(settings["MARKUP_DISCOVERY_ENGINE"], "MARKUP_DISCOVERY_ENGINE"),
            _engine(settings["MARKUP_ARTICLE_ENGINE"], "MARKUP_ARTICLE_ENGINE"),
        )

    @property
    def has_one_engine(self) -> bool:
        """Whether what was read for discovery can be taken for its articles too."""
        return self._article_engine is self._discovery_engine

    def discovery(self, response: Response) -> ReadPage:
        """Read an index or a landing page; see `read_page`. A huge one is read by lexbor: it is the same page."""
        is_huge = len(response.body) > HUGE
        engine = Engine.LEXBOR if is_huge else self._discovery_engine
        return read_page(response, engine, self._site)

    def articles(self, response: Response) -> ReadPage:
        """Read a page of articles; see `read_page`."""
        return read_page(response, self._article_engine, self._site)


def read_page(response: Response, engine: Engine, site: SiteProfile) -> ReadPage:
    """Parse a response, and see that it is a page.

    Raises:
        NotAPageError: it is no text, or has none, or is not what the profile says a page must be.
    """
    document = parse(source_of(response, site), engine)
    if site.must_have and document.first(site.must_have) is None:
        raise NotAPageError(f"{site.must_have.source!r} matches nothing (must_have)")
    base_url = document.base_url(response.url)
    return ReadPage(document, response.url, base_url, "redirect_urls" in response.meta)


def source_of(response: Response, site: SiteProfile) -> str | bytes:
    """Return what to parse of a response: its bytes where they are sound UTF-8, else its text.

    It is decoded by the profile's encoding or else by its BOM, its header or its meta element. Usual text, which takes
    up to four times the room of its bytes, is not kept.

    Raises:
        NotAPageError: it is no text, or has none, or says what the profile says a page must not.
    """
    if not response.body or response.body.isspace():
        raise NotAPageError("the body is empty")
    if not isinstance(response, TextResponse):
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        size = len(response.body)
        raise NotAPageError(
            f"not an HTML page but {kind or 'binary data'}, {size} bytes"
        )
    if site.encoding:
        response = response.replace(encoding=site.encoding)
    source = response.body if _is_sound_utf8(response) else response.text
    if site.must_not_say:
        text = source if isinstance(source, str) else source.decode()
        for notice in filter(text.__contains__, site.must_not_say):
            raise NotAPageError(f"the page says {notice!r} (must_not_say)")
    return source


def _is_sound_utf8(response: TextResponse) -> bool:
    """Whether a response is UTF-8 without errors or a byte order mark."""
    body = response.body
    if response.encoding != "utf-8" or body.startswith(_BOMS):
        return False
    # By pieces: the text of a whole page, of up to four bytes a character, takes six times as long to make.
    rest = memoryview(body)
    try:
        while rest:
            is_last = len(rest) <= _PIECE
            _, size = utf_8_decode(rest[:_PIECE], "strict", is_last)
            rest = rest[size:]
    except UnicodeDecodeError:
        return False
    return True


def _engine(name: str, setting: str) -> Engine:
    try:
        return Engine(name)
    except ValueError:
        known = ", ".join(Engine)
        raise ConfigurationError(
            f"{setting} = {name!r} is no engine (there are: {known})"
        ) from None
