"""Closing: nothing is left, and no peer can draw it out."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError

from .certificates import server_context
from .fetching import make_handler, opened
from .watching import downloader_threads, leaving_nothing, until, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Serve
    from .peer import Call

BOUND = 4
"""Seconds: less than DOWNLOADER_CLOSE_TIMEOUT, more than a busy machine needs."""


async def hello(call: Call) -> None:
    await call.reply(b"hello")


async def mute(call: Call) -> None:
    await call.hold()


async def trickle(call: Call) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        await call.send(b"x")
        await asyncio.sleep(0.01)


def test_threads_start_with_the_first_request(serve: Serve) -> None:
    url = serve(hello).url()

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=3) as fetcher:
            assert downloader_threads() == []
            await fetcher(url)
            assert len(downloader_threads()) == 1
            await asyncio.gather(*(fetcher(url) for _ in range(12)))
            assert len(downloader_threads()) == 3
        assert downloader_threads() == []

    asyncio.run(run())


def test_handler_that_never_fetched_has_nothing_to_close() -> None:
    async def run() -> None:
        with leaving_nothing():
            await make_handler().close()

    asyncio.run(run())


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_nothing_is_left(serve: Serve, secure: bool, tmp_path: Path) -> None:
    peer = serve(hello, server_context(tmp_path) if secure else None)

    async def run() -> None:
        with leaving_nothing(peer.port):
            async with opened(DOWNLOADER_THREADS=2) as fetcher:
                await asyncio.gather(*(fetcher(peer.url()) for _ in range(20)))

    asyncio.run(run())


@pytest.mark.parametrize("answer", [mute, trickle])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_running_downloads_are_cancelled(
    serve: Serve, answer: Callable[[Call], Any], secure: bool, tmp_path: Path
) -> None:
    peer = serve(answer, server_context(tmp_path) if secure else None)

    async def run() -> None:
        with leaving_nothing(peer.port):
            async with opened(DOWNLOADER_THREADS=2) as fetcher:
                tasks = [asyncio.create_task(fetcher(peer.url())) for _ in range(6)]
                await until(lambda: len(peer.calls) == 6)
                with within(BOUND):
                    await fetcher.handler.close()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(result) for result in results] == [DownloadCancelledError] * 6

    asyncio.run(run())


@pytest.fixture
def deaf() -> Iterator[socket.socket]:
    """A listener that takes connections and neither reads nor writes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        yield listener


@pytest.mark.parametrize(
    ("scheme", "body"),
    [("http", b""), ("http", b"x" * 50_000_000), ("https", b"")],
    ids=["request", "upload", "handshake"],
)
def test_deaf_peer_does_not_hold_up_the_end(
    deaf: socket.socket, scheme: str, body: bytes
) -> None:
    port = deaf.getsockname()[1]

    async def run() -> None:
        with leaving_nothing(port):
            async with opened() as fetcher:
                url = f"{scheme}://127.0.0.1:{port}/"
                task = asyncio.create_task(fetcher(url, method="POST", body=body))
                taken, _ = await asyncio.to_thread(deaf.accept)
                with taken:
                    await asyncio.to_thread(taken.recv, 1)
                    with within(BOUND):
                        await fetcher.handler.close()
                with pytest.raises(DownloadCancelledError):
                    await task

    asyncio.run(run())


def test_stuck_look_up_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, released = threading.Event(), threading.Event()

    def getaddrinfo(*arguments: Any, **options: Any) -> Any:
        asked.set()
        released.wait(30)
        raise OSError("too late")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    async def run() -> None:
        async with opened() as fetcher:
            task = asyncio.create_task(fetcher("http://stuck.test/"))
            await asyncio.to_thread(asked.wait, 10)
            with within(BOUND):
                await fetcher.handler.close()
            with pytest.raises(DownloadCancelledError):
                await task

    try:
        asyncio.run(run())
        names = [thread.name for thread in downloader_threads()]
        assert names == ["downloader-dns-stuck.test"]
        assert downloader_threads()[0].daemon
    finally:
        released.set()
        for thread in downloader_threads():
            thread.join(10)


def test_cancelled_close_has_told_the_threads_already(serve: Serve) -> None:
    peer = serve(mute)

    async def run() -> None:
        handler = make_handler(DOWNLOADER_THREADS=2)
        url = peer.url()
        tasks = [
            asyncio.create_task(handler.download_request(Request(url)))
            for _ in range(4)
        ]
        await until(lambda: len(peer.calls) == 4)
        closing = asyncio.create_task(handler.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await asyncio.gather(*tasks, return_exceptions=True)
        for thread in downloader_threads():
            await asyncio.to_thread(thread.join, 10)
        assert downloader_threads() == []

    asyncio.run(run())


def test_closed_handler_takes_no_requests(serve: Serve) -> None:
    url = serve(hello).url()

    async def run() -> None:
        handler = make_handler()
        await handler.close()
        await handler.close()
        with pytest.raises(DownloadCancelledError):
            await handler.download_request(Request(url))
        assert downloader_threads() == []

    asyncio.run(run())


def test_threads_end_when_scrapys_loop_is_gone(serve: Serve) -> None:
    """A second Ctrl-C ends the loop at once, and nobody closes the handler."""
    peer = serve(trickle)

    async def run() -> None:
        handler = make_handler()
        request = Request(peer.url())
        asyncio.create_task(handler.download_request(request))  # noqa: RUF006
        await until(lambda: peer.calls)

    asyncio.run(run())
    for thread in downloader_threads():
        thread.join(10)
    assert downloader_threads() == []
