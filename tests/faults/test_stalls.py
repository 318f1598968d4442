"""A crawl that stands still says so, and ends."""

from pathlib import Path

import pytest

from tests.crawls.running import project_settings
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.site import Bad, FaultySite, serving

WATCHED = {
    "EXTENSIONS": {
        **project_settings()["EXTENSIONS"],
        "scraper.extensions.stall.StallWatch": 50,
    },
    "STALL_TIMEOUT": 0.2,
    "DOWNLOAD_TIMEOUT": 1.5,
    "RETRY_TIMES": 0,
}


async def silent(call: Call) -> None:
    await call.gone()
    call.close()


def test_a_crawl_that_stands_still_is_closed(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    url = serve(silent).url("/slow")
    spider, stats = ask([url], WATCHED)
    assert stats["finish_reason"] == "stalled"
    assert spider.stalls[:2] == [1, 2]
    assert "nothing was finished for 0.2 s, 1 requests are under way" in caplog.text
    assert "slot 127.0.0.1: 1 of 8 sent, 0 queued" in caplog.text
    assert "downloader-1" in caplog.text
    assert f" s: GET {url}" in caplog.text


def test_waiting_on_purpose_is_no_standstill(tmp_path: Path) -> None:
    async def later(call: Call, html: bytes) -> None:
        await call.reply(b"", "503 Busy", "Retry-After: 1")

    site = FaultySite({(0, 6): Bad(later, 1)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, **{**WATCHED, "RETRY_TIMES": 1})
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
