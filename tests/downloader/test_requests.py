"""Requests: what is sent of them, and what can not be."""

from __future__ import annotations

import asyncio
import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.exceptions import UnsupportedURLSchemeError

from .fetching import opened
from .watching import downloader_threads

if TYPE_CHECKING:
    from .conftest import Serve
    from .peer import Call


async def hello(call: Call) -> None:
    await call.reply(b"hello")


def send(url: str, **arguments: Any) -> None:
    async def run() -> None:
        async with opened() as fetcher:
            await fetcher(url, **arguments)

    asyncio.run(run())


@pytest.mark.parametrize(
    "path",
    [
        "/a%7Eb%2fc",
        "/?q=a+b%20c&x=%e9",
        "/a//b/../c",
        "/;p?a=b;c=d",
        "/%41?%41",
        "/a?b=c?d",
    ],
)
def test_urls_are_sent_as_scrapy_made_them(serve: Serve, path: str) -> None:
    peer = serve(hello)
    send(peer.url(path))
    assert peer.targets == [path]


def test_fragments_stay_at_home(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url("/a#b"), meta={"verbatim_url": True})
    assert peer.targets == ["/a"]


def test_verbatim_urls_that_are_not_ascii_are_escaped(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url("/käse"), meta={"verbatim_url": True})
    assert peer.targets == ["/k%C3%A4se"]


def test_no_length_where_there_is_no_body(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url())
    send(peer.url(), method="POST")
    assert [call.header("Content-Length") for call in peer.calls] == [None, "0"]


@pytest.mark.parametrize("size", [10, 2**20, 2**20 + 1, 5_000_000])
def test_bodies_of_any_size(serve: Serve, size: int) -> None:
    peer = serve(hello)
    body = io.BytesIO(b"0123456789" * (size // 10 + 1)).read(size)
    send(peer.url(), method="POST", body=body)
    assert peer.calls[0].body == body
    assert peer.calls[0].header("Content-Length") == str(size)


def test_a_header_set_on_purpose_wins_over_the_url(serve: Serve) -> None:
    peer = serve(hello)
    url = peer.url().replace("127.0.0.1", "me:secret@127.0.0.1")
    send(url)
    send(url, headers={"Authorization": "Bearer token"})
    basic = "Basic " + base64.b64encode(b"me:secret").decode()
    given = [call.header("Authorization") for call in peer.calls]
    assert given == [basic, "Bearer token"]


def test_proxy_credentials_are_not_for_sites(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url(), headers={"Proxy-Authorization": "Basic eDp5"})
    assert peer.calls[0].header("Proxy-Authorization") is None


def test_headers_are_sent_as_the_bytes_they_are(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url(), headers={"X-A": b"caf\xe9", "X-B": ["one", "two"]})
    assert peer.calls[0].header("X-A") == "caf\xe9"
    assert [value for name, value in peer.calls[0].headers if name == "X-B"] == [
        "one",
        "two",
    ]


def test_the_host_can_be_set_and_comes_first(serve: Serve) -> None:
    peer = serve(hello)
    send(peer.url(), headers={"X-A": "b"})
    send(peer.url(), headers={"X-A": "b", "Host": "other.test"})
    firsts = [call.headers[0] for call in peer.calls]
    assert firsts == [("Host", f"127.0.0.1:{peer.port}"), ("Host", "other.test")]


@pytest.mark.parametrize("name", ["Content-Length", "Transfer-Encoding"])
def test_where_the_body_ends_is_not_for_headers_to_say(serve: Serve, name: str) -> None:
    peer = serve(hello)
    headers = {name: "3" if name == "Content-Length" else "chunked"}
    send(peer.url(), method="POST", body=b"12345", headers=headers)
    send(peer.url(), headers=headers)
    assert [call.body for call in peer.calls] == [b"12345", b""]
    assert [call.header("Content-Length") for call in peer.calls] == ["5", None]
    assert [call.header("Transfer-Encoding") for call in peer.calls] == [None, None]


@pytest.mark.parametrize("value", ["b\r\nX-C: d", "b\nX-C: d", "b\0c"])
def test_headers_can_not_be_smuggled_in(serve: Serve, value: str) -> None:
    peer = serve(hello)
    with pytest.raises(ValueError, match="control character"):
        send(peer.url(), headers={"X-A": value})
    assert peer.calls == []


@pytest.mark.parametrize("method", ["GET /x HTTP/1.1\r\nX-A:", "A B", ""])
def test_what_is_no_method_is_not_sent(serve: Serve, method: str) -> None:
    peer = serve(hello)
    with pytest.raises(ValueError, match="no method"):
        send(peer.url(), method=method)
    assert peer.calls == []


def test_a_verbatim_url_can_not_hold_another_request(serve: Serve) -> None:
    peer = serve(hello)
    url = peer.url("/a HTTP/1.1\r\nX-A: b\r\n\r\n")
    with pytest.raises((ValueError, UnsupportedURLSchemeError)):
        send(url, meta={"verbatim_url": True})
    assert peer.calls == []


@pytest.mark.parametrize(
    "url", ["http://", "http:///path", "http://[::1/", "http://h:99999/"]
)
def test_urls_without_a_host(url: str) -> None:
    with pytest.raises((UnsupportedURLSchemeError, ValueError)):
        send(url, meta={"verbatim_url": True})


@pytest.mark.parametrize("scheme", ["ws", "ftp", "file"])
def test_other_schemes_start_no_thread(scheme: str) -> None:
    async def run() -> None:
        async with opened() as fetcher:
            with pytest.raises(UnsupportedURLSchemeError):
                await fetcher.handler.download_request(
                    Request(f"{scheme}://localhost/")
                )
            assert downloader_threads() == []

    asyncio.run(run())
