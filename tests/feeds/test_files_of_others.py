"""Feeds in files that others write to as well: nothing of theirs is lost, and nothing of the crawl's unnoticed."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import signals
from scrapy.crawler import Crawler

from scraper.demo.content import DemoSite
from tests.crawls.running import Crawled, crawl, read_csv
from tests.crawls.stored import READERS, all_urls, database
from tests.feeds.test_feeds import load_pickles
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

HEADER = "title,description,url,topic,page\n"
REFUSED = "it has rows that this crawl did not write"


def crawl_into(
    folder: Path, server: SiteServer, name: str = "a.csv", **settings: Any
) -> Crawled:
    """A crawl in the database of the folder, with the feed `name` there."""
    options = settings.pop("options", {})
    feeds = {str(folder / name): {"format": name.rpartition(".")[2], **options}}
    where: dict[str, Any] = {"CRAWL_DB": database(folder), "CONCURRENT_REQUESTS": 2}
    return crawl(folder, server.profile(), FEEDS=feeds, **where, **settings)


@pytest.fixture
def server(site_server: ServeSite) -> SiteServer:
    return site_server(content=DemoSite(topics=2, pages=20, articles=5))


def append(path: Path) -> None:
    with path.open("a") as file:
        file.write("foreign,,https://x.org/,t,1\n")


def replace(path: Path) -> None:
    path.write_text(HEADER + "foreign,,https://x.org/,t,1\n" * 1000)


@pytest.mark.parametrize("before", ["", HEADER + "before,,https://x.org/b,t,1\n"])
@pytest.mark.parametrize("touch", [append, replace])
def test_rows_that_the_crawl_did_not_write_are_never_cut_away(
    touch: Callable[[Path], None],
    before: str,
    tmp_path: Path,
    server: SiteServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "a.csv"
    if before:
        path.write_text(before)
    crawl_into(tmp_path, server, CLOSESPIDER_PAGECOUNT=10)
    touch(path)
    found = path.read_bytes()
    fetched = len(server.requests)
    second = crawl_into(tmp_path, server)
    assert path.read_bytes() == found
    assert second.stat("finish_reason") == "cannot_write"
    assert len(server.requests) == fetched
    assert REFUSED in caplog.text
    assert "Traceback" not in caplog.text
    crawl_into(tmp_path, server, "other.csv")
    rows = read_csv(tmp_path / "other.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_two_sites_in_one_file(
    tmp_path: Path,
    server: SiteServer,
    site_server: ServeSite,
    caplog: pytest.LogCaptureFixture,
) -> None:
    other = site_server(content=DemoSite(topics=1, pages=5, articles=5))
    crawl_into(tmp_path, server, CLOSESPIDER_PAGECOUNT=10)
    crawl_into(tmp_path, other)
    crawl_into(tmp_path, server)
    assert REFUSED in caplog.text
    rows = read_csv(tmp_path / "a.csv")
    assert {row["url"] for row in rows} >= set(all_urls(other))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("indent", [0, 2])
@pytest.mark.parametrize("name", list(READERS))
def test_the_crawls_own_rows_are_known_by_it(
    name: str, indent: int, encoding: str, tmp_path: Path, server: SiteServer
) -> None:
    path = tmp_path / f"a.{name}"
    options = {"encoding": encoding, "indent": indent}
    if name == "csv":
        columns = "page,topic,url,description,title"
        path.write_text(f'{columns}\n1,t,u,d,"be\nfore"\n', encoding)
    for limit in (5, 9, 0):
        crawl_into(
            tmp_path,
            server,
            path.name,
            CLOSESPIDER_PAGECOUNT=limit,
            options=options,
            RETRY_TIMES=0,
        )
    if encoding == "utf-8":
        rows = READERS[name](path)[name == "csv" :]
        assert sorted(row["url"] for row in rows) == all_urls(server)


def test_a_feed_of_new_articles_is_known_by_a_crawl_that_wants_all(
    tmp_path: Path, server: SiteServer
) -> None:
    feeds = {"FEEDS": {str(tmp_path / "a.csv"): {"format": "csv"}}}
    where: dict[str, Any] = {"CRAWL_DB": database(tmp_path), **feeds}
    crawl(tmp_path, server.profile(), CLOSESPIDER_PAGECOUNT=10, **where)
    last = crawl(tmp_path, server.profile(), {"only": "new"}, **where)
    assert last.stat("finish_reason") == "finished"
    rows = read_csv(tmp_path / "a.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


class Meddler:
    """An extension that does something to the feed's file in the middle of a crawl."""

    pages = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Meddler":
        meddler = cls()
        crawler.signals.connect(meddler.item_scraped, signals.item_scraped)
        meddler.path = Path(crawler.settings["MEDDLE_WITH"])
        meddler.meddle = MEDDLING[crawler.settings["MEDDLE"]]
        return meddler

    path: Path
    meddle: Callable[[Path], None]

    def item_scraped(self) -> None:
        self.pages += 1
        if self.pages == 20:
            self.meddle(self.path)


def replace_by_a_copy(path: Path) -> None:
    part = path.with_name("part")
    part.write_bytes(path.read_bytes())
    part.replace(path)


MEDDLING: dict[str, Callable[[Path], None]] = {
    "delete": Path.unlink,
    "replace": replace_by_a_copy,
    "cut": lambda path: os.truncate(path, 0),
}


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("meddle", list(MEDDLING))
def test_a_file_that_others_take_away_is_written_again_by_the_same_command(
    meddle: str,
    overwrite: bool,
    tmp_path: Path,
    server: SiteServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = tmp_path / "a.jsonl"
    options = {"overwrite": overwrite}
    meddling: dict[str, Any] = {
        "EXTENSIONS": {Meddler: 1},
        "MEDDLE": meddle,
        "MEDDLE_WITH": str(path),
    }
    first = crawl_into(tmp_path, server, path.name, options=options, **meddling)
    assert first.stat("feedexport/failed_count/write") == 1
    assert "was deleted, replaced or cut while the crawl wrote it" in caplog.text
    assert "Traceback" not in caplog.text
    fetched = len(server.pages)
    crawl_into(tmp_path, server, path.name)
    assert len(server.pages) == fetched
    assert "Crawl 2" not in caplog.text
    rows = READERS["jsonl"](path)
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_rows_that_others_append_meanwhile_do_no_harm(
    tmp_path: Path, server: SiteServer
) -> None:
    path = tmp_path / "a.csv"
    MEDDLING["append"] = append
    meddling: dict[str, Any] = {
        "EXTENSIONS": {Meddler: 1},
        "MEDDLE": "append",
        "MEDDLE_WITH": str(path),
    }
    crawled = crawl_into(tmp_path, server, **meddling)
    assert crawled.stat("feedexport/failed_count/write") is None


def test_what_was_to_replace_a_file_is_there_once_if_the_crawl_goes_on_with_o(
    tmp_path: Path, server: SiteServer
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "before,,https://x.org/b,t,1\n")
    crawl_into(tmp_path, server, options={"overwrite": True}, CLOSESPIDER_PAGECOUNT=10)
    crawl_into(tmp_path, server)
    assert sorted(row["url"] for row in read_csv(path)) == all_urls(server)


@pytest.mark.parametrize("format_", ["csv", "pickle"])
def test_a_second_crawl_appends_nothing_but_rows_to_what_has_no_lines(
    format_: str, tmp_path: Path, server: SiteServer
) -> None:
    plugin = "scrapy.extensions.postprocessing.GzipPlugin"
    options: dict[str, Any] = {"format": format_}
    if format_ == "csv":
        options["postprocessing"] = [plugin]
    for _ in range(2):
        crawl_into(tmp_path, server, "a.bin", options=options)
    data = (tmp_path / "a.bin").read_bytes()
    if format_ == "csv":
        lines = gzip.decompress(data).decode().splitlines()
        assert len(lines) == 2 * (1 + len(all_urls(server)))
    else:
        assert len(load_pickles(data)) == 2 * len(all_urls(server))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_disk_that_is_full_for_several_feeds_is_one_line(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server(content=DemoSite(topics=1, pages=3, articles=200))
    formats = {"/dev/full": "csv", "/dev//full": "jsonlines", "/dev/./full": "xml"}
    feeds = {uri: {"format": format_} for uri, format_ in formats.items()}
    crawled = crawl(tmp_path, server.profile(), FEEDS=feeds)
    (said,) = [r.message for r in caplog.records if r.levelname == "ERROR"]
    assert "No space left on device" in said
    assert crawled.stat("feedexport/failed_count/write") == 1
