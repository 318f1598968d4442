"""Reading responses: what is no page, which engine reads, and what of a response is parsed."""

from dataclasses import replace

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response

from scraper.frontier import Page
from scraper.markup import Engine, compile_selector, parse
from scraper.markup.beautifulsoup import SoupElement
from scraper.markup.lexbor import LexborElement
from scraper.site import SiteProfile
from scraper.spiders import topics
from scraper.spiders.checks import NotAPageError
from scraper.spiders.reading import HUGE, PageReader, source_of
from scraper.spiders.topics import TopicsSpider
from tests.crawls.running import project_settings

URL = "http://site.example/topic"
SITE = SiteProfile.from_settings(
    {"site": {"index": URL, "topics": "a", "articles": ".article"}}, "site"
)
H2 = compile_selector("h2")


def page(body: bytes) -> Response:
    return HtmlResponse(URL, body=body, encoding="utf-8", request=Request(URL))


@pytest.mark.parametrize(
    ("response", "problem"),
    [
        (page(b""), "the body is empty"),
        (page(b" \n"), "the body is empty"),
        (Response(URL, body=b"\x89PNG"), "not an HTML page but binary data, 4 bytes"),
    ],
)
def test_what_is_no_text_is_no_page(response: Response, problem: str) -> None:
    with pytest.raises(NotAPageError, match=problem):
        PageReader(SITE).articles(response)


@pytest.mark.parametrize("article_engine", Engine)
def test_a_huge_landing_page_is_no_soup(article_engine: Engine) -> None:
    reader = PageReader(SITE, Engine.BEAUTIFULSOUP, article_engine)
    small, huge = page(b"<h2>t</h2>"), page(b"<h2>t</h2>" + b"x" * HUGE)

    assert isinstance(reader.discovery(small).document.root, SoupElement)
    read = reader.discovery(huge)
    assert isinstance(read.document.root, LexborElement)
    assert [each.text() for each in read.document.select(H2)] == ["t"]


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
        # longer than what is looked at at a time, with a character on the border
        (b"<p>" + "🍣".encode() * 20_000, "utf-8", None, True),
        (b"<p>" + "🍣".encode() * 20_000 + b"\xf0\x9f", "utf-8", None, False),
        (b"<p>" + b"x" * 50_000 + b"\xe9" + b"x" * 50_000, "utf-8", None, False),
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

    read = PageReader(site).articles(response)
    assert read.document.text() == parse(text, Engine.LEXBOR).text()


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_what_a_page_must_not_say_is_looked_for_in_its_text(encoding: str) -> None:
    reader = PageReader(replace(SITE, encoding=encoding, must_not_say=("à bientôt",)))
    with pytest.raises(NotAPageError, match="the page says 'à bientôt'"):
        reader.articles(page("<p>fermé, à bientôt".encode(encoding)))
    assert reader.articles(page(b"<p>ouvert")).document.text() == "ouvert"


def test_a_numbered_page_is_parsed_only_when_its_item_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class ReadError(Exception):
        pass

    def articles(*_: object) -> None:
        raise ReadError

    shared: list[bool] = []
    monkeypatch.setattr(PageReader, "articles", articles)
    monkeypatch.setattr(topics, "share_heap", lambda: shared.append(True))
    crawler = Crawler(TopicsSpider, project_settings())
    spider = TopicsSpider.from_crawler(crawler, url=URL)
    assert shared == [True]  # before there is any thread
    outputs = spider.parse_page(page(b"<p>"), Page(1, 2, URL))
    with pytest.raises(ReadError):
        next(outputs)
