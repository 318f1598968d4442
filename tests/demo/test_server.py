"""The demo site as it is served."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urljoin

import aiohttp
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scraper.demo import DemoError, DemoOptions
from scraper.demo.server import serving

Fetch = Callable[..., Awaitable[tuple[int, str]]]


def with_site(
    options: DemoOptions, check: Callable[[str, Fetch], Awaitable[None]]
) -> None:
    """Run `check` with the index URL and a function from address to status and text."""

    async def run() -> None:
        async with serving(options) as url, aiohttp.ClientSession() as session:

            async def fetch(address: str) -> tuple[int, str]:
                async with session.get(urljoin(url, address)) as response:
                    return response.status, await response.text()

            await check(url, fetch)

    asyncio.run(run())


def text_of(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node else ""


def rows_of(html: str, url: str) -> list[tuple[str, str, str]]:
    """Return title, description and url of the articles on a page."""
    rows = []
    for article in LexborHTMLParser(html).css(".article"):
        link = article.css_first("a[href]")
        assert link is not None
        title = text_of(article.css_first("h2")) or link.attributes.get("title") or ""
        href = link.attributes["href"] or ""
        rows.append((title, text_of(article.css_first("p")), urljoin(url, href)))
    return rows


@pytest.mark.parametrize("limit", [5, 2])
def test_every_page_shows_its_records(limit: int) -> None:
    options = DemoOptions(topics=5, pages=4, articles=5)
    site = options.site

    async def check(url: str, fetch: Fetch) -> None:
        served = []
        for topic in site.listing:
            for page in range(1, topic.pages(limit) + 1):
                status, html = await fetch(f"{topic.path}?page={page}&limit={limit}")
                assert status == 200
                served += [(topic.name, page, *row) for row in rows_of(html, url)]
        keys = ("topic", "page", "title", "description", "url")
        expected = [tuple(row[key] for key in keys) for row in site.records(url, limit)]
        assert served == expected

    with_site(options, check)


def test_index_links_every_topic_in_many_ways() -> None:
    options = DemoOptions()

    async def check(url: str, fetch: Fetch) -> None:
        html = (await fetch("/"))[1]
        links = LexborHTMLParser(html).css("#content .topic a[href]")
        hrefs = [link.attributes["href"] or "" for link in links]
        topics = {
            urljoin(url, href).partition("#")[0].partition("?")[0] for href in hrefs
        }
        assert topics == {urljoin(url, topic.path) for topic in options.site.listing}
        assert len(hrefs) > 15
        assert any("?" in href for href in hrefs)
        assert any(not href.startswith("/") for href in hrefs)
        assert [text_of(link) for link in links[:15]] == [
            t.name for t in options.site.listing
        ]
        assert "&amp;" in html

    with_site(options, check)


def test_pagination_ends_with_the_last_page_at_the_limit_asked_for() -> None:
    options = DemoOptions(topics=1, pages=30)
    topic = options.site.listing[0]

    async def check(url: str, fetch: Fetch) -> None:
        for limit in (35, 100):
            html = (await fetch(f"{topic.path}?limit={limit}"))[1]
            links = LexborHTMLParser(html).css("ul.pagination a")
            assert (
                links[-1].attributes["href"]
                == f"?page={topic.pages(limit)}&limit={limit}"
            )
        assert topic.pages(100) < topic.pages(35)

    with_site(options, check)


def test_a_request_that_names_no_limit_gets_shorter_pages() -> None:
    options = DemoOptions(topics=1, pages=3)

    async def check(url: str, fetch: Fetch) -> None:
        html = (await fetch(options.site.listing[0].path))[1]
        assert len(rows_of(html, url)) == 10

    with_site(options, check)


def test_full_pages_weigh_as_much_as_pages_do() -> None:
    options = DemoOptions()

    async def check(url: str, fetch: Fetch) -> None:
        for topic in options.site.listing:
            for page in range(1, topic.total // 35 + 1, 4):
                html = (await fetch(f"{topic.path}?page={page}&limit=35"))[1]
                assert 60_000 <= len(html.encode()) <= 100_000

    with_site(options, check)


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/science?page=0",
        "/science?page=99",
        "/science?page=x",
        "/science?page=-1",
        "/science?limit=0",
        "/science?limit=1001",
        "/read/science/99999-0.html",
        "/read/nothing/1-0.html",
        "/read/science",
    ],
)
def test_what_there_is_not_is_not_found(address: str) -> None:
    async def check(url: str, fetch: Fetch) -> None:
        assert (await fetch(address))[0] == 404

    with_site(DemoOptions(topics=2, pages=3), check)


def test_the_page_behind_an_article_shows_it() -> None:
    options = DemoOptions(topics=1, pages=2)
    site = options.site

    async def check(url: str, fetch: Fetch) -> None:
        article = site.page(site.listing[0], 1)[0]
        status, html = await fetch(article.path)
        assert status == 200
        assert text_of(LexborHTMLParser(html).css_first("h1")) == article.title

    with_site(options, check)


def test_robots_txt_lets_crawlers_in() -> None:
    async def check(url: str, fetch: Fetch) -> None:
        status, text = await fetch("/robots.txt")
        assert status == 200
        assert "Disallow: /legal/" in text.splitlines()

    with_site(DemoOptions(error_rate=0.99), check)


def statuses(options: DemoOptions, addresses: list[str]) -> list[int]:
    """Return the statuses of requests for the addresses, one after the other."""
    found: list[int] = []

    async def check(url: str, fetch: Fetch) -> None:
        found.extend([(await fetch(address))[0] for address in addresses])

    with_site(options, check)
    return found


def test_errors_are_a_share_of_the_answers_and_the_same_each_time() -> None:
    options = DemoOptions(topics=1, pages=400, articles=1, error_rate=0.3)
    addresses = [f"/science?page={page}&limit=1" for page in range(1, 201)]
    first = statuses(options, addresses)
    assert set(first) == {200, 503}
    assert 0.2 < first.count(503) / len(first) < 0.4
    assert statuses(options, addresses) == first


def test_the_third_attempt_succeeds_whatever_the_error_rate() -> None:
    options = DemoOptions(topics=1, pages=1, error_rate=0.99)
    seen = statuses(options, ["/science?limit=35"] * 6)
    assert seen == [503, 503, 200, 503, 503, 200]


def test_latency_delays_answers_and_not_each_other() -> None:
    async def check(url: str, fetch: Fetch) -> None:
        answers = [asyncio.ensure_future(fetch("/")) for _ in range(20)]
        done, waiting = await asyncio.wait(answers, timeout=0.2)
        assert not done
        done, waiting = await asyncio.wait(waiting, timeout=5)
        assert len(done) == 20

    with_site(DemoOptions(latency=1.0), check)


@pytest.mark.parametrize(("gzip", "encoding"), [(True, "gzip"), (False, None)])
def test_gzip_is_a_choice(gzip: bool, encoding: str | None) -> None:
    async def run() -> None:
        async with (
            serving(DemoOptions(gzip=gzip)) as url,
            aiohttp.ClientSession() as session,
        ):
            async with session.get(
                url, headers={"Accept-Encoding": "gzip"}
            ) as response:
                assert response.headers.get("Content-Encoding") == encoding
                assert "Topics" in await response.text()
            async with session.get(
                url, headers={"Accept-Encoding": "identity"}
            ) as response:
                assert "Content-Encoding" not in response.headers

    asyncio.run(run())


def test_a_port_that_is_taken_is_one_error() -> None:
    async def check(url: str, fetch: Fetch) -> None:
        port = int(url.rstrip("/").rpartition(":")[2])
        with pytest.raises(DemoError, match=f"cannot listen on 127.0.0.1:{port}: ."):
            async with serving(DemoOptions(port=port)):
                pass

    with_site(DemoOptions(), check)
