"""Whole crawls of sites as they are: odd links, encodings, and pages that are broken."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from scraper.demo.content import DemoSite
from scraper.spiders.room import ACTIVE_SIZE
from scraper.spiders.topics import TopicsSpider
from tests.crawls.running import crawl, project_settings
from tests.crawls.test_paginations import Row, assert_complete
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import crawl_quickly
from tests.faults.site import Bad, FaultySite, serving
from tests.preview.serving import serving as serving_pages
from tests.sites.encodings import ENCODINGS
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer
from tests.sites.site import SiteUnderTest

FAST: dict[str, Any] = {"RETRY_TIMES": 2, "DOWNLOAD_TIMEOUT": 3}


def records(server: SiteServer) -> list[Row]:
    return [dict(record) for record in server.records()]


def test_topic_links_may_be_relative_nested_repeated_and_escaped(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(index="messy")
    crawled = crawl(tmp_path, server.profile())
    assert_complete(crawled, server, records(server))
    assert len(crawled.frontier.topics) == 5


def test_nothing_off_the_site_is_fetched(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(index="foreign")
    crawled = crawl(tmp_path, server.profile())
    assert_complete(crawled, server, records(server))
    assert crawled.stat("topics/offsite") == 9
    assert "file:///etc/passwd is not on this site" in caplog.text
    assert crawled.stat("downloader/request_count") == len(server.requests)


def test_an_index_without_topics_is_a_failure(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(index="empty")
    crawled = crawl(tmp_path, server.profile())
    advice = f"Try: scrapy suggest {server.url}"
    reason = f"no topic: '#content .topic a' matches no link. {advice}"
    assert crawled.reasons == [reason], caplog.text
    assert f"The index {server.url} failed: no topic" in caplog.text


def test_a_topic_without_articles_is_a_result(
    tmp_path: Path, site_server: ServeSite
) -> None:
    crawled = crawl(tmp_path, site_server().profile())
    empty = [topic for topic in crawled.frontier.topics if not topic.seen]
    assert [(topic.done, topic.failed) for topic in empty] == [(1, 0)]


@pytest.mark.parametrize(
    "encoding", [name for name in ENCODINGS if name != "windows-1251-undeclared"]
)
def test_text_is_right_in_every_encoding(
    encoding: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(encoding=encoding)
    crawled = crawl(tmp_path, server.profile())
    assert_complete(crawled, server, records(server))


def test_an_encoding_that_is_not_declared_can_be_set(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(encoding="windows-1251-undeclared")
    crawled = crawl(tmp_path, {**server.profile(), "encoding": "windows-1251"})
    assert_complete(crawled, server, records(server))


HARMLESS = [
    "503-then-ok",
    "reset-then-ok",
    "slow",
    "soup",
    "nul-bytes",
    "unknown-charset",
    "huge",
]
FATAL = {
    "404": "HTTP 404 Not Found",
    "500": "HTTP 500 Internal Server Error",
    "empty": "the body is empty",
    "no-articles": "a notice that says 'Please wait' instead of articles",
    "garbage": "no article where the pagination says there are some",
    "binary": "not an HTML page but application/octet-stream, 102400 bytes",
    "reset": "DownloadFailedError",
    "silent": "DownloadTimeoutError",
    "truncated": "ResponseDataLossError",
}


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_can_be_read_is_read(
    fault: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 1): fault, (0, 2): fault, (3, 3): fault})
    crawled = crawl(tmp_path, server.profile(), **FAST)
    assert crawled.reasons == []
    assert_complete(crawled, server, records(server))


@pytest.mark.parametrize("fault", FATAL)
def test_a_bad_page_is_named_and_everything_else_is_had(
    fault: str, tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(faults={(0, 2): fault, (3, 3): fault})
    crawled = crawl(tmp_path, server.profile(), **FAST)
    assert len(crawled.reasons) == 2
    assert all(reason.startswith(FATAL[fault]) for reason in crawled.reasons)
    failed = {
        (failure.topic, failure.number) for failure in crawled.frontier.failures()
    }
    names = [topic.name for topic in crawled.frontier.topics]
    assert failed == {(names[0], 2), (names[3], 3)}
    assert f"Page 2 of {names[0]!r} failed after" in caplog.text
    assert sorted(row["url"] for row in crawled.rows) == sorted(
        {row["url"] for row in records(server)}
    )


@pytest.mark.parametrize("fault", ["404", "500", "binary", "empty"])
def test_a_topic_that_fails_does_not_stop_the_others(
    fault: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 1): fault})
    crawled = crawl(tmp_path, server.profile(), **FAST)
    first, *others = crawled.frontier.topics
    assert (first.expected, first.failed) == (1, 1)
    assert all(topic.done == topic.expected for topic in others)


def test_robots_txt_is_obeyed(tmp_path: Path, site_server: ServeSite) -> None:
    server = site_server()
    server.robots = "User-agent: *\nDisallow: /science\n"
    crawled = crawl(tmp_path, server.profile())
    assert crawled.reasons == ["Forbidden by robots.txt (the setting ROBOTSTXT_OBEY)"]
    assert not [request for request in server.requests if request.path == "/science"]


class LandingsTogether(SiteServer):
    """Answers the landing pages of `topics` topics when all were asked for: none is ahead of the others then."""

    def __init__(self, site: SiteUnderTest, *, topics: int, latency: float) -> None:
        super().__init__(site, latency=latency)
        self._landings = asyncio.Barrier(topics)

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/" and not request.query_string:
            await self._landings.wait()
        return await super()._answered(request)


def test_all_topics_advance_together_and_no_more_is_in_flight_than_set(
    tmp_path: Path,
) -> None:
    content = DemoSite(topics=4, pages=12, articles=5, spread=0)
    site = SiteUnderTest(content=content)
    with LandingsTogether(site, topics=4, latency=0.1) as server:
        crawled = crawl(
            tmp_path, server.profile(), CONCURRENT_REQUESTS=4, ROBOTSTXT_OBEY=False
        )
    assert server.peak == 4
    assert crawled.reasons == []
    paths = [request.path for request in server.requests[1:] if request.path != "/"]
    full = [path for path in dict.fromkeys(paths) if paths.count(path) == 12]
    assert len(full) > 1
    # Behind the landing pages, and what is under way and waits in the scheduler before the last of them is read.
    later = paths[4 + 8 :][: 3 * len(full)]
    counts = [later.count(path) for path in full]
    assert max(counts) - min(counts) <= 2


@pytest.mark.parametrize("arguments", [{}, {"only": "new"}])
def test_as_many_pages_wait_in_the_scheduler_as_there_are_requests_at_once(
    tmp_path: Path, site_server: ServeSite, arguments: dict[str, str]
) -> None:
    """And no more, whatever the size of the site; none if a topic may end at any page."""
    server = site_server(content=DemoSite(topics=3, pages=40, articles=5), latency=0.1)
    crawled = crawl(
        tmp_path,
        server.profile(),
        arguments,
        CONCURRENT_REQUESTS=8,
        CRAWL_DB=f"sqlite:///{tmp_path}/crawls.db",
        SCHEDULER="tests.crawls.components.WatchedScheduler",
    )
    assert crawled.reasons == []
    ahead = 0 if arguments else 8
    assert ahead <= crawled.stat("tests/most_pending") <= ahead + 2


def test_what_waits_in_the_scheduler_has_its_turn_retries_too(tmp_path: Path) -> None:
    content = DemoSite(topics=3, pages=40, articles=5)
    site = FaultySite({(0, 2): Bad(FAULTS["503"].send, 1)}, content)
    with serving(site):
        crawled = crawl_quickly(
            tmp_path, site, SCHEDULER="tests.crawls.components.OrderlyScheduler"
        )
    assert crawled.reasons == []
    assert crawled.stat("retry/count") == 1
    assert crawled.stat("tests/in_turn") == len(site.visits) + 1  # and the index


@pytest.mark.parametrize(
    ("at_once", "own", "expected"),
    [(32, {}, 5_000_000), (200, {}, 20_000_000), (200, {"as_set": 7}, 7)],
)
def test_answers_to_all_requests_at_once_may_wait_to_be_read(
    at_once: int, own: dict[str, int], expected: int
) -> None:
    settings = project_settings(CONCURRENT_REQUESTS=at_once)
    if own:
        settings.set(ACTIVE_SIZE, own["as_set"], priority="project")
    TopicsSpider.update_settings(settings)
    assert settings.getint(ACTIVE_SIZE) == expected


def test_a_profile_says_what_a_page_must_have(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    crawled = crawl(
        tmp_path, {**server.profile(), "must_have": "#content .never"}, RETRY_TIMES=0
    )
    assert crawled.reasons == ["'#content .never' matches nothing (must_have)"]


def test_a_profile_says_what_a_page_must_not_say(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 1): "no-articles", (0, 2): "no-articles"})
    profile = {**server.profile(), "must_not_say": ["check your browser"]}
    crawled = crawl(tmp_path, profile, RETRY_TIMES=0)
    assert crawled.reasons == ["the page says 'check your browser' (must_not_say)"]


@pytest.mark.parametrize("topic", [0, 2])
def test_a_notice_to_wait_is_no_empty_topic(
    topic: int, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(topic, 1): "no-articles"})
    crawled = crawl(tmp_path, server.profile(), RETRY_TIMES=0)
    assert crawled.reasons == ["a notice that says 'Please wait' instead of articles"]


def test_a_site_that_takes_no_notice_of_the_number_is_not_taken_for_complete(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server("text-total")
    crawled = crawl(tmp_path, {**server.profile(), "page_param": "pg"}, RETRY_TIMES=0)
    assert crawled.reasons
    assert all(
        reason.startswith("shows the articles of the topic's first page again")
        for reason in crawled.reasons
    )


def test_a_page_that_shows_too_little_is_reported(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server = site_server(content=DemoSite(topics=1, pages=6, articles=6, spread=0))
    whole = crawl(tmp_path, server.profile())
    assert whole.stat("pages/short") == 0
    left_out = str(server.records()[7]["url"]).rpartition("/")[
        2
    ]  # the second article of page 2
    selector = f".article:not(:has(> a[href$='{left_out}']))"
    crawled = crawl(tmp_path, {**server.profile(), "articles": selector})
    assert crawled.stat("pages/short") == 1
    name = crawled.frontier.topics[0].name
    assert (
        f"SHORT {name!r} page 2: fewer articles than on the other pages" in caplog.text
    )


def test_a_field_that_no_article_has_is_told(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server()
    profile: dict[str, Any] = server.profile()
    fields = {**profile["fields"], "price": [".price", "b"]}
    crawled = crawl(tmp_path, {**profile, "fields": fields})
    said = f"Field 'price' is empty in all {crawled.stat('articles/seen')} articles: is '.price' or 'b'"
    assert said in caplog.text
    assert caplog.text.count("is empty in all") == 1


def test_a_next_link_off_the_site_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    article = '<div class="article"><h2>One</h2></div>'
    away = '<a rel="next" href="https://example.invalid/a?page=2">Next</a>'
    pages = {
        "/": '<div class="topic"><a href="/a">Alpha</a></div>',
        "/a": article + away,
    }
    with serving_pages(pages) as url:
        profile = {"index": url, "topics": ".topic a", "articles": ".article"}
        crawled = crawl(tmp_path, {**profile, "fields": {"title": "h2"}})
    assert len(crawled.rows) == 1
    said = "Topic 'Alpha' ends at page 1: its next link, https://example.invalid/a?page=2, is not on"
    assert said in caplog.text


@pytest.mark.parametrize(
    "key",
    [
        {"page_param": "p"},
        {"page_url": "{topic}?x={page}"},
        {"pagination": ".nothing"},
    ],
)
def test_keys_that_hide_pages_are_told(
    key: dict[str, str],
    tmp_path: Path,
    site_server: ServeSite,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server = site_server()
    profile = server.profile()
    crawl(tmp_path, {**profile, **key})
    assert caplog.text.count("is taken for one page, but without the profile's") == 1


def test_a_topic_of_one_page_is_not_told(
    tmp_path: Path, demo_profile: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    crawl(tmp_path, demo_profile)
    assert "is taken for one page" not in caplog.text
