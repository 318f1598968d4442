"""Components of one's own: a setting that names them takes none of the project's away."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from scraper.pipelines import StorePipeline
from tests.crawls.running import Crawled, crawl, scrapy
from tests.crawls.test_paginations import assert_complete
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.site import Bad, FaultySite, serving
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

HERE = "tests.crawls.components"
STORE = "scraper.pipelines.StorePipeline"


def crawl_stored(folder: Path, server: SiteServer, **settings: Any) -> Crawled:
    database = f"sqlite:///{folder}/crawls.db"
    return crawl(folder, server.profile(), CRAWL_DB=database, **settings)


def assert_whole(crawled: Crawled, server: SiteServer) -> None:
    assert_complete(crawled, server, [dict(record) for record in server.records()])


class OwnStore(StorePipeline):
    """In the place of the project's."""


def test_a_setting_that_names_ones_own_takes_none_away(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    crawled = crawl_stored(
        tmp_path,
        server,
        ITEM_PIPELINES=json.dumps({f"{HERE}.PassingPipeline": 500}),
        EXTENSIONS=json.dumps({f"{HERE}.CountingExtension": 500}),
        DOWNLOADER_MIDDLEWARES={},
    )
    assert_whole(crawled, server)
    assert crawled.stat("tests/pages") == crawled.stat("tests/items") > 0
    assert crawled.stat("tests/items") == crawled.stat("pages/done")


def test_ones_own_may_stand_for_the_projects(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    crawled = crawl_stored(
        tmp_path,
        server,
        ITEM_PIPELINES={OwnStore: 950, STORE: None},
    )
    assert_whole(crawled, server)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"ITEM_PIPELINES": {STORE: None}}, f"ITEM_PIPELINES has no {STORE}"),
        ({"EXTENSIONS": {"nowhere.Extension": 1}}, "EXTENSIONS: 'nowhere.Extension'"),
        ({"ITEM_PIPELINES": {f"{HERE}.No": 1}}, "cannot be loaded: .* 'No'"),
        ({"JOBDIR": "jobs"}, "JOBDIR = 'jobs' is not for this spider"),
    ],
)
def test_what_cannot_be_used_stops_the_crawl_before_it_begins(
    settings: dict[str, Any], said: str, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    with pytest.raises(ConfigurationError, match=said):
        crawl_stored(tmp_path, server, **settings)
    assert not server.requests


def test_what_fails_behind_the_store_is_named(
    tmp_path: Path, site_server: ServeSite, caplog: pytest.LogCaptureFixture
) -> None:
    server = site_server()
    with caplog.at_level(logging.WARNING):
        crawled = crawl_stored(
            tmp_path,
            server,
            ITEM_PIPELINES={f"{HERE}.DroppingPipeline": 960},
        )
    failures = list(crawled.frontier.failures())
    assert len(failures) == crawled.frontier.failed_count > 0
    assert {failure.number for failure in failures} == {2}
    assert "DroppingPipeline comes after StorePipeline (960, 950)" in caplog.text


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("database", ["", "sqlite:///{}/crawls.db"])
def test_a_pipeline_that_returns_nothing_is_told(
    database: str, number: int, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    crawled = crawl(
        tmp_path,
        server.profile(),
        CRAWL_DB=database.format(tmp_path),
        ITEM_PIPELINES={f"{HERE}.ForgetfulPipeline": 500},
        FORGOTTEN_PAGE=number,
    )
    failures = list(crawled.frontier.failures())
    assert {failure.number for failure in failures} == {number}
    assert all("has returned nothing" in failure.reason for failure in failures)
    assert crawled.stat("finish_reason") == "finished"
    pages = {row["page"] for row in crawled.rows}
    assert 3 - number in pages
    assert number not in pages


def test_a_wrong_log_message_does_not_raise_where_it_is_logged(
    demo_url: str, tmp_path: Path
) -> None:
    own = json.dumps({f"{HERE}.MisspokenExtension": 1})
    where = f"CRAWL_DB=sqlite:///{tmp_path}/crawls.db"
    done = scrapy(
        *("crawl", "topics", "-a", f"url={demo_url}"),
        *("-s", f"EXTENSIONS={own}", "-s", where),
    )
    assert done.returncode == 0
    assert "--- Logging error ---" in done.stderr
    assert "Error caught on signal handler" not in done.stderr


@pytest.mark.parametrize("fault", ["503", "gzip cut in half", "please wait"])
def test_what_is_tried_again_is_not_taken_from_the_cache(
    fault: str, tmp_path: Path
) -> None:
    site = FaultySite({(0, 2): Bad(FAULTS[fault].send, 1)})
    cached = {"HTTPCACHE_ENABLED": True, "HTTPCACHE_DIR": str(tmp_path / "cache")}
    with serving(site):
        for number in ("first", "second"):
            folder = tmp_path / number
            folder.mkdir()
            crawled = crawl_quickly(folder, site, **cached)
            assert_exact(crawled, site)
    assert crawled.stat("httpcache/hit") == crawled.stat("response_received_count")


def test_the_exit_status_does_not_need_core_stats(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    without = '{"scrapy.extensions.corestats.CoreStats": null}'
    profile = json.dumps({"site": server.profile()})
    done = scrapy(
        *("crawl", "topics", "-s", f"SITES={profile}", "-a", "site=site"),
        *("-s", f"EXTENSIONS={without}", "-o", str(tmp_path / "articles.csv")),
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("fault", ["503", "please wait"])
def test_without_retries_all_is_asked_for_once(fault: str, tmp_path: Path) -> None:
    site = FaultySite({(0, 2): Bad(FAULTS[fault].send)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, RETRY_ENABLED=False)
    assert_exact(crawled, site)
    assert [visit.place for visit in site.visits].count((0, 2)) == 1
