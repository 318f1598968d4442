"""A crawl that stands still says so, and ends."""

import asyncio
from pathlib import Path

import pytest
from scrapy import Request

from scraper.demo.content import DemoSite
from tests.crawls.running import project_settings, scrapy
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.site import Bad, FaultySite, serving

WATCHED = {
    "STALL_TIMEOUT": 0.2,
    "DOWNLOAD_TIMEOUT": 30,
    "RETRY_TIMES": 0,
}


class SleepingMiddleware:
    """Keeps requests for a while, without a word."""

    async def process_request(self, request: Request) -> None:
        await asyncio.sleep(1)


def test_a_connection_that_is_stuck_is_dropped_and_tried_again(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[Call] = []

    async def silent_at_first(call: Call) -> None:
        calls.append(call)
        if len(calls) > 1:
            await call.reply(b"well")
        else:
            await call.gone()
            call.close()

    url = serve(silent_at_first).url("/slow")
    spider, stats = ask([url], {**WATCHED, "RETRY_TIMES": 1})
    assert spider.done == [url]
    assert spider.stalls == [1]
    assert stats["finish_reason"] == "finished"
    assert "nothing was finished for 0.2 s, 1 requests are under way" in caplog.text
    assert "slot 127.0.0.1: 1 of 8 sent, 0 queued" in caplog.text
    assert "downloader-1" in caplog.text
    assert f" s: GET {url}" in caplog.text


def test_a_crawl_that_goes_on_standing_still_is_closed(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def well(call: Call) -> None:
        await call.reply(b"well")

    url = serve(well).url()
    sleeping = {f"{__name__}.SleepingMiddleware": 100}
    sleeping |= project_settings()["DOWNLOADER_MIDDLEWARES"]
    spider, stats = ask([url], {**WATCHED, "DOWNLOADER_MIDDLEWARES": sleeping})
    assert spider.stalls[:2] == [1, 2]
    assert stats["finish_reason"] == "stalled"
    assert f"not with the downloader: GET {url}" in caplog.text


def test_waiting_on_purpose_is_no_standstill(tmp_path: Path) -> None:
    async def later(call: Call, html: bytes) -> None:
        await call.reply(b"", "503 Busy", "Retry-After: 1")

    site = FaultySite({(0, 6): Bad(later, 1)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, **{**WATCHED, "RETRY_TIMES": 1})
    assert_exact(crawled, site)
    assert crawled.stat("stall/count") is None


class SlowPipeline:
    """Takes one page after the other, each longer than half of STALL_TIMEOUT."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def process_item(self, item: object) -> object:
        async with self._turn:
            await asyncio.sleep(0.3)
        return item


def test_pages_that_are_stored_slowly_are_no_standstill(tmp_path: Path) -> None:
    site = FaultySite({}, DemoSite(topics=2, pages=4, articles=4))
    pipelines = {f"{__name__}.SlowPipeline": 500}
    pipelines |= project_settings()["ITEM_PIPELINES"]
    with serving(site):
        settings = {**WATCHED, "STALL_TIMEOUT": 0.5, "ITEM_PIPELINES": pipelines}
        crawled = crawl_quickly(tmp_path, site, **settings)
    assert_exact(crawled, site)
    assert crawled.stat("stall/count") is None


def test_slow_but_steady_is_no_standstill(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"well")

    url = serve(answer).url()
    settings = {**WATCHED, "DOWNLOAD_DELAY": 0.5, "DOWNLOAD_DELAY_JITTER": 0}
    spider, _ = ask([f"{url}{number}" for number in range(3)], settings)
    assert len(spider.done) == 3
    assert spider.stalls == []


def test_the_shell_works_without_a_reactor(serve: Serve) -> None:
    async def well(call: Call) -> None:
        await call.reply(b"well")

    url = serve(well).url()
    ended = scrapy(
        *("shell", "-s", "TWISTED_REACTOR_ENABLED=False"),
        *("-c", "print('shown:', response.text)", url),
    )
    assert "shown: well" in ended.stdout, ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.returncode == 0
