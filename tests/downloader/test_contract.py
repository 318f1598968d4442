"""What every handler must do: Scrapy's aiohttp handler and ours pass the same tests."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from .fetching import OURS, STOCK, opened

if TYPE_CHECKING:
    from scrapy.http import Response

    from .conftest import Serve
    from .peer import Call

pytestmark = [
    pytest.mark.parametrize("path", [STOCK, OURS], ids=["stock", "ours"]),
]


async def echo(call: Call) -> None:
    """Answer with what was asked."""
    seen = {
        "method": call.method,
        "target": call.target,
        "headers": call.headers,
        "body": call.body.decode(),
    }
    await call.reply(json.dumps(seen).encode())


def fetch(
    path: str, url: str, settings: dict[str, Any] | None = None, **request: Any
) -> Response:
    """Return the response that the handler at `path` gets."""

    async def run() -> Response:
        async with opened(path, **settings or {}) as fetcher:
            return await fetcher(url, **request)

    return asyncio.run(run())


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"]
)
def test_method_and_body_arrive(path: str, serve: Serve, method: str) -> None:
    body = "" if method in ("GET", "OPTIONS") else "käse"
    url = serve(echo).url("/a?b=c%20d")
    seen = json.loads(fetch(path, url, method=method, body=body).body)
    assert (seen["method"], seen["target"], seen["body"]) == (
        method,
        "/a?b=c%20d",
        body,
    )


def test_headers_are_the_requests_and_no_others(path: str, serve: Serve) -> None:
    headers = {"X-One": "1", "X-Two": ["a", "b"], "X-None": None, "Accept": "text/html"}
    response = fetch(path, serve(echo).url(), headers=headers)
    sent = json.loads(response.body)["headers"]
    allowed = {"Host", "Content-Length", "Connection"}
    assert [header for header in sent if header[0] not in allowed] == [
        ["X-One", "1"],
        ["X-Two", "a"],
        ["X-Two", "b"],
        ["Accept", "text/html"],
    ]


def test_request_stays_untouched_but_for_its_latency(path: str, serve: Serve) -> None:
    request = Request(serve(echo).url(), headers={"A": "b"}, meta={"mine": 1})

    async def run() -> None:
        async with opened(path) as fetcher:
            await fetcher.handler.download_request(request)

    asyncio.run(run())
    assert request.headers.to_string() == b"A: b"
    assert request.meta.keys() == {"mine", "download_latency"}
    assert 0 < request.meta["download_latency"] < 10


def test_head_has_no_body(path: str, serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"not sent")

    response = fetch(path, serve(answer).url(), method="HEAD")
    assert (response.body, response.headers["Content-Length"]) == (b"", b"8")


@pytest.mark.parametrize(
    "status", ["204 No Content", "301 Moved", "404 Not Found", "503 Busy"]
)
def test_status_is_only_passed_on(path: str, serve: Serve, status: str) -> None:
    async def answer(call: Call) -> None:
        await call.send(
            f"HTTP/1.1 {status}\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n".encode()
        )

    peer = serve(answer)
    assert fetch(path, peer.url()).status == int(status[:3])
    assert len(peer.calls) == 1


def test_nothing_is_decompressed(path: str, serve: Serve) -> None:
    packed = gzip.compress(b"text")

    async def answer(call: Call) -> None:
        await call.reply(packed, "200 OK", "Content-Encoding: gzip")

    response = fetch(path, serve(answer).url())
    assert (response.body, response.headers["Content-Encoding"]) == (packed, b"gzip")


def test_cookies_are_neither_kept_nor_sent(path: str, serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"", "200 OK", "Set-Cookie: a=b", "Set-Cookie: c=d")

    peer = serve(answer)

    async def run() -> Response:
        async with opened(path) as fetcher:
            await fetcher(peer.url())
            return await fetcher(peer.url())

    assert asyncio.run(run()).headers.getlist("Set-Cookie") == [b"a=b", b"c=d"]
    assert [call.header("Cookie") for call in peer.calls] == [None, None]


def test_response_says_where_it_came_from(path: str, serve: Serve) -> None:
    response = fetch(path, serve(echo).url())
    assert str(response.ip_address) == "127.0.0.1"
    assert response.protocol == "HTTP/1.1"
    assert response.certificate is None


def test_chunked_body_is_put_together(path: str, serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.send(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )
        await call.send(b"2\r\nde\r\n0\r\n\r\n")

    assert fetch(path, serve(answer).url()).body == b"abcde"


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    ],
    ids=["length", "chunked"],
)
@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_half_a_body_is_data_loss(
    path: str, serve: Serve, start: bytes, reset: bool
) -> None:
    async def answer(call: Call) -> None:
        await call.send(start)
        call.reset() if reset else call.close()

    peer = serve(answer)
    with pytest.raises(ResponseDataLossError):
        fetch(path, peer.url())
    if not reset:
        response = fetch(path, peer.url(), meta={"download_fail_on_dataloss": False})
        assert (response.body, response.flags) == (b"half", ["dataloss"])
        response = fetch(path, peer.url(), {"DOWNLOAD_FAIL_ON_DATALOSS": False})
        assert response.flags == ["dataloss"]


def test_data_loss_is_warned_about_once(
    path: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(call: Call) -> None:
        await call.send(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        call.close()

    peer = serve(answer)

    async def run() -> None:
        async with opened(path) as fetcher:
            for _ in range(4):
                with pytest.raises(ResponseDataLossError):
                    await fetcher(peer.url())

    asyncio.run(run())
    assert caplog.text.count("Got data loss") == 1


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("per_request", [True, False])
def test_maxsize_ends_the_download(
    path: str,
    serve: Serve,
    announced: bool,
    per_request: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(call: Call) -> None:
        length = "Content-Length: 5000\r\n" if announced else ""
        await call.send(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode() + b"x" * 5000)
        call.close()

    url = serve(answer).url()
    settings = {} if per_request else {"DOWNLOAD_MAXSIZE": 100}
    meta = {"download_maxsize": 100} if per_request else {}
    with pytest.raises(DownloadCancelledError, match=r"download max size \(100\)"):
        fetch(path, url, settings, meta=meta)
    assert ("Expected to receive 5000" in caplog.text) == announced


@pytest.mark.parametrize("announced", [True, False])
def test_warnsize_warns_once(
    path: str, serve: Serve, announced: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(call: Call) -> None:
        length = "Content-Length: 5000\r\n" if announced else ""
        await call.send(f"HTTP/1.1 200 OK\r\n{length}\r\n".encode() + b"x" * 5000)
        call.close()

    response = fetch(path, serve(answer).url(), meta={"download_warnsize": 100})
    assert len(response.body) == 5000
    warnings = [
        record for record in caplog.records if record.levelno == logging.WARNING
    ]
    assert (
        len([x for x in warnings if "download warn size (100)" in x.getMessage()]) == 1
    )


def test_verbatim_url_is_sent_as_it_is(path: str, serve: Serve) -> None:
    peer = serve(echo)
    fetch(path, peer.url("/a?b[0]=c"), meta={"verbatim_url": True})
    fetch(path, peer.url("/a?b[0]=c"))
    assert peer.targets == ["/a?b[0]=c", "/a?b%5B0%5D=c"]


def test_nobody_listens(path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(DownloadConnectionRefusedError):
        fetch(path, f"http://127.0.0.1:{port}/")


def test_unknown_host(path: str) -> None:
    with pytest.raises(CannotResolveHostError):
        fetch(path, "http://nowhere.invalid/")


def test_unknown_scheme(path: str) -> None:
    with pytest.raises(UnsupportedURLSchemeError):
        fetch(path, "gopher://localhost/")


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_no_answer_at_all(path: str, serve: Serve, reset: bool) -> None:
    async def answer(call: Call) -> None:
        call.reset() if reset else call.close()

    with pytest.raises(DownloadFailedError):
        fetch(path, serve(answer).url())


@pytest.mark.parametrize(
    "start", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_timeout_counts_until_the_last_byte(
    path: str, serve: Serve, start: bytes
) -> None:
    async def answer(call: Call) -> None:
        await call.send(start)
        await call.hold()

    url = serve(answer).url()
    with pytest.raises(DownloadTimeoutError, match=url):
        fetch(path, url, meta={"download_timeout": 0.2})
