"""Threads: they work side by side, die without harm, and are not held up by Scrapy's."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from .fetching import opened
from .watching import downloader_threads, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Serve
    from .peer import Call

PROJECT = Path(__file__).resolve().parents[2]


async def hello(call: Call) -> None:
    await call.reply(b"hello")


async def mute(call: Call) -> None:
    await call.hold()


def kill(thread: threading.Thread) -> None:
    """Make `thread` raise SystemExit at its next step."""
    number = ctypes.c_ulong(thread.ident or 0)
    raised = ctypes.pythonapi.PyThreadState_SetAsyncExc(
        number, ctypes.py_object(SystemExit)
    )
    assert raised == 1


def test_a_dead_thread_fails_its_downloads_and_is_replaced(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    held, answered = serve(mute), serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            waiting = [asyncio.create_task(fetcher(held.url())) for _ in range(3)]
            await until(lambda: len(held.calls) == 3)
            (thread,) = downloader_threads()
            kill(thread)
            # What wakes the thread up fails with it, or runs on the next one.
            waking = asyncio.create_task(fetcher(answered.url()))
            for task in waiting:
                with pytest.raises(DownloadFailedError, match="SystemExit"):
                    await task
            await asyncio.gather(waking, return_exceptions=True)
            assert not thread.is_alive()
            assert (await fetcher(answered.url())).body == b"hello"
            assert thread not in downloader_threads()

    asyncio.run(run())
    errors = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(errors) == 1
    assert errors[0].threadName == "MainThread"


def test_a_dead_threads_neighbour_works_on(serve: Serve) -> None:
    peer = serve(mute)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=2) as fetcher:
            tasks = [asyncio.create_task(fetcher(peer.url())) for _ in range(4)]
            await until(lambda: len(peer.calls) == 4)
            kill(downloader_threads()[0])
            tasks += [asyncio.create_task(fetcher(peer.url())) for _ in range(2)]
            done, running = await asyncio.wait(
                tasks, return_when=asyncio.FIRST_EXCEPTION
            )
            assert all(
                isinstance(task.exception(), DownloadFailedError) for task in done
            )
            assert len(running) >= 2
            for task in running:
                task.cancel()

    asyncio.run(run())


def test_cancelling_reaches_the_transport(serve: Serve) -> None:
    closed = threading.Event()

    async def answer(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        await call.gone()
        closed.set()

    peer = serve(answer)

    async def run() -> None:
        async with opened() as fetcher:
            task = asyncio.create_task(fetcher(peer.url()))
            await until(lambda: peer.calls)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await asyncio.to_thread(closed.wait, 10)
            assert downloader_threads() != []

    asyncio.run(run())


def in_python() -> None:
    """Keep this thread busy with bytecode for three seconds."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        sum(range(1000))


def in_c() -> None:
    """Keep this thread in one C call that never lets go of the interpreter, for two seconds or more."""
    start, size = time.monotonic(), 2_000_000
    while time.monotonic() - start < 0.5:
        size *= 2
        start = time.monotonic()
        sum(range(size))
    sum(range(size * 5))


@pytest.fixture
def slow_peer() -> Iterator[subprocess.Popen[str]]:
    """A server that no thread of this process can slow down."""
    command = [sys.executable, "-m", "tests.downloader.slow_peer"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    ) as process:
        yield process


@pytest.mark.parametrize("work", [in_python, in_c])
def test_a_slow_callback_makes_no_download_time_out(
    slow_peer: subprocess.Popen[str], work: Callable[[], None]
) -> None:
    assert slow_peer.stdout is not None
    asked = slow_peer.stdout
    url = f"http://127.0.0.1:{int(asked.readline())}/"

    async def run() -> None:
        async with opened() as fetcher:
            meta = {"download_timeout": 1.5}
            tasks = [asyncio.create_task(fetcher(url, meta=meta)) for _ in range(8)]
            for _ in range(8):
                await asyncio.to_thread(asked.readline)
            work()
            responses = await asyncio.gather(*tasks)
            assert [response.body for response in responses] == [b"hello"] * 8

    asyncio.run(run())


def test_a_stuck_look_up_blocks_nothing_else(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
        if host.endswith(".stuck.test"):
            released.wait(30)
        return look_up("127.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1, DNS_TIMEOUT=0.5) as fetcher:
            stuck = [
                asyncio.create_task(fetcher(f"http://{number}.stuck.test:{peer.port}/"))
                for number in range(20)
            ]
            responses = await asyncio.gather(
                *(
                    fetcher(f"http://{number}.fine.test:{peer.port}/")
                    for number in range(20)
                )
            )
            assert [response.body for response in responses] == [b"hello"] * 20
            assert not any(task.done() for task in stuck)
            for task in stuck:
                with pytest.raises(CannotResolveHostError, match="DNS_TIMEOUT"):
                    await task

    try:
        asyncio.run(run())
    finally:
        released.set()
        for thread in downloader_threads():
            thread.join(10)


def test_a_stuck_handshake_blocks_nothing_else(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        with socket.create_server(("127.0.0.1", 0)) as deaf:
            url = f"https://127.0.0.1:{deaf.getsockname()[1]}/"
            async with opened(DOWNLOADER_THREADS=1) as fetcher:
                meta = {"download_timeout": 1}
                stuck = asyncio.create_task(fetcher(url, meta=meta))
                for _ in range(20):
                    assert (await fetcher(peer.url())).body == b"hello"
                assert not stuck.done()
                with pytest.raises(DownloadTimeoutError, match="connecting"):
                    await stuck

    asyncio.run(run())


def test_two_handlers_do_not_meet(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as one:
            async with opened(DOWNLOADER_THREADS=1) as other:
                await asyncio.gather(one(peer.url()), other(peer.url()))
                assert len(downloader_threads()) == 2
            assert len(downloader_threads()) == 1
            assert (await one(peer.url())).body == b"hello"
        assert {call.connection for call in peer.calls} == {1, 2}

    asyncio.run(run())


def test_nobody_waits_in_a_connector(serve: Serve) -> None:
    peer = serve(gathering(40))

    async def run() -> None:
        async with opened(
            CONCURRENT_REQUESTS=1, CONCURRENT_REQUESTS_PER_DOMAIN=1
        ) as fetcher:
            await asyncio.gather(*(fetcher(peer.url()) for _ in range(40)))

    asyncio.run(run())
    assert (len(peer.calls), peer.peak) == (40, 40)


def gathering(count: int) -> Callable[[Call], Any]:
    """Return an answer that is given once `count` requests wait for it."""
    waiting: list[Call] = []
    complete = asyncio.Event()

    async def answer(call: Call) -> None:
        waiting.append(call)
        if len(waiting) == count:
            complete.set()
        await complete.wait()
        await call.reply(b"hello")

    return answer


def test_waiting_for_the_connection_limit_is_off_the_clock(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await asyncio.sleep(0.2)
        await call.reply(b"hello")

    peer = serve(answer)

    async def run() -> None:
        async with opened(DOWNLOADER_CONNECTION_LIMIT=2) as fetcher:
            meta = {"download_timeout": 0.5}
            await asyncio.gather(*(fetcher(peer.url(), meta=meta) for _ in range(8)))

    asyncio.run(run())
    assert peer.peak == 2
    assert len(peer.calls) == 8
