"""What is with the downloader already, and not sent yet, keeps to the pause of its host too."""

import asyncio
import ssl
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from scraper.downloader.download import PROMPT
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.asking import Asking
from tests.faults.certificates import Authority
from tests.servers.proxy import TIMEOUT, Proxy, pump

PAUSE = 1.0
KEPT = 4

BUSY = {"OVERLOAD_MAX_DELAY": 0.0}
DEAD = {"HOST_FAILURES": 1, "HOST_PROBE_WAIT": PAUSE, "RETRY_TIMES": 0}


class Wave:
    """Answers KEPT requests well, one a connection; of the next so many it refuses one and resets the others.

    The resets come `after` seconds later. What comes then is answered well.
    """

    def __init__(self, status: str, after: float) -> None:
        self.refuse = Asking(status, PAUSE)
        self.arrivals: list[float] = []
        self._after = after
        self._come = (asyncio.Event(), asyncio.Event())

    async def __call__(self, call: Call) -> None:
        self.arrivals.append(monotonic())
        wave, place = divmod(len(self.arrivals) - 1, KEPT)
        if wave < 2:
            if place == KEPT - 1:
                self._come[wave].set()
            await self._come[wave].wait()
        if wave != 1:
            await call.reply(b"well")
        elif place == 0:
            await self.refuse(call, b"")
        else:
            await asyncio.sleep(self._after)
            call.reset()


@pytest.mark.parametrize("after", [0.0, 0.1, 0.5])
@pytest.mark.parametrize(
    ("status", "settings"),
    [("429 Slow Down", BUSY), ("503 Busy", BUSY), ("500 Oops", DEAD)],
)
def test_a_kept_connection_that_is_reset_in_a_pause(
    status: str, settings: dict[str, Any], after: float, serve: Serve
) -> None:
    answer = Wave(status, after)
    peer = serve(answer)
    urls = [peer.url(f"/{number}") for number in range(4 * KEPT)]
    limits = {"CONCURRENT_REQUESTS": KEPT, "CONCURRENT_REQUESTS_PER_DOMAIN": KEPT}
    spider, stats = ask(urls, {**limits, **settings})
    assert sorted(spider.done) == sorted(urls)
    assert answer.refuse.early(answer.arrivals) == []
    # The refused page alone has used an attempt up, where its host is not to blame.
    assert stats.get("retry/count", 0) == (settings is BUSY)
    if after:
        kind = "scraper.exceptions.HostPausedError"
        assert stats[f"downloader/exception_type_count/{kind}"] == KEPT - 1


def test_what_waits_for_its_turn_waits_for_the_pause_too(serve: Serve) -> None:
    refuse = Asking("429 Slow Down", PAUSE)
    arrivals: list[float] = []

    async def answer(call: Call) -> None:
        arrivals.append(monotonic())
        await (call.reply(b"well") if refuse.asked else refuse(call, b""))

    peer = serve(answer)
    urls = [peer.url(f"/{number}") for number in range(6)]
    spider, stats = ask(urls, {"DOWNLOADER_CONNECTION_LIMIT": 1, **BUSY})
    assert sorted(spider.done) == sorted(urls)
    assert arrivals[1] > refuse.asked[0][1]
    assert stats["retry/count"] == 1


class SlowDoor(Proxy):
    """Leads to `upstream` some time after that has refused a request."""

    def __init__(self, upstream: int) -> None:
        super().__init__(upstream)
        self.refused = threading.Event()

    async def _accept(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        await asyncio.to_thread(self.refused.wait, TIMEOUT)
        await asyncio.sleep(PROMPT + 0.1)
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(pump(reader, back), pump(there, client))


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What makes a server one that crawls trust."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority.context()


def test_a_connection_that_is_made_in_a_pause(
    tls: ssl.SSLContext, serve: Serve
) -> None:
    refuse = Asking("429 Slow Down", PROMPT + 2 * PAUSE)
    arrivals: list[float] = []

    async def answer(call: Call) -> None:
        arrivals.append(monotonic())
        if refuse.asked:
            await call.reply(b"well")
        else:
            await refuse(call, b"")
            door.refused.set()

    peer = serve(answer, tls)
    with SlowDoor(peer.port) as door:
        # Both ports are one host: they share its download slot.
        urls = [peer.url(), f"https://127.0.0.1:{door.port}/"]
        spider, stats = ask(urls, BUSY)
    assert sorted(spider.done) == sorted(urls)
    assert arrivals[1] > refuse.asked[0][1]
    assert stats["retry/count"] == 1
