"""The sites for tests serve what they say they serve."""

import gzip
import http.client
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import pytest
from selectolax.lexbor import LexborHTMLParser

from scraper.markup import absolute_url
from tests.sites.encodings import ENCODINGS
from tests.sites.faults import FAULTS, HUGE
from tests.sites.server import SiteServer
from tests.sites.site import SMALL, SiteUnderTest
from tests.sites.styles import STYLES, PastEnd

TIMEOUT = 10.0


@contextmanager
def serve(style: str = "query-first", **options: object) -> Iterator[SiteServer]:
    with SiteServer(SiteUnderTest(style, **options)) as server:  # type: ignore[arg-type]
        yield server


def fetch(url: str) -> bytes:
    with urlopen(Request(url), timeout=TIMEOUT) as response:
        body: bytes = response.read()
        return body


def fetch_at_last(url: str) -> bytes:
    """Fetch, in three attempts if need be."""
    for _ in range(2):
        try:
            return fetch(url)
        except HTTPError as error:
            error.close()
        except ConnectionError:
            pass
    return fetch(url)


def status_of(url: str) -> int:
    try:
        with urlopen(url, timeout=TIMEOUT) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def base_of(html: str, url: str) -> str:
    base = LexborHTMLParser(html).css_first("base[href]")
    return urljoin(url, base.attributes["href"] or "") if base else url


def article_urls(html: str, url: str) -> list[str]:
    links = LexborHTMLParser(html).css(".article a[href]")
    return [
        urljoin(base_of(html, url), link.attributes["href"] or "") for link in links
    ]


def shown_at(url: str) -> list[str] | None:
    """Return the articles of a page as a careful client reads it; None if it is no page."""
    try:
        with urlopen(url, timeout=TIMEOUT) as response:
            body, headers = response.read(), response.headers
        if headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
    except HTTPError as error:
        error.close()
        return None
    except (OSError, EOFError, http.client.HTTPException):
        return None
    text = body.decode(headers.get_content_charset() or "utf-8", "replace")
    return article_urls(text, url)


def page_url(server: SiteServer, topic: int, number: int) -> str:
    """Return the address of a page as the site links to it."""
    style, size = server.site.style, server.site.page_size
    address = style.addresses.page(SMALL.listing[topic], number, size)
    link = LexborHTMLParser(f'<a href="{style.href(address, size)}">').css_first("a")
    assert link is not None
    base = urljoin(server.url, style.base or address)
    return urljoin(base, link.attributes["href"])


def expected_urls(server: SiteServer, topic: int, number: int) -> list[str]:
    articles = SMALL.page(SMALL.listing[topic], number)
    return [urljoin(server.url, article.path) for article in articles]


@pytest.mark.parametrize("style", STYLES)
def test_pages_are_at_the_addresses_their_links_have(style: str) -> None:
    with serve(style) as server:
        for topic in SMALL.listing:
            for number in range(1, topic.pages(SMALL.articles) + 1):
                url = page_url(server, topic.index, number)
                shown = article_urls(fetch(url).decode(), url)
                assert shown == expected_urls(server, topic.index, number)


@pytest.mark.parametrize("style", STYLES)
def test_a_topics_own_address_shows_its_first_page_or_its_newest(style: str) -> None:
    with serve(style) as server:
        topic = SMALL.listing[0]
        own = server.site.style.addresses.landing(topic)
        url = urljoin(server.url, own) + f"?limit={SMALL.articles}"
        number = topic.pages(SMALL.articles) if style == "newest-first" else 1
        assert article_urls(fetch(url).decode(), url) == expected_urls(
            server, 0, number
        )


@pytest.mark.parametrize("style", STYLES)
def test_records_are_the_pages_that_can_be_had(style: str) -> None:
    with serve(style) as server:
        listed = {row["url"] for row in server.records()}
        every = {row["url"] for row in SMALL.records(server.url)}
        assert (listed == every) is not server.site.style.single
        assert server.page_count == len(list(server.site.pages_to_get()))
        numbers = {row["page"] for row in server.records(explicit=True)}
        assert min(int(number) for number in numbers) == server.site.style.first


@pytest.mark.parametrize(
    "style", [name for name, style in STYLES.items() if style.limit != "no"]
)
def test_pages_have_the_size_asked_for(style: str) -> None:
    with serve(style) as server:
        url = urljoin(server.url, SMALL.listing[0].path)
        assert len(article_urls(fetch(url).decode(), url)) == 4
        assert len(article_urls(fetch(f"{url}?limit=3").decode(), url)) == 3


@pytest.mark.parametrize("style", STYLES)
def test_pages_past_the_end_are_as_the_style_says(style: str) -> None:
    with serve(style) as server:
        past_end = server.site.style.past_end
        last = SMALL.listing[0].pages(SMALL.articles)
        url = page_url(server, 0, last + 1)
        if past_end is PastEnd.NOT_FOUND:
            assert status_of(url) == 404
            return
        shown = article_urls(fetch(url).decode(), url)
        last_again = expected_urls(server, 0, last)
        own = urljoin(server.url, SMALL.listing[0].path)
        first = article_urls(fetch(own).decode(), own)
        answers = {
            PastEnd.TO_FIRST: first,
            PastEnd.LAST_AGAIN: last_again,
            PastEnd.NO_ARTICLES: [],
        }
        assert shown == answers[past_end]


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("query-first", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
        ("windowed", ["1", "2", "3", "…", "10"]),
        ("windowed-no-last", ["1", "2", "3", "4", "5"]),
        ("windowed-arrow", ["1", "2", "3", "›"]),
        ("text-only", ["Page", "1", "of", "10"]),
        ("text-total", ["Page", "1", "of", "10", "Next"]),
        ("next-only", ["Next"]),
        ("404-past-end", ["Next"]),
        ("from-zero-labelled", ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]),
    ],
)
def test_first_pages_show_the_pagination_of_their_style(
    style: str, shown: list[str]
) -> None:
    with serve(style) as server:
        html = fetch(page_url(server, 0, 1)).decode()
        element = LexborHTMLParser(html).css_first(".pagination, .nav-links")
        assert element is not None
        assert element.text(separator=" ").split() == shown


@pytest.mark.parametrize("index", ["plain", "messy", "foreign"])
def test_an_index_links_to_every_topic(index: str) -> None:
    with serve(index=index) as server:
        links = LexborHTMLParser(fetch(server.url).decode()).css(
            "#content .topic a[href]"
        )
        urls = {
            absolute_url(link.attributes["href"] or "", server.url).partition("#")[0]
            for link in links
        }
        topics = {urljoin(server.url, topic.path) for topic in SMALL.listing}
        assert topics <= urls
        assert (urls == topics) is (index != "foreign")
        assert (len(links) > len(topics)) is (index != "plain")


def test_an_index_may_be_empty() -> None:
    with serve(index="empty") as server:
        assert not LexborHTMLParser(fetch(server.url).decode()).css(".topic")


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_same_text_comes_in_every_encoding(name: str) -> None:
    with serve(encoding_name=name) as server:
        body = fetch(page_url(server, 0, 2))
        html = body.decode(ENCODINGS[name].codec)
        titles = [
            " ".join(node.text().split()) for node in LexborHTMLParser(html).css("h2")
        ]
        expected = [
            a.title for a in SMALL.page(SMALL.listing[0], 2) if a.heading is not None
        ]
        assert titles == expected


@pytest.mark.parametrize(
    "name", [name for name, fault in FAULTS.items() if fault.shows_articles]
)
def test_faults_that_can_be_overcome_show_every_article(name: str) -> None:
    with serve(faults={(0, 2): name}) as server:
        url = page_url(server, 0, 2)
        body = fetch_at_last(url)
        assert article_urls(body.decode(), url) == expected_urls(server, 0, 2)
        assert ("Science", 2) in set(server.site.pages_to_get())
        assert (len(body) > HUGE) is (name == "huge")
        assert (b"\0" in body) is (name == "nul-bytes")


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, fault in FAULTS.items()
        if not fault.shows_articles and name != "silent"
    ],
)
def test_faults_that_cannot_be_overcome_show_no_whole_page(name: str) -> None:
    with serve(faults={(0, 2): name}) as server:
        url = page_url(server, 0, 2)
        assert ("Science", 2) not in set(server.site.pages_to_get())
        urls = {row["url"] for row in server.records()}
        assert urls < {row["url"] for row in SMALL.records(server.url)}
        assert shown_at(url) != expected_urls(server, 0, 2)


def test_a_silent_page_ends_with_the_server() -> None:
    with (
        serve(faults={(0, 2): "silent"}) as server,
        pytest.raises(TimeoutError),
        urlopen(page_url(server, 0, 2), timeout=0.2),
    ):
        pass


def test_a_bad_first_page_takes_its_topic_with_it() -> None:
    with serve(faults={(0, 1): "500"}) as server:
        assert "Science" not in {row["topic"] for row in server.records()}
        assert server.page_count == SMALL.page_count - SMALL.listing[0].pages(
            SMALL.articles
        )


def test_requests_are_recorded() -> None:
    with serve() as server:
        request = Request(
            server.url + "science?page=2&limit=6", headers={"X-Test": "yes"}
        )
        with urlopen(request, timeout=TIMEOUT):
            pass
        fetch(server.url + "robots.txt")
    received = server.requests[0]
    assert (received.method, received.path, received.query) == (
        "GET",
        "/science",
        "page=2&limit=6",
    )
    assert received.headers["X-Test"] == "yes"
    assert server.requests[1].at >= received.at
    assert server.pages == {(0, 2): 1}


def test_peak_is_the_most_that_was_open_at_once() -> None:
    with (
        SiteServer(SiteUnderTest(), latency=0.3) as server,
        ThreadPoolExecutor(5) as pool,
    ):
        list(pool.map(fetch, [server.url] * 5))
        assert server.peak == 5


@pytest.mark.parametrize("style", STYLES)
def test_a_profile_says_as_little_as_possible(style: str) -> None:
    with serve(style) as server:
        short, explicit = server.profile(), server.profile(explicit=True)
        assert short["index"] == server.url
        assert short.items() <= explicit.items()
        assert ("page_size" in short) is (server.site.style.limit != "no")
        assert ("page_param" in short) is (style == "text-only")
