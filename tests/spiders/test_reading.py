"""Reading responses: what a thread of its own parses, and what it leaves to the reader."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from scraper.markup import Document, Engine, compile_selector, parse
from scraper.markup.beautifulsoup import SoupElement
from scraper.markup.lexbor import LexborElement
from scraper.site import SiteProfile
from scraper.spiders import room
from scraper.spiders.checks import NotAPageError
from scraper.spiders.reading import AT_ONCE, HUGE, PageReader, source_of
from tests.crawls.running import crawl
from tests.sites.fixtures import ServeSite

URL = "http://site.example/topic"
SITE = SiteProfile.from_settings(
    {"site": {"index": URL, "topics": "a", "articles": ".article"}}, "site"
)
H2 = compile_selector("h2")


@pytest.fixture
def reader() -> Iterator[PageReader]:
    reader = PageReader(SITE)
    yield reader
    reader.close()


def page(body: bytes) -> Response:
    return HtmlResponse(URL, body=body, encoding="utf-8", request=Request(URL))


def parsers() -> set[threading.Thread]:
    return {each for each in threading.enumerate() if each.name.startswith("parser")}


def test_a_thread_of_its_own_parses_what_is_read_then(reader: PageReader) -> None:
    before = parsers()
    response = page("<h2>заголовок</h2>".encode())
    parsed = asyncio.run(reader.parse_aside(response))

    started = parsers() - before
    assert len(started) == 1
    assert parsed is not None
    read = reader.articles(response, parsed)
    assert read.document is parsed
    assert [each.text() for each in read.document.select(H2)] == ["заголовок"]

    reader.close()
    for thread in started:
        thread.join(10)
    assert not started & parsers()


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (page(b""), "the body is empty"),
        (page(b" \n"), "the body is empty"),
        (Response(URL, body=b"\x89PNG"), "not an HTML page but binary data, 4 bytes"),
    ],
)
def test_what_is_no_text_is_not_parsed(
    reader: PageReader, response: Response, problem: str
) -> None:
    assert asyncio.run(reader.parse_aside(response)) is None
    with pytest.raises(NotAPageError, match=problem):
        reader.articles(response)


def test_pages_wait_while_the_trees_of_others_are_kept(reader: PageReader) -> None:
    large = page(b"<p>" + b"x" * AT_ONCE)

    async def read_two() -> None:
        first = await reader.parse_aside(large)
        second = asyncio.ensure_future(reader.parse_aside(page(b"<p>y")))
        await asyncio.sleep(0.2)
        assert first is not None
        assert not second.done()
        del first
        assert await second is not None

    asyncio.run(read_two())


def test_who_keeps_documents_does_not_stop_the_crawl(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "LONGEST_WAIT", 0.1)
    large = page(b"<p>" + b"x" * AT_ONCE)

    async def read_three() -> list[Document | None]:
        return [await reader.parse_aside(large) for _ in range(3)]

    assert None not in asyncio.run(read_three())


@pytest.mark.parametrize("article_engine", Engine)
def test_a_huge_landing_page_is_no_soup(article_engine: Engine) -> None:
    reader = PageReader(SITE, Engine.BEAUTIFULSOUP, article_engine)
    small, huge = page(b"<h2>t</h2>"), page(b"<h2>t</h2>" + b"x" * HUGE)

    assert isinstance(reader.discovery(small).document.root, SoupElement)
    read = reader.discovery(huge)
    assert isinstance(read.document.root, LexborElement)
    assert [each.text() for each in read.document.select(H2)] == ["t"]


def test_a_crawl_has_its_numbered_pages_parsed_aside(
    tmp_path: Path, site_server: ServeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse_aside = PageReader.parse_aside

    async def noted(reader: PageReader, response: Response) -> Document | None:
        parsed.append(response.url)
        return await parse_aside(reader, response)

    monkeypatch.setattr(PageReader, "parse_aside", noted)
    crawled = crawl(tmp_path, site_server().profile())
    landings = len(crawled.frontier.topics)
    assert len(parsed) == crawled.stat("pages/done") - landings > 0


def test_an_engine_that_keeps_the_lock_is_not_put_aside() -> None:
    reader = PageReader(SITE, article_engine=Engine.BEAUTIFULSOUP)
    before = parsers()

    assert asyncio.run(reader.parse_aside(page(b"<h2>one</h2>"))) is None
    assert parsers() == before


@pytest.mark.parametrize(
    ("body", "header", "profile", "is_kept"),
    [
        ("<p>né 🍣".encode(), "utf-8", None, True),
        (b"<meta charset=utf-8><p>n\xc3\xa9", "", None, True),
        (b"<p>n\xe9", "utf-8", None, False),  # no UTF-8
        ("<p>\N{REPLACEMENT CHARACTER}".encode(), "utf-8", None, True),
        ("\N{BYTE ORDER MARK}<p>né".encode(), "utf-8", None, False),
        ("<p>né".encode("utf-16"), "utf-8", None, False),  # says its BOM
        ("<p>né".encode("utf-32"), "utf-8", None, False),
        ("<p>né".encode("latin-1"), "latin-1", None, False),
        ("<p>né".encode(), "utf-8", "latin-1", False),
    ],
)
def test_a_body_is_parsed_as_it_is_where_that_is_the_same(
    body: bytes, header: str, profile: str | None, is_kept: bool
) -> None:
    site = replace(SITE, encoding=profile)
    content_type = f"text/html; charset={header}" if header else "text/html"
    headers = {"Content-Type": content_type}
    response = HtmlResponse(URL, headers=headers, body=body, request=Request(URL))
    text = response.replace(encoding=profile or response.encoding).text
    assert source_of(response, site) == (body if is_kept else text)

    reader = PageReader(site)
    parsed = asyncio.run(reader.parse_aside(response))
    reader.close()
    assert parsed is not None
    assert parsed.text() == parse(text, Engine.LEXBOR).text()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_what_a_page_must_not_say_is_looked_for_in_its_text(encoding: str) -> None:
    reader = PageReader(replace(SITE, encoding=encoding, must_not_say=("à bientôt",)))
    said = page("<p>fermé, à bientôt".encode(encoding))
    assert asyncio.run(reader.parse_aside(said)) is None
    with pytest.raises(NotAPageError, match="the page says 'à bientôt'"):
        reader.articles(said)
    assert asyncio.run(reader.parse_aside(page(b"<p>ouvert"))) is not None
    reader.close()
