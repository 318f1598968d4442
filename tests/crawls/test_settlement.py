"""Whatever becomes of a page, it is accounted for, and the crawl ends."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from scraper.spiders.topics import TopicsSpider
from scraper.storage import pages
from tests.crawls.running import crawl, crawl_async, project_settings
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import crawl_quickly
from tests.faults.site import Bad, FaultySite, serving
from tests.sites.fixtures import ServeSite

HERE = "tests.crawls.components"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"ITEM_PIPELINES": {f"{HERE}.RaisingPipeline": 500}},
            "error in a pipeline: ValueError: what a title",
        ),
        (
            {"ITEM_PIPELINES": {f"{HERE}.DroppingPipeline": 500}},
            "dropped by a pipeline: not this one",
        ),
        ({"SCHEDULER": f"{HERE}.RefusingScheduler"}, "dropped by the scheduler"),
        (
            {"SPIDER_MIDDLEWARES": {f"{HERE}.SwallowingSpiderMiddleware": 500}},
            "the request was swallowed",
        ),
        (
            {"SPIDER_MIDDLEWARES": {f"{HERE}.SwallowingOutputMiddleware": 500}},
            "the request was swallowed",
        ),
        (
            {"SPIDER_MIDDLEWARES": {f"{HERE}.RaisingInputMiddleware": 500}},
            "ValueError: no such input",
        ),
        ({"URLLENGTH_LIMIT": 44}, "the request was swallowed"),
    ],
)
def test_a_page_that_a_component_loses_is_a_failed_page(
    settings: dict[str, Any],
    reason: str,
    tmp_path: Path,
    site_server: ServeSite,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scraper.settlement.LOST_AFTER", 0.5)
    server = site_server("no-limit")
    crawled = crawl(tmp_path, server.profile(), **settings)
    failures = list(crawled.frontier.failures())
    assert failures
    assert {failure.reason.startswith(reason) for failure in failures} == {True}
    if "URLLENGTH_LIMIT" not in settings:
        assert {failure.number for failure in failures} == {2}
    for topic in crawled.frontier.topics:
        assert topic.expected == topic.done + topic.failed
    assert crawled.stat("pages/failed") == len(failures)
    assert crawled.stat("finish_reason") == "finished"


def test_the_articles_of_a_page_that_failed_are_taken_from_another(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    pipelines = {f"{HERE}.RaisingPipeline": 950}
    crawled = crawl(
        tmp_path, server.profile(), ITEM_PIPELINES=pipelines, CONCURRENT_REQUESTS=1
    )
    elsewhere = {row["url"] for row in server.records() if row["page"] != 2}
    assert {row["url"] for row in crawled.rows} == elsewhere


def test_the_stats_say_what_became_of_every_topic(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(faults={(0, 2): "500"})
    crawled = crawl(tmp_path, server.profile(), RETRY_TIMES=0)
    topic = crawled.frontier.topics[0]
    for name in ("expected", "done", "failed"):
        assert crawled.stat(f"topics/{topic.name}/pages/{name}") == getattr(topic, name)
    assert crawled.stat(f"topics/{topic.name}/articles/unique") == topic.unique
    assert crawled.stat("pages/failed") == 1
    assert crawled.stat("articles/unique") == len(crawled.rows)
    assert crawled.stat("articles/seen") == crawled.stat(
        "articles/unique"
    ) + crawled.stat("articles/duplicates")


def test_two_crawls_in_one_process_keep_to_themselves(site_server: ServeSite) -> None:
    servers = [site_server("query-first"), site_server("path")]

    async def both() -> list[Any]:
        sites = {str(number): server.profile() for number, server in enumerate(servers)}
        settings = project_settings(SITES=sites)
        return await asyncio.gather(
            *(crawl_async(settings, site=site) for site in sites)
        )

    for crawler, server in zip(asyncio.run(both()), servers, strict=True):
        assert isinstance(crawler.spider, TopicsSpider)
        topics = crawler.spider.frontier.topics
        assert sum(topic.done for topic in topics) == server.page_count
        assert crawler.spider.frontier.failed_count == 0


def test_no_more_failures_are_looked_up_than_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = FaultySite({(0, page): Bad(FAULTS["503"].send) for page in (2, 3, 4)})
    with serving(site):
        where = f"sqlite:///{tmp_path}/crawls.db"
        crawled = crawl_quickly(tmp_path, site, RETRY_ENABLED=False, CRAWL_DB=where)
    limits = []

    def look_up(connection: Connection, crawl_id: int, limit: int | None) -> Any:
        limits.append(limit)
        return failures(connection, crawl_id, limit)

    failures = pages.failures
    monkeypatch.setattr(pages, "failures", look_up)
    assert len(list(crawled.frontier.failures(2))) == 2
    assert len(list(crawled.frontier.failures())) == 3
    assert limits == [2, None]
