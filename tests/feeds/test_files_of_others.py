"""Feeds in files that others write to as well: nothing of theirs is lost, and nothing of the crawl's unnoticed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from tests.crawls.running import Crawled, crawl, read_csv
from tests.crawls.stored import READERS, all_urls, database
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
