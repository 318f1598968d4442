"""An index of several pages: the topics of all of them are crawled, and a page that cannot be had is told."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from tests.crawls.paged_index import NEXT, NUMBERS, PagedIndex
from tests.crawls.running import Crawled, crawl
from tests.crawls.stored import database
from tests.downloader.conftest import Serve
from tests.downloader.peer import Peer

Serving = Callable[[PagedIndex], tuple[Peer, dict[str, object]]]


@pytest.fixture(autouse=True)
def all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


@pytest.fixture(params=["memory", "database", "shared"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """Settings that say where the crawl keeps what it learns."""
    if request.param == "memory":
        return {"CRAWL_DB": ""}
    shared = {"CRAWL_SHARED": request.param == "shared"}
    return {"CRAWL_DB": database(tmp_path), **shared}


@pytest.fixture
def serving(serve: Serve) -> Serving:
    """Serves a site; gives its server, and its profile."""

    def start(site: PagedIndex) -> tuple[Peer, dict[str, object]]:
        peer = serve(site)
        return peer, site.profile(peer.url())

    return start


def topics_of(crawled: Crawled) -> list[str]:
    """The topics of the feed's rows; each has two pages."""
    rows = sorted(row["topic"] for row in crawled.rows)
    assert rows[::2] == rows[1::2]
    return rows[::2]


def index_pages(peer: Peer) -> list[str]:
    return [target for target in peer.targets if target.startswith(("/?", "/ "))]


@pytest.mark.parametrize("links", [NUMBERS, NEXT])
def test_the_topics_of_all_pages_are_crawled(
    links: str,
    serving: Serving,
    where: dict[str, Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = PagedIndex([3, 3, 3, 2], links)
    peer, profile = serving(site)
    crawled = crawl(tmp_path, profile, **where)
    assert topics_of(crawled) == sorted(site.topics())
    assert crawled.reasons == []
    further = [f"/?page={page}" for page in (2, 3, 4)]
    past_end = ["/?page=5"] if links == NEXT else []
    assert index_pages(peer) == further + past_end
    assert "Found 11 topics" in caplog.text
    assert crawled.stat("topics/found") == 11


@pytest.mark.parametrize("again", [[0, 0, 0], [2, 0, 0]])
def test_a_menu_that_all_pages_show_is_one_list(
    again: list[int], serving: Serving, tmp_path: Path
) -> None:
    site = PagedIndex(again, menu=["/a", "/b"])
    peer, profile = serving(site)
    crawled = crawl(tmp_path, profile)
    assert topics_of(crawled) == sorted(site.topics())
    assert crawled.reasons == []
    assert index_pages(peer) == ["/?page=2", "/?page=3"][: 1 + bool(again[0])]


def test_what_leads_to_pages_without_topics_is_no_index(
    serving: Serving, tmp_path: Path
) -> None:
    site = PagedIndex([2, 0, 0])
    peer, profile = serving(site)
    crawled = crawl(tmp_path, profile)
    assert topics_of(crawled) == site.topics()
    assert crawled.reasons == []
    assert index_pages(peer) == ["/?page=2"]


def test_topics_named_by_numbers_are_no_pages_of_the_index(
    serve: Serve, tmp_path: Path
) -> None:
    names = range(1, 6)
    site = PagedIndex([1])
    site.texts[1] = "".join(f'<a class="topic" href="/t/{n}">{n}</a>' for n in names)
    peer = serve(site)
    crawled = crawl(tmp_path, site.profile(peer.url()))
    assert topics_of(crawled) == [str(name) for name in names]
    landings = [f"/t/{name}" for name in names]
    asked = {target for target in peer.targets if "page" not in target}
    assert asked == {"/robots.txt", "/", *landings}
    assert len(peer.targets) == 2 + 2 * len(landings)


@pytest.mark.parametrize(
    ("status", "text", "attempts", "reason"),
    [
        ("500 Oops", "", "3 attempts", "HTTP 500 Internal Server Error"),
        ("404 Gone", "", "1 attempt", "HTTP 404 Not Found"),
        ("200 OK", "<p></p>", "3 attempts", "no topic: 'a.topic' matches no link"),
        (
            "200 OK",
            "<p>Please wait</p>",
            "3 attempts",
            "a notice that says 'Please wait' instead of topics",
        ),
    ],
)
def test_a_page_of_the_index_that_cannot_be_had_is_told(
    status: str,
    text: str,
    attempts: str,
    reason: str,
    serving: Serving,
    where: dict[str, Any],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    site = PagedIndex([3, 3, 3, 2], statuses={3: status}, texts={3: text})
    peer, profile = serving(site)
    failed = tmp_path / "failed.csv"
    crawled = crawl(tmp_path, profile, FAILED_PAGES=str(failed), **where)
    assert crawled.reasons == [reason]
    assert topics_of(crawled) == site.topics(1, 2), "what is known is crawled"
    url = peer.url("/?page=3")
    assert f"The index {url} failed: {reason}" in caplog.text
    assert f"FAILED the index, {attempts}: {reason} ({url})" in caplog.text
    assert url in failed.read_text()
    site.statuses.clear()
    site.texts.clear()
    (tmp_path / "articles.jsonl").unlink()
    again = crawl(tmp_path, profile, {"pages": str(failed)}, CRAWL_DB="")
    assert topics_of(again) == sorted(site.topics())


def test_a_second_page_that_cannot_be_had_may_be_no_page_of_the_index(
    serving: Serving, tmp_path: Path
) -> None:
    site = PagedIndex([3, 3])
    site.robots = "User-agent: *\nDisallow: /?page="
    _, profile = serving(site)
    crawled = crawl(tmp_path, profile)
    (reason,) = crawled.reasons
    assert reason.startswith("Forbidden by robots.txt")
    assert reason.endswith("If that is no page of the index: 'index_pages': 1")


def test_the_last_page_wanted_is_told(
    serving: Serving, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = PagedIndex([3, 3, 3, 2])
    peer, profile = serving(site)
    crawled = crawl(tmp_path, {**profile, "index_pages": 2})
    assert topics_of(crawled) == site.topics(1, 2)
    url = peer.url("/?page=3")
    assert f"goes on at {url}, which is not read: page 2 is the last" in caplog.text


def test_one_page_may_be_all_that_is_wanted(
    serving: Serving, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    site = PagedIndex([3, 3])
    peer, profile = serving(site)
    crawled = crawl(tmp_path, {**profile, "index_pages": 1})
    assert topics_of(crawled) == site.topics(1)
    assert index_pages(peer) == []
    assert "not read" not in caplog.text


@pytest.mark.parametrize("shared", [False, True])
def test_an_interrupted_crawl_goes_on_in_the_middle_of_the_index(
    shared: bool, serving: Serving, tmp_path: Path
) -> None:
    site = PagedIndex([3] * 8, latency=0.3)
    peer, profile = serving(site)
    where: dict[str, Any] = {"CRAWL_DB": database(tmp_path), "CRAWL_SHARED": shared}
    first = crawl(tmp_path, profile, CLOSESPIDER_PAGECOUNT=8, **where)
    assert first.stat("finish_reason") == "closespider_pagecount"
    read = index_pages(peer)
    assert 0 < len(read) < 7
    second = crawl(tmp_path, profile, **where)
    assert second.reasons == []
    assert topics_of(second) == sorted(site.topics())
    assert peer.targets.count("/") == 1, "it began at the first page again"
    assert set(index_pages(peer)) == {f"/?page={page}" for page in range(2, 9)}
    assert len(index_pages(peer)) <= 8, "only the one in work is read again"


def test_the_profile_says_how_many_pages(serving: Serving, tmp_path: Path) -> None:
    _, profile = serving(PagedIndex([1]))
    with pytest.raises(ConfigurationError, match=r"'index_pages'\] = 0 must be"):
        crawl(tmp_path, {**profile, "index_pages": 0})
