"""Whole crawls of every way to number pages: the exact articles, each of its topic and page, and no page twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.crawls.running import Crawled, crawl
from tests.preview.serving import serving
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer
from tests.sites.styles import STYLES, PastEnd

Row = dict[str, Any]

LAST = '<ul class="pagination"><li><a href="/a?page={next}">{next}</a></li><li><a href="/a?page=5">5</a></li></ul>'


def unique(records: Sequence[Row]) -> list[Row]:
    """The rows that deduplication by URL, else by text, leaves, whichever comes first."""
    seen: dict[tuple[Any, ...], Row] = {}
    for record in records:
        key = (
            (record["url"],)
            if record["url"]
            else (record["title"], record["description"])
        )
        seen.setdefault(key, record)
    return list(seen.values())


def identity(row: Row) -> tuple[Any, ...]:
    return (row["url"], row["title"], row["description"])


def assert_complete(crawled: Crawled, server: SiteServer, records: list[Row]) -> None:
    """Each article once, under a topic and page that show it; every page fetched once and accounted for."""
    assert sorted(map(identity, crawled.rows)) == sorted(map(identity, unique(records)))
    shown = {(*identity(row), row["topic"], row["page"]) for row in records}
    assert {
        (*identity(row), row["topic"], row["page"]) for row in crawled.rows
    } <= shown
    topics = crawled.frontier.topics
    assert (
        sum(topic.expected for topic in topics)
        == sum(topic.done for topic in topics)
        == server.page_count
    )
    assert sum(topic.seen for topic in topics) == len(records)


@pytest.mark.parametrize("engine", ["beautifulsoup", "lexbor"])
@pytest.mark.parametrize("style", STYLES)
def test_every_page_is_found(
    style: str, engine: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(style)
    crawled = crawl(
        tmp_path,
        server.profile(),
        DEDUP_FIELDS=[],
        MARKUP_DISCOVERY_ENGINE=engine,
        MARKUP_ARTICLE_ENGINE=engine,
    )
    assert crawled.reasons == []
    assert_complete(crawled, server, [dict(record) for record in server.records()])
    if STYLES[style].past_end in (PastEnd.NOT_FOUND, PastEnd.NO_ARTICLES):
        twice = {page for page, times in server.pages.items() if times > 1}
        # Where a topic opens at its newest page, that page is fetched by its number too.
        newest = {
            (topic, max(n for t, n in server.pages if t == topic))
            for topic, _ in server.pages
        }
        assert twice <= (newest if STYLES[style].newest_first else set())


@pytest.mark.parametrize(
    "style", [name for name, style in STYLES.items() if style.explicit]
)
def test_what_a_profile_says_agrees_with_what_is_found(
    style: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(style)
    crawled = crawl(tmp_path, server.profile(explicit=True))
    assert_complete(
        crawled, server, [dict(record) for record in server.records(explicit=True)]
    )


@pytest.mark.parametrize("text", ["", "View details"])
@pytest.mark.parametrize(
    "pager", ['<a rel="next" href="/a?page={next}">Next</a>', LAST]
)
def test_articles_of_one_text_are_told_apart_by_their_links(
    text: str, pager: str, tmp_path: Path
) -> None:
    """Galleries have no text at all."""
    pages = {"/": '<div class="topic"><a href="/a">Alpha</a></div>'}
    for number in range(1, 6):
        places = [f"/a/{number}-{place}" for place in range(3)]
        articles = [
            f'<div class="article"><a href="{p}">{text}</a></div>' for p in places
        ]
        links = pager.format(next=number + 1) if number < 5 else ""
        pages["/a" if number == 1 else f"/a?page={number}"] = "".join(
            [*articles, links]
        )
    with serving(pages) as url:
        fields = {"url": {"css": "a::attr(href)", "url": True}}
        profile = {
            "index": url,
            "topics": ".topic a",
            "articles": ".article",
            "fields": fields,
        }
        crawled = crawl(tmp_path, profile)
    assert len(crawled.rows) == 15
    assert crawled.reasons == []


def pages_of_one_topic(links: list[str]) -> dict[str, str]:
    """An index and the pages of one topic, each with two articles and with its `links`."""
    pages = {"/": '<div class="topic"><a href="/a">Alpha</a></div>'}
    for number, link in enumerate(links, 1):
        articles = [f'<div class="article"><h2>{number}.{n}</h2></div>' for n in "12"]
        path = "/a" if number == 1 else f"/a?page={number}"
        pages[path] = "".join([*articles, link])
    return pages


def crawl_pages(folder: Path, pages: dict[str, str], **keys: Any) -> Crawled:
    with serving(pages) as url:
        profile = {"index": url, "topics": ".topic a", "articles": ".article", **keys}
        return crawl(folder, {**profile, "fields": {"title": "h2"}})


PAGER = '<div class="pagination">{}</div>'
CIRCLES = {
    "the link before, by the profile": [
        PAGER.format('<a href="/a?page=2">fwd</a>'),
        PAGER.format('<a href="/a">back</a> <a href="/a?page=3">fwd</a>'),
        PAGER.format('<a href="/a?page=2">back</a>'),
    ],
    "next to the page before": [
        PAGER.format('<a href="/a?page=2">next</a>'),
        PAGER.format('<a href="/a?page=3">next</a>'),
        PAGER.format('<a href="/a?page=2">next</a>'),
    ],
    "next to the second page, by its class": [
        '<a class="next" href="/a?page=2">next</a>',
        '<a class="next" href="/a?page=3">next</a>',
        '<a class="next" href="/a?page=4">next</a>',
        '<a class="next" href="/a?page=2">next</a>',
    ],
}


@pytest.mark.parametrize("circle", CIRCLES)
def test_a_topic_that_leads_in_a_circle_ends(circle: str, tmp_path: Path) -> None:
    links = CIRCLES[circle]
    by_profile = {"next": ".pagination a:last-child"} if "profile" in circle else {}
    crawled = crawl_pages(tmp_path, pages_of_one_topic(links), **by_profile)
    assert len(crawled.rows) == 2 * len(links)
    assert crawled.stat("downloader/request_count") <= 2 * len(links) + 5


@pytest.mark.parametrize(
    "link",
    [
        PAGER.format('<a class="next" href="{}"><i></i></a>'),
        '<a class="next" href="{}">mehr</a>',
        PAGER.format('<a rel="next" href="{}">&gt;&gt;&gt;</a>'),
    ],
)
def test_a_next_link_is_known_by_its_class_or_relation(
    link: str, tmp_path: Path
) -> None:
    """Whatever other links with numbers there are: comments have such."""
    comments = '<p><a href="/story#comments">2</a> <a href="/other#comments">7</a></p>'
    links = [link.format(f"/a?page={number}") + comments for number in (2, 3, 4)]
    crawled = crawl_pages(tmp_path, pages_of_one_topic([*links, comments]))
    assert len(crawled.rows) == 8
