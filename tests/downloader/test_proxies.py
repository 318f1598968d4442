"""HTTP and SOCKS proxies."""

from __future__ import annotations

import asyncio
import base64
import importlib.util
import socket
import sys
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    NotSupported,
)

from .certificates import certificate_der, server_context
from .fetching import opened
from .tunnels import SocksServer, tunnel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .conftest import Serve
    from .peer import Call, Peer

needs_socks = pytest.mark.skipif(
    importlib.util.find_spec("python_socks") is None,
    reason="python-socks is not installed",
)


async def hello(call: Call) -> None:
    await call.reply(b"hello")


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


async def connecting(call: Call) -> None:
    """Be a proxy: open tunnels, answer plain requests by itself."""
    if call.method == "CONNECT":
        await call.send(b"HTTP/1.1 200 Go ahead\r\n\r\n")
        await tunnel(call.reader, call.writer, int(call.target.rpartition(":")[2]))
        call.close()
    else:
        await call.reply(b"from the proxy")


def fetch(url: str, proxy: str, *times: str, **settings: Any) -> bytes:
    """Return the body at `url` by way of `proxy`; each of `times` is a Proxy-Authorization."""

    async def run() -> bytes:
        async with opened(DOWNLOADER_THREADS=1, **settings) as fetcher:
            body = b""
            for authorization in times or [""]:
                headers = (
                    {"Proxy-Authorization": authorization} if authorization else {}
                )
                response = await fetcher(url, meta={"proxy": proxy}, headers=headers)
                body = response.body
            return body

    return asyncio.run(run())


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_plain_requests_go_to_the_proxy(serve: Serve, scheme: str) -> None:
    proxy = serve(connecting)
    body = fetch("http://site.test/a?b=c", f"{scheme}127.0.0.1:{proxy.port}")
    assert body == b"from the proxy"
    assert proxy.targets == ["http://site.test/a?b=c"]
    assert proxy.calls[0].header("Host") == "site.test"


def test_plain_requests_carry_the_proxys_credentials(serve: Serve) -> None:
    proxy = serve(connecting)
    fetch("http://site.test/", proxy.url(), basic("me", "secret"), "Bearer token")
    given = [call.header("Proxy-Authorization") for call in proxy.calls]
    assert given == [basic("me", "secret"), "Bearer token"]


def test_credentials_in_the_proxys_url_are_told_unless_a_header_has_others(
    serve: Serve,
) -> None:
    proxy = serve(connecting)
    url = f"http://me:s%40cret@127.0.0.1:{proxy.port}"
    fetch("http://site.test/", url, "", "", "Bearer token")
    given = [call.header("Proxy-Authorization") for call in proxy.calls]
    assert given == [*[basic("me", "s@cret")] * 2, "Bearer token"]


@pytest.mark.parametrize("secure_proxy", [False, True], ids=["http", "https"])
def test_tunnels(serve: Serve, tmp_path: Path, secure_proxy: bool) -> None:
    site = serve(hello, server_context(tmp_path))
    proxy = serve(connecting, server_context(tmp_path) if secure_proxy else None)
    assert fetch(site.url("/a"), proxy.url(), basic("me", "secret")) == b"hello"
    assert [(call.method, call.target) for call in proxy.calls] == [
        ("CONNECT", f"127.0.0.1:{site.port}")
    ]
    assert proxy.calls[0].header("Proxy-Authorization") == basic("me", "secret")
    assert site.targets == ["/a"]
    assert site.calls[0].header("Proxy-Authorization") is None


def test_tunnels_of_different_users_are_not_shared(
    serve: Serve, tmp_path: Path
) -> None:
    site, proxy = serve(hello, server_context(tmp_path)), serve(connecting)
    one, other = basic("one", "secret"), basic("other", "secret")
    fetch(site.url(), proxy.url(), one, one, other)
    given = [call.header("Proxy-Authorization") for call in proxy.calls]
    assert given == [one, other]
    assert [call.connection for call in site.calls] == [1, 1, 2]


def test_responses_through_tunnels_have_the_sites_certificate(
    serve: Serve, tmp_path: Path
) -> None:
    site, proxy = serve(hello, server_context(tmp_path)), serve(connecting)

    async def run() -> None:
        async with opened() as fetcher:
            response = await fetcher(site.url(), meta={"proxy": proxy.url()})
            assert response.certificate == certificate_der()

    asyncio.run(run())


def test_a_proxy_that_wants_a_password(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"", "407 Proxy Authentication Required")

    with pytest.raises(DownloadFailedError, match="407 Proxy Authentication Required"):
        fetch("https://site.test/", serve(answer).url())


def test_a_proxy_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DownloadConnectionRefusedError):
        fetch("http://site.test/", f"http://127.0.0.1:{port}")


def test_an_unknown_kind_of_proxy() -> None:
    with pytest.raises(NotSupported, match="gopher://proxy"):
        fetch("http://site.test/", "gopher://proxy")


class Proxying:
    """Starts SOCKS servers that are stopped at the end of the test."""

    def __init__(self) -> None:
        self.started: list[SocksServer] = []

    def __call__(self, site: Peer, password: str = "") -> SocksServer:
        server = SocksServer(site.port, password)
        server.start()
        self.started.append(server)
        return server


@pytest.fixture
def socks() -> Iterator[Callable[..., SocksServer]]:
    proxying = Proxying()
    yield proxying
    for server in proxying.started:
        server.stop()


@needs_socks
@pytest.mark.parametrize("scheme", ["socks4a", "socks5", "socks5h"])
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_socks_proxies_look_names_up(
    serve: Serve,
    socks: Callable[..., SocksServer],
    scheme: str,
    secure: bool,
    tmp_path: Path,
) -> None:
    site = serve(hello, server_context(tmp_path) if secure else None)
    proxy = socks(site)
    url = f"{'https' if secure else 'http'}://site.test:{site.port}/"
    assert fetch(url, f"{scheme}://127.0.0.1:{proxy.port}") == b"hello"
    (asked,) = proxy.asked
    assert (asked.version, asked.host) == (int(scheme[5]), "site.test")


@needs_socks
def test_socks4_proxies_are_given_addresses(
    serve: Serve, socks: Callable[..., SocksServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
        return look_up("127.0.0.1", *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    site = serve(hello)
    proxy = socks(site)
    proxy_url = f"socks4://me@proxy.test:{proxy.port}"
    assert fetch(f"http://site.test:{site.port}/", proxy_url) == b"hello"
    assert [(asked.host, asked.user) for asked in proxy.asked] == [("127.0.0.1", "me")]


@needs_socks
def test_socks_connections_are_kept_per_user(
    serve: Serve, socks: Callable[..., SocksServer]
) -> None:
    site = serve(hello)
    proxy = socks(site, "s3:cr@t")
    one, other = basic("one", "s3:cr@t"), basic("other", "s3:cr@t")
    fetch(site.url(), f"socks5://127.0.0.1:{proxy.port}", one, one, other)
    assert [asked.user for asked in proxy.asked] == ["one", "other"]
    assert [call.connection for call in site.calls] == [1, 1, 2]
    assert [call.header("Proxy-Authorization") for call in site.calls] == [None] * 3


@needs_socks
def test_wrong_password_for_socks(
    serve: Serve, socks: Callable[..., SocksServer]
) -> None:
    site = serve(hello)
    proxy = f"socks5://127.0.0.1:{socks(site, 'secret').port}"
    with pytest.raises(DownloadConnectionRefusedError, match="SOCKS proxy"):
        fetch(site.url(), proxy, basic("me", "wrong"))


@needs_socks
def test_socks_takes_no_other_credentials_than_basic(serve: Serve) -> None:
    with pytest.raises(ValueError, match="Bearer"):
        fetch(serve(hello).url(), "socks5://127.0.0.1:1080", "Bearer token")


@needs_socks
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_socks_connections_bind_to_the_address_asked_for(
    serve: Serve, socks: Callable[..., SocksServer]
) -> None:
    site = serve(hello)
    proxy = socks(site)
    url = f"socks5://127.0.0.1:{proxy.port}"
    fetch(site.url(), url, DOWNLOAD_BIND_ADDRESS="127.0.0.2")
    assert [asked.peer for asked in proxy.asked] == ["127.0.0.2"]


@needs_socks
@pytest.mark.parametrize(
    ("proxy", "error"),
    [
        ("socks5://nowhere.invalid:1080", CannotResolveHostError),
        ("socks5://127.0.0.1:9", DownloadConnectionRefusedError),
    ],
)
def test_a_socks_proxy_that_is_not_there(proxy: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        fetch("http://site.test/", proxy)


def test_socks_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(NotSupported, match="pip install python-socks"):
        fetch("http://site.test/", "socks5://127.0.0.1:1080")
