"""The signals of a download: on Scrapy's thread, in order, and only when somebody listens."""

from __future__ import annotations

import asyncio
import threading
from contextlib import nullcontext
from dataclasses import FrozenInstanceError, fields, is_dataclass
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, signals
from scrapy.exceptions import DownloadTimeoutError, StopDownload

from scraper import signals as own_signals
from scraper.downloader import messages
from scraper.downloader.bridge import Bridge
from scraper.exceptions import HostPausedError

from .fetching import opened
from .watching import until

if TYPE_CHECKING:
    from scrapy.http import Response

    from .conftest import Serve
    from .peer import Call

SIZE = 1_000_000


async def big(call: Call) -> None:
    await call.reply(b"x" * SIZE, "200 OK", "X-Big: yes")


class Listener:
    """Notes what it hears of a download, and on which thread; stops it at `stop_at`."""

    def __init__(self, stop_at: str = "", *, fail: bool = False) -> None:
        self.heard: list[str] = []
        self.threads: set[threading.Thread] = set()
        self.size = 0
        self.request: Request | None = None
        self.length: int | None = None
        self._stop_at = stop_at
        self._fail = fail

    def headers_received(
        self, headers: Any, body_length: int, request: Request
    ) -> None:
        self.request, self.length = request, body_length
        assert headers["X-Big"] == b"yes"
        self._note("headers")

    def bytes_received(self, data: bytes, request: Request, spider: Any) -> None:
        self.size += len(data)
        assert request is self.request or self.request is None
        self._note("bytes")

    def _note(self, what: str) -> None:
        self.heard.append(what)
        self.threads.add(threading.current_thread())
        if what == self._stop_at:
            raise StopDownload(fail=self._fail)


async def listen(listener: Listener, url: str, *names: str, **meta: Any) -> Response:
    """Download `url` while `listener` hears the signals of these names."""
    async with opened() as fetcher:
        for name in names:
            receiver = getattr(listener, name)
            fetcher.crawler.signals.connect(receiver, signal=getattr(signals, name))
        response: Response = await fetcher(url, meta=meta)
        return response


BOTH = ("headers_received", "bytes_received")


def test_signals_come_in_order_on_scrapys_thread(serve: Serve) -> None:
    listener = Listener()
    response = asyncio.run(listen(listener, serve(big).url(), *BOTH))
    assert listener.heard[0] == "headers"
    assert set(listener.heard[1:]) == {"bytes"}
    assert len(listener.heard) > 4
    assert (listener.length, listener.size, len(response.body)) == (SIZE, SIZE, SIZE)
    assert listener.threads == {threading.main_thread()}


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("fail", [False, True])
def test_stop_download(serve: Serve, name: str, fail: bool) -> None:
    listener = Listener(name.removesuffix("_received"), fail=fail)
    coroutine = listen(listener, serve(big).url(), name)
    if fail:
        with pytest.raises(StopDownload) as stop:
            asyncio.run(coroutine)
        assert stop.value.response is not None
        response = stop.value.response
    else:
        response = asyncio.run(coroutine)
    assert response.flags == ["download_stopped"]
    assert response.headers["X-Big"] == b"yes"
    assert len(response.body) == listener.size < SIZE
    assert len(listener.heard) == 1


def test_stopped_download_gives_its_connection_up(serve: Serve) -> None:
    peer = serve(big)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            listener = Listener("headers")
            fetcher.crawler.signals.connect(
                listener.headers_received, signal=signals.headers_received
            )
            for _ in range(3):
                await fetcher(peer.url())
            await until(lambda: peer.open == 0)

    asyncio.run(run())
    assert [call.connection for call in peer.calls] == [1, 2, 3]


def test_a_receiver_that_fails_does_not_fail_the_download(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(Listener):
        def _note(self, what: str) -> None:
            raise ZeroDivisionError

    response = asyncio.run(listen(Failing(), serve(big).url(), *BOTH))
    assert len(response.body) == SIZE
    assert "ZeroDivisionError" in caplog.text


def test_time_in_a_receiver_is_off_the_clock(serve: Serve) -> None:
    class Slow(Listener):
        def _note(self, what: str) -> None:
            super()._note(what)
            if what == "headers":
                threading.Event().wait(0.8)

    listener = Slow()
    url = serve(big).url()
    response = asyncio.run(listen(listener, url, *BOTH, download_timeout=0.5))
    assert len(response.body) == SIZE


def test_a_listener_does_not_stop_the_clock(serve: Serve) -> None:
    async def half(call: Call) -> None:
        await call.send(
            b"HTTP/1.1 200 OK\r\nX-Big: yes\r\nContent-Length: 9\r\n\r\nhalf"
        )
        await call.hold()

    url = serve(half).url()
    with pytest.raises(DownloadTimeoutError):
        asyncio.run(listen(Listener(), url, *BOTH, download_timeout=0.3))


@pytest.mark.parametrize("is_held_back", [True, False])
def test_a_late_request_can_be_held_back(is_held_back: bool, serve: Serve) -> None:
    asked: list[str] = []

    async def answer(call: Call) -> None:
        if len(peer.calls) == 2:
            call.close()
        else:
            await call.reply(b"hello")

    def sending_late(request: Request) -> None:
        # On a busy machine the first two may be late too.
        if len(peer.calls) == 2:
            asked.append(request.url)
            if is_held_back:
                raise HostPausedError

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            fetcher.crawler.signals.connect(sending_late, own_signals.sending_late)
            await fetcher(peer.url())
            with pytest.raises(HostPausedError) if is_held_back else nullcontext():
                await fetcher(peer.url("/again"))

    peer = serve(answer)
    asyncio.run(run())
    assert asked == [peer.url("/again")]
    assert peer.targets == ["/", "/again", "/again"][: 2 if is_held_back else 3]


@pytest.fixture
def crossing(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Everything that crosses between threads, in order."""
    crossed: list[object] = []
    send = Bridge.send

    def spy(self: Bridge[Any], value: Any) -> None:
        crossed.append(value)
        send(self, value)

    monkeypatch.setattr(Bridge, "send", spy)
    return crossed


def names_of(values: list[object]) -> list[str]:
    return [type(value).__name__ for value in values]


def test_nothing_crosses_that_nobody_listens_to(
    serve: Serve, crossing: list[object]
) -> None:
    asyncio.run(listen(Listener(), serve(big).url()))
    assert names_of(crossing) == ["Fetch", "Completed", "Stop", "WorkerEnded"]


def test_only_headers_cross_if_only_headers_are_listened_to(
    serve: Serve, crossing: list[object]
) -> None:
    asyncio.run(listen(Listener(), serve(big).url(), "headers_received"))
    expected = ["Fetch", "HeadReport", "Proceed", "Completed", "Stop", "WorkerEnded"]
    assert names_of(crossing) == expected


def test_only_frozen_messages_of_built_in_types_cross(
    serve: Serve, crossing: list[object]
) -> None:
    url = serve(big).url()
    asyncio.run(listen(Listener(), url, *BOTH, download_warnsize=10))
    asyncio.run(listen(Listener("bytes"), url, *BOTH))
    assert {"ChunkReport", "SizeReport", "Cancel"} < set(names_of(crossing))
    for value in crossing:
        check_built_in(value)


def check_built_in(value: object) -> None:
    if is_dataclass(value) and not isinstance(value, type):
        assert type(value).__module__ == messages.__name__
        names = [field.name for field in fields(value)]
        for name in names:
            with pytest.raises(FrozenInstanceError):
                setattr(value, name, None)
            check_built_in(getattr(value, name))
    elif isinstance(value, tuple):
        assert type(value) is tuple
        for item in value:
            check_built_in(item)
    else:
        assert type(value) in (int, float, str, bytes, bool, type(None))
