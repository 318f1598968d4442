"""Timeouts say which one it was and what the download was at."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import DownloadTimeoutError

from .fetching import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .conftest import Serve
    from .peer import Call

HALF = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"


@pytest.fixture
def full_port() -> Iterator[int]:
    """A port whose queue is full: connecting to it takes for ever."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for client in waiting:
            client.close()


def timeout_of(url: str, settings: dict[str, Any]) -> str:
    """Return what the DownloadTimeoutError of a download says."""

    async def run() -> str:
        async with opened(**settings) as fetcher:
            with pytest.raises(DownloadTimeoutError) as error:
                await fetcher(url)
            return str(error.value)

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"DOWNLOADER_CONNECT_TIMEOUT": 0.2}, "no connection within 0.2 seconds"),
        (
            {"DOWNLOAD_TIMEOUT": 0.2},
            "more than 0.2 seconds in all, the last of them connecting",
        ),
    ],
)
def test_connecting(full_port: int, settings: dict[str, Any], reason: str) -> None:
    url = f"http://127.0.0.1:{full_port}/page"
    said = timeout_of(url, {"DOWNLOADER_READ_TIMEOUT": 5, **settings})
    assert said.startswith(f"Getting {url} took too long")
    assert reason in said


@pytest.mark.parametrize(
    ("start", "phase"), [(b"", "waiting for the response"), (HALF, "reading the body")]
)
@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"DOWNLOADER_READ_TIMEOUT": 0.2}, "silence for 0.2 seconds"),
        ({"DOWNLOAD_TIMEOUT": 0.2}, "more than 0.2 seconds in all"),
    ],
)
def test_reading(
    serve: Serve, start: bytes, phase: str, settings: dict[str, Any], reason: str
) -> None:
    async def answer(call: Call) -> None:
        await call.send(start)
        await call.hold()

    said = timeout_of(
        serve(answer).url(), {"DOWNLOADER_CONNECT_TIMEOUT": 5, **settings}
    )
    assert reason in said
    assert phase in said


def test_silence_counts_from_the_last_byte(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
        for _ in range(9):
            await asyncio.sleep(0.1)
            await call.send(b"x")

    async def run() -> None:
        async with opened(DOWNLOADER_READ_TIMEOUT=0.5) as fetcher:
            assert (await fetcher(serve(answer).url())).body == b"x" * 9

    asyncio.run(run())


def test_no_limit_at_all(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await asyncio.sleep(0.2)
        await call.reply(b"hello")

    async def run() -> None:
        async with opened(DOWNLOAD_TIMEOUT=0) as fetcher:
            assert (await fetcher(serve(answer).url())).body == b"hello"

    asyncio.run(run())
