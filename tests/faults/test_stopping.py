"""A crawl that is told to stop sends nothing more."""

import asyncio
from time import monotonic

from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask

LATENCY = 0.6


def test_what_waits_for_a_connection_is_not_sent(serve: Serve) -> None:
    async def slow(call: Call) -> None:
        await asyncio.sleep(LATENCY)
        await call.reply(b"well")

    peer = serve(slow)
    urls = [peer.url(f"/{number}") for number in range(8)]
    settings = {"DOWNLOADER_CONNECTION_LIMIT": 2, "SHUTDOWN_GRACE": 10}
    spider, stats = ask(urls, settings, stop_after=LATENCY / 3)
    assert stats["finish_reason"] == "shutdown"
    assert len(peer.calls) == len(spider.done) == 2
    assert len(spider.failed) == 6
    assert {"The crawl stops" in why for why in spider.failed.values()} == {True}


def test_what_is_in_flight_is_dropped_when_the_grace_is_over(serve: Serve) -> None:
    async def silent(call: Call) -> None:
        await call.gone()
        call.close()

    peer = serve(silent)
    urls = [peer.url(f"/{number}") for number in range(8)]
    settings = {"DOWNLOADER_CONNECTION_LIMIT": 2, "SHUTDOWN_GRACE": 0.3}
    begun = monotonic()
    spider, stats = ask(urls, settings, stop_after=0.2)
    assert monotonic() - begun < 8
    assert stats["finish_reason"] == "shutdown"
    assert len(peer.calls) == 2
    assert sorted(spider.failed) == sorted(urls)
