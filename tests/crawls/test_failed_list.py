"""Failed pages are written down, and can be crawled again."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from scraper.exceptions import ConfigurationError
from scraper.failed_pages import read_failed_pages, write_failed_pages
from scraper.frontier import FailedPage
from scraper.spiders.arguments import Arguments
from tests.crawls.running import crawl, crawl_async, project_settings, read_csv
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import crawl_quickly
from tests.faults.site import Bad, FaultySite, serving
from tests.sites.fixtures import ServeSite
from tests.sites.site import SiteUnderTest

QUICK: dict[str, Any] = {"RETRY_TIMES": 0}


def test_a_list_that_is_not_finished_leaves_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "failed.csv"
    page = FailedPage("science", 2, "https://x.org/?page=2", 3, "HTTP 500")
    write_failed_pages(path, [page])

    def broken_off() -> Iterator[FailedPage]:
        yield page
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_failed_pages(path, broken_off())
    assert read_failed_pages(path) == [page]
    assert list(tmp_path.iterdir()) == [path]


def urls(rows: list[dict[str, str]]) -> list[str]:
    return sorted(row["url"] for row in rows)


def test_failed_pages_are_listed_and_crawled_again(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 2): "500", (3, 3): "binary", (1, 1): "500"})
    failed, feed = tmp_path / "failed.csv", tmp_path / "articles.csv"
    outputs: dict[str, Any] = {
        "FAILED_PAGES": str(failed),
        "FEEDS": {str(feed): {"format": "csv"}},
    }
    first = crawl(tmp_path, server.profile(), **QUICK, **outputs)
    listed = {(row["topic"], row["number"]): row for row in read_csv(failed)}
    names = [topic.name for topic in first.frontier.topics]
    assert set(listed) == {(names[0], "2"), (names[3], "3"), (names[1], "")}
    assert listed[names[0], "2"]["reason"] == "HTTP 500 Internal Server Error"
    assert listed[names[0], "2"]["attempts"] == "1"

    mended = SiteUnderTest(content=server.site.content)
    server.site = mended
    before = len(server.requests)
    second = crawl(
        tmp_path, server.profile(), {"pages": str(failed)}, **QUICK, **outputs
    )
    asked = {
        f"{request.path}?{request.query}" for request in server.requests[before:]
    } - {"/robots.txt?"}
    assert len(asked) == 2 + first_topic_pages(server, 1)
    assert second.frontier.failed_count == 0
    assert read_csv(failed) == []
    everything = {record["url"] for record in server.records()}
    assert set(urls(read_csv(feed))) == everything

    had = server.pages.copy(), read_csv(feed)
    third = crawl(
        tmp_path, server.profile(), {"pages": str(failed)}, **QUICK, **outputs
    )
    assert third.stat("finish_reason") == "finished"
    assert (server.pages, read_csv(feed)) == had, "nothing was listed any more"


def listed(path: Path) -> list[tuple[str, str]]:
    return sorted((row["number"], row["reason"]) for row in read_csv(path))


def test_the_list_is_kept_until_its_pages_are_done(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 2): "500", (0, 3): "500", (3, 2): "500"})
    failed, feed = tmp_path / "failed.csv", tmp_path / "articles.csv"
    feeds: dict[str, Any] = {"FEEDS": {str(feed): {"format": "csv"}}}
    crawl(tmp_path, server.profile(), **QUICK, **feeds, FAILED_PAGES=str(failed))
    assert [number for number, _ in listed(failed)] == ["2", "2", "3"]
    twice = failed.read_text("utf-8").splitlines()
    failed.write_text("\n".join([*twice, *twice[1:]]) + "\n", "utf-8")

    server.site = SiteUnderTest(content=server.site.content, faults={(0, 3): "empty"})
    before = len(server.requests)
    again = {"pages": str(failed)}
    crawl(tmp_path, server.profile(), again, **QUICK, **feeds)
    pages = [r for r in server.requests[before:] if r.path != "/robots.txt"]
    assert len(pages) == 3
    assert listed(failed) == [("3", "the body is empty")]
    assert not read_csv(failed)[0]["behind"], "the pages behind it were crawled before"

    server.site = SiteUnderTest(content=server.site.content)
    crawl(tmp_path, server.profile(), again, **QUICK, **feeds)
    assert listed(failed) == []
    rows = urls(read_csv(feed))
    assert sorted(set(rows)) == sorted({str(r["url"]) for r in server.records()})


def test_pages_that_were_not_tried_stay_on_the_list(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(faults={(0, 2): "500", (0, 3): "500", (3, 2): "500"})
    failed = tmp_path / "failed.csv"
    crawl(tmp_path, server.profile(), **QUICK, FAILED_PAGES=str(failed))
    server.site = SiteUnderTest(content=server.site.content)
    settings = {"CLOSESPIDER_PAGECOUNT": 1, "CONCURRENT_REQUESTS": 1, **QUICK}
    again = {"pages": str(failed)}
    caplog.set_level("INFO")
    crawled = crawl(tmp_path, server.profile(), again, **settings)
    done = crawled.stat("pages/done")
    assert len(read_csv(failed)) == 3 - done > 0
    assert "Only the 3 pages listed in" in caplog.text
    assert f"listed pages {done} are done, 0 failed again" in caplog.text


def first_topic_pages(server: object, topic: int) -> int:
    site = server.site  # type: ignore[attr-defined]
    return int(site.content.listing[topic].pages(site.page_size))


def test_a_list_with_the_index_crawls_all_and_is_kept_until_all_is_done(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 2): "500"})
    failed = tmp_path / "failed.csv"
    failed.write_text(f"url,topic,number,attempts,reason\n{server.url},,,3,HTTP 500\n")
    before = failed.read_text()
    again = {"pages": str(failed)}
    crawl(tmp_path, server.profile(), again, **QUICK, CLOSESPIDER_PAGECOUNT=3)
    assert failed.read_text() == before

    crawled = crawl(tmp_path, server.profile(), again, **QUICK)
    done = sum(topic.done for topic in crawled.frontier.topics)
    assert done == server.page_count
    assert listed(failed) == [("2", "HTTP 500 Internal Server Error")]


@pytest.mark.parametrize("database", ["", "sqlite:///{}/crawls.db"])
@pytest.mark.parametrize(
    ("style", "page"),
    [
        ("next-only", 5),
        ("next-cursor", 2),
        ("windowed-no-last", 5),
        ("offset", 2),
        ("404-past-end", 5),
        ("path", 5),
    ],
)
def test_what_is_behind_a_listed_page_is_looked_for(
    style: str, page: int, database: str, tmp_path: Path, site_server: ServeSite
) -> None:
    content = DemoSite(topics=2, pages=12, articles=5, spread=0)
    server = site_server(style, content=content, faults={(0, page): "500"})
    failed, feed = tmp_path / "failed.csv", tmp_path / "articles.csv"
    settings: dict[str, Any] = {
        **QUICK,
        "CRAWL_DB": database.format(tmp_path),
        "FEEDS": {str(feed): {"format": "csv"}},
    }
    crawl(tmp_path, server.profile(), **settings, FAILED_PAGES=str(failed))
    assert [number for number, _ in listed(failed)] == [str(page)]
    is_last = bool(read_csv(failed)[0]["behind"])

    server.site = SiteUnderTest(style, content)
    had = Counter(urls(read_csv(feed)))
    again = {"pages": str(failed)}
    crawl(tmp_path, server.profile(), again, **settings, CLOSESPIDER_PAGECOUNT=1)
    assert bool(read_csv(failed)) is is_last, "what is behind it is not done yet"
    crawl(tmp_path, server.profile(), again, **settings)
    assert read_csv(failed) == []
    rows = Counter(urls(read_csv(feed)))
    assert set(rows) == {record["url"] for record in server.records()}
    assert had.keys() <= rows.keys()


def test_a_topic_whose_first_page_was_a_notice_is_crawled_as_a_whole(
    tmp_path: Path,
) -> None:
    notice = Bad(FAULTS["please wait"].send)
    site = FaultySite({(0, 1): notice}, DemoSite(topics=2, pages=6, articles=5))
    failed = tmp_path / "failed.csv"
    outputs: dict[str, Any] = {"FAILED_PAGES": str(failed), "RETRY_TIMES": 1}
    with serving(site):
        first = crawl_quickly(tmp_path, site, **outputs)
        assert [number for number, _ in listed(failed)] == [""]
        site.plan = {}
        again = crawl(tmp_path, site.profile(), {"pages": str(failed)}, **outputs)
    assert listed(failed) == []
    # The second crawl appended to the feed of the first.
    shown = {record["url"] for record in site.records()}
    assert {row["url"] for row in again.rows} == shown
    assert {row["url"] for row in first.rows} < shown


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        ("name\nx\n", "the column 'number' is missing"),
        (
            "url,topic,number\nx.org,a,1\n",
            "line 2: url 'x.org' is no http or https URL",
        ),
        (
            "url,topic,number\nhttps://x.org/,a,one\n",
            "line 2: number 'one' is no whole number",
        ),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_a_list_that_is_wrong_is_named(
    content: str | bytes | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "failed.csv"
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigurationError, match=said) as error:
        read_failed_pages(path)
    assert str(path) in str(error.value)


def test_the_list_cannot_be_written(site_server: ServeSite) -> None:
    server = site_server()
    settings = project_settings(
        SITES={"demo": server.profile()}, FAILED_PAGES="/dev/null/failed.csv"
    )
    with pytest.raises(
        ConfigurationError,
        match=r"FAILED_PAGES = .* cannot be written",
    ):
        asyncio.run(crawl_async(settings))


def test_a_crawl_that_is_refused_leaves_no_empty_list(
    tmp_path: Path, site_server: ServeSite
) -> None:
    failed = tmp_path / "failed.csv"
    settings = project_settings(
        SITES={"demo": site_server().profile()},
        FAILED_PAGES=str(failed),
        CRAWL_REPORT="/dev/null/report.html",
    )
    with pytest.raises(ConfigurationError, match=r"CRAWL_REPORT = .*"):
        asyncio.run(crawl_async(settings))
    assert not failed.exists()


def test_topics_of_one_name_do_not_stand_for_each_other(tmp_path: Path) -> None:
    site = "https://x.org"
    first = FailedPage("News", None, f"{site}/t1", 3, "HTTP 500")
    its_own = FailedPage("News", 2, f"{site}/t1?page=2", 3, "HTTP 500")
    others = [
        FailedPage("News", 5, f"{site}/t10?page=5", 3, "HTTP 500"),
        FailedPage("News", 3, f"{site}/t2?page=3", 3, "HTTP 500"),
        FailedPage("Science", 2, f"{site}/t1?page=2", 3, "HTTP 500"),
    ]
    path = tmp_path / "failed.csv"
    write_failed_pages(path, [first, its_own, *others])
    assert Arguments.parse({"pages": str(path)}).listed == [first, *others]


def test_topics_that_their_query_tells_apart_do_not_stand_for_each_other(
    tmp_path: Path,
) -> None:
    site = "https://x.org/f.php"
    first = FailedPage("News", None, f"{site}?id=1", 3, "HTTP 500")
    its_own = FailedPage("News", 2, f"{site}?page=2&id=1", 3, "HTTP 500")
    other = FailedPage("News", 3, f"{site}?id=2&page=3", 3, "HTTP 500", is_last=True)
    path = tmp_path / "failed.csv"
    write_failed_pages(path, [first, its_own, other])
    assert Arguments.parse({"pages": str(path)}).listed == [first, other]


def test_a_list_without_a_name_is_told() -> None:
    with pytest.raises(ConfigurationError, match="-a pages= names no list"):
        Arguments.parse({"pages": ""})
