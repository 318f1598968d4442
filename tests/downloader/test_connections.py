"""Connections: kept, replaced when they turn out dead, never shared between addresses."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import DownloadFailedError

from .fetching import opened
from .watching import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Serve
    from .peer import Call


async def hello(call: Call) -> None:
    await call.reply(b"hello")


def test_connections_are_kept(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=2) as fetcher:
            for _ in range(5):
                await fetcher(peer.url())

    asyncio.run(run())
    assert [call.connection for call in peer.calls] == [1] * 5


def test_connections_are_not_kept_if_told_so(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_KEEPALIVE_TIMEOUT=0) as fetcher:
            for _ in range(3):
                await fetcher(peer.url())

    asyncio.run(run())
    assert [call.connection for call in peer.calls] == [1, 2, 3]


def test_responses_on_kept_connections_know_their_peer(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"" if call.target == "/empty" else b"x")

    peer = serve(answer)

    async def run() -> None:
        async with opened() as fetcher:
            for path in ("/", "/empty", "/empty", "/"):
                response = await fetcher(peer.url(path))
                assert str(response.ip_address) == "127.0.0.1"
                assert response.protocol == "HTTP/1.1"

    asyncio.run(run())
    assert peer.connections == 1


def closing_on_the_second(
    start: bytes = b"", *, together: int = 1
) -> Callable[[Call], Any]:
    """Return an answer to the first request of each connection; the second gets `start` only.

    The first answers are given when there are as many connections as are to be had `together`.
    """
    known: set[int] = set()
    enough = asyncio.Event()

    async def answer(call: Call) -> None:
        if call.connection in known:
            await call.send(start)
            call.close()
            return
        known.add(call.connection)
        if len(known) >= together:
            enough.set()
        await enough.wait()
        await call.reply(b"hello")

    return answer


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_a_kept_connection_that_died_costs_nothing(serve: Serve, method: str) -> None:
    peer = serve(closing_on_the_second(together=4))

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            await asyncio.gather(*(fetcher(peer.url()) for _ in range(4)))
            kept = peer.connections
            await fetcher(peer.url("/again"), method=method)
            # Not over another of the kept ones, which are just as dead.
            tries = [call.connection for call in peer.calls if call.target == "/again"]
            assert len(tries) == 2
            assert tries[0] <= kept < tries[1]

    asyncio.run(run())


def test_what_is_not_idempotent_is_not_sent_again(serve: Serve) -> None:
    peer = serve(closing_on_the_second())

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            await fetcher(peer.url())
            with pytest.raises(DownloadFailedError, match="kept connection was closed"):
                await fetcher(peer.url("/again"), method="POST")

    asyncio.run(run())
    assert peer.targets == ["/", "/again"]


def test_a_connection_that_dies_within_the_answer_is_no_stale_one(serve: Serve) -> None:
    peer = serve(closing_on_the_second(b"HTTP/1.1 200"))

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            await fetcher(peer.url())
            with pytest.raises(
                DownloadFailedError, match="in the middle of the headers"
            ):
                await fetcher(peer.url("/again"))

    asyncio.run(run())
    assert peer.targets == ["/", "/again"]


def test_a_new_connection_that_dies_is_a_failure_at_once(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        call.close()

    peer = serve(answer)

    async def run() -> None:
        async with opened() as fetcher:
            with pytest.raises(DownloadFailedError, match="without an answer"):
                await fetcher(peer.url())

    asyncio.run(run())
    assert len(peer.calls) == 1


@pytest.mark.parametrize("delay", [0, 0.1])
def test_bytes_nobody_asked_for_answer_no_request(serve: Serve, delay: float) -> None:
    def response(body: bytes) -> bytes:
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    async def answer(call: Call) -> None:
        if call.target != "/first":
            await call.reply(b"hello")
        elif delay:
            await call.reply(b"hello")
            await asyncio.sleep(delay)
            await call.reply(b"planted")
        else:  # with the answer, and not when the next request was sent already
            await call.send(response(b"hello") + response(b"planted"))

    peer = serve(answer)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            assert (await fetcher(peer.url("/first"))).body == b"hello"
            await asyncio.sleep(2 * delay)
            assert (await fetcher(peer.url())).body == b"hello"

    asyncio.run(run())
    assert peer.connections == 2


LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8"
)


@LINUX
def test_addresses_to_bind_to_never_share_connections(serve: Serve) -> None:
    peer = serve(hello)
    addresses: list[Any] = [
        "127.0.0.2",
        ("127.0.0.3", 0),
        "127.0.0.2",
        "127.0.0.3",
        None,
    ]

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            for address in addresses * 2:
                meta = {"bindaddress": address} if address else {}
                await fetcher(peer.url(), meta=meta)

    asyncio.run(run())
    peers = ["127.0.0.2", "127.0.0.3", "127.0.0.2", "127.0.0.3", "127.0.0.1"] * 2
    assert [call.peer for call in peer.calls] == peers
    assert [call.connection for call in peer.calls] == [1, 2, 1, 2, 3] * 2


@LINUX
def test_the_request_overrides_the_setting(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOAD_BIND_ADDRESS="127.0.0.4") as fetcher:
            await fetcher(peer.url())
            await fetcher(peer.url(), meta={"bindaddress": "127.0.0.5"})

    asyncio.run(run())
    assert [call.peer for call in peer.calls] == ["127.0.0.4", "127.0.0.5"]


def test_bind_address_that_is_none(serve: Serve) -> None:
    url = serve(hello).url()

    async def run() -> None:
        async with opened() as fetcher:
            with pytest.raises(ValueError, match="host"):
                await fetcher(url, meta={"bindaddress": 127})

    asyncio.run(run())


@LINUX
def test_rotating_addresses_do_not_pile_up(serve: Serve) -> None:
    peer = serve(hello)

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1) as fetcher:
            for number in range(2, 62):
                meta = {"bindaddress": f"127.0.0.{number}"}
                await fetcher(peer.url(), meta=meta)
            await until(lambda: peer.open <= 16)

    asyncio.run(run())
    assert len(peer.calls) == 60


def test_a_crawl_of_many_sites_keeps_few_connections(serve: Serve) -> None:
    peers = [serve(hello) for _ in range(12)]

    async def run() -> None:
        async with opened(DOWNLOADER_THREADS=1, CONCURRENT_REQUESTS=2) as fetcher:
            for peer in peers:
                await fetcher(peer.url())
            await until(lambda: sum(peer.open for peer in peers) <= 4)

    asyncio.run(run())


def resolving_to(*addresses: str) -> Callable[..., Any]:
    """Return a `getaddrinfo` that knows these addresses for every name."""

    def getaddrinfo(host: str, port: Any, *arguments: Any, **options: Any) -> Any:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                socket.IPPROTO_TCP,
                "",
                (address, 0, 0, 0) if ":" in address else (address, 0),
            )
            for address in addresses
        ]

    return getaddrinfo


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    peer = serve(hello, host="::1")
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("::1"))

    async def run() -> None:
        async with opened() as fetcher:
            response = await fetcher(peer.url())
            assert str(response.ip_address) == "::1"
            response = await fetcher(f"http://six.test:{peer.port}/")
            assert str(response.ip_address) == "::1"

    asyncio.run(run())


@pytest.fixture
def silent_port(serve: Serve) -> Iterator[int]:
    """A port that answers on 127.0.0.1, and on 127.0.0.9 lets nobody in and turns nobody away."""
    peer = serve(hello)
    with socket.create_server(("127.0.0.9", peer.port), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(4)]
        for client in waiting:
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield peer.port
        for client in waiting:
            client.close()


@LINUX
def test_happy_eyeballs(silent_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ("127.0.0.9", "127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to(*addresses))

    async def run() -> None:
        async with opened() as fetcher:
            meta = {"download_timeout": 10}
            response = await fetcher(f"http://two.test:{silent_port}/", meta=meta)
            assert str(response.ip_address) == "127.0.0.1"

    asyncio.run(run())
