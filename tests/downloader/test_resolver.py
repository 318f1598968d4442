"""Looking names up: once for all workers, again when the addresses are of no use."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError

from .fetching import opened
from .watching import downloader_threads

if TYPE_CHECKING:
    from .conftest import Serve
    from .peer import Call


MAX_LABEL = 63


async def hello(call: Call) -> None:
    await call.reply(b"hello")


class Names:
    """Stands in for the system's look-up and counts what it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.threads: set[str] = set()
        self.address = "127.0.0.1"
        self._look_up = socket.getaddrinfo
        monkeypatch.setattr(socket, "getaddrinfo", self.getaddrinfo)

    def getaddrinfo(self, host: str, *arguments: Any, **options: Any) -> Any:
        self.asked.append(host)
        self.threads.add(threading.current_thread().name)
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        if host.startswith("broken"):
            raise ZeroDivisionError
        if len(host) > MAX_LABEL:
            return self._look_up(host, *arguments, **options)
        return self._look_up(self.address, *arguments, **options)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch)


def fetch_all(
    serve: Serve, hosts: list[str], *, at_once: bool = False, **settings: Any
) -> None:
    """Fetch a page of each host, over two threads."""
    peer = serve(hello)

    async def run() -> None:
        # Without kept connections every request asks for an address.
        settings.setdefault("DOWNLOADER_KEEPALIVE_TIMEOUT", 0)
        async with opened(DOWNLOADER_THREADS=2, **settings) as fetcher:
            requests = [fetcher(f"http://{host}:{peer.port}/") for host in hosts]
            if at_once:
                await asyncio.gather(*requests)
            else:
                for request in requests:
                    await request

    asyncio.run(run())


@pytest.mark.parametrize("at_once", [False, True])
def test_one_look_up_serves_all_threads(
    serve: Serve, names: Names, at_once: bool
) -> None:
    fetch_all(serve, ["a.test"] * 8 + ["b.test"] * 8, at_once=at_once)
    assert sorted(names.asked) == ["a.test", "b.test"]


def test_look_ups_run_on_threads_of_their_own(serve: Serve, names: Names) -> None:
    fetch_all(serve, ["a.test", "b.test"])
    assert names.threads == {"downloader-dns-a.test", "downloader-dns-b.test"}
    assert downloader_threads() == []


def test_a_look_up_without_a_thread_is_begun_again(
    serve: Serve, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def refuse(self: threading.Thread) -> None:
        if "-dns-" in self.name:
            raise RuntimeError("can't start new thread")
        start(self)

    peer = serve(hello)

    async def run() -> None:
        async with opened() as fetcher:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", refuse)
                with pytest.raises(CannotResolveHostError, match="no thread to look"):
                    await fetcher(f"http://a.test:{peer.port}/")
            page = await fetcher(f"http://a.test:{peer.port}/")
            assert page.body == b"hello"

    asyncio.run(run())
    assert names.asked == ["a.test"]


def test_without_cache_each_connection_looks_up(serve: Serve, names: Names) -> None:
    fetch_all(serve, ["a.test"] * 3, DNSCACHE_ENABLED=False)
    assert names.asked == ["a.test"] * 3


def test_the_cache_has_a_size(serve: Serve, names: Names) -> None:
    hosts = ["a.test", "b.test", "a.test", "c.test", "a.test", "b.test"]
    fetch_all(serve, hosts, DNSCACHE_SIZE=2)
    assert names.asked == ["a.test", "b.test", "c.test", "b.test"]


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("unknown.test", "no such name"),
        ("broken.test", "broke off"),
        (f"{'a' * (MAX_LABEL + 1)}.test", "not a host name"),
    ],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_failures_are_reported_and_not_kept(
    serve: Serve, names: Names, host: str, reason: str
) -> None:
    async def run() -> None:
        async with opened() as fetcher:
            for _ in range(2):
                with pytest.raises(CannotResolveHostError, match=reason):
                    await fetcher(f"http://{host}/")

    asyncio.run(run())
    assert len(names.asked) == 2


def test_addresses_that_refuse_are_looked_up_again(serve: Serve, names: Names) -> None:
    peer = serve(hello)
    url = f"http://moved.test:{peer.port}/"

    async def run() -> None:
        async with opened() as fetcher:
            names.address = "127.0.0.77"
            with pytest.raises(DownloadConnectionRefusedError):
                await fetcher(url)
            names.address = "127.0.0.1"
            assert (await fetcher(url)).body == b"hello"

    asyncio.run(run())
    assert names.asked == ["moved.test"] * 2


def test_cancelling_one_who_waits_leaves_the_others(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, released = threading.Event(), threading.Event()
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
        asked.set()
        released.wait(30)
        return look_up("127.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=2) as fetcher:
            url = f"http://slow.test:{peer.port}/"
            tasks = [asyncio.create_task(fetcher(url)) for _ in range(4)]
            await asyncio.to_thread(asked.wait, 10)
            tasks[0].cancel()
            await asyncio.wait([tasks[0]])
            released.set()
            results = await asyncio.gather(*tasks[1:])
            assert [result.body for result in results] == [b"hello"] * 3

    asyncio.run(run())
