"""Pages that show fewer articles than the others are told by whoever ends a crawl, whichever process fetched them."""

from pathlib import Path
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from tests.crawls.running import crawl
from tests.crawls.stored import database
from tests.sites.fixtures import ServeSite


@pytest.mark.parametrize("shared", [False, True])
def test_a_short_page_is_told_of_by_the_process_that_ends_the_crawl(
    shared: bool, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=DemoSite(topics=1, pages=8, articles=6, spread=0))
    name = str(server.records()[7]["url"]).rpartition("/")[2]  # it is on page 2
    profile = {
        **server.profile(),
        "articles": f".article:not(:has(> a[href$='{name}']))",
    }
    settings: dict[str, Any] = {
        "CRAWL_DB": database(tmp_path),
        "CRAWL_SHARED": shared,
        "CONCURRENT_REQUESTS": 1,
        "ROBOTSTXT_OBEY": False,
    }
    first = crawl(tmp_path, profile, CLOSESPIDER_PAGECOUNT=4, **settings)
    assert first.stat("finish_reason") == "closespider_pagecount"
    fetched = len(server.requests)
    last = crawl(tmp_path, profile, **settings)
    assert last.stat("finish_reason") == "finished"
    again = [request.path for request in server.requests[fetched:]]
    assert not any("page=2" in path for path in again)
    assert last.frontier.topics[0].short == [2]
    assert last.stat("pages/short") == 1
