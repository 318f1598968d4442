"""`scrapy fleet`: one command, several processes, one crawl."""

from pathlib import Path

from tests.crawls.running import read_csv
from tests.crawls.stored import SITE, all_urls, command, stored_urls
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

FLEET = ("fleet", "-n", "2")


def check(server: SiteServer, folder: Path) -> None:
    """See that every article is there once, in the database and in the feed."""
    assert stored_urls(folder) == all_urls(server)
    rows = read_csv(folder / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_a_fleet_crawls_a_site_once(tmp_path: Path, site_server: ServeSite) -> None:
    server = site_server(content=SITE, latency=0.05)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        _, log = process.communicate(timeout=90)
    assert process.returncode == 0, log
    check(server, tmp_path)
    assert set(server.pages.values()) == {1}, "a page was fetched twice"
    assert log.count("Account of the crawl") == 1
    assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log
    assert f"{len(all_urls(server)):,} unique" in log
