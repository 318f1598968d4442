"""Responses that are not as they should be: what a browser bears is borne."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import DownloadFailedError, ResponseDataLossError

from .fetching import opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.http import Response

    from .conftest import Serve
    from .peer import Call

OK = b"HTTP/1.1 200 OK\r\n"
FIVE = b"Content-Length: 5\r\n\r\nWorks"
CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n5\r\nWorks\r\n0\r\n\r\n"

BORNE = {
    "no colon": OK + b"<meta charset=utf-8>\r\n" + FIVE,
    "no colon, chunked": OK + b"bad\r\n" + CHUNKS,
    "folded": OK + b"X-A: one\r\n two\r\n" + FIVE,
    "folded first line": OK + b"  X-A: one\r\n" + FIVE,
    "space before colon": OK + b"X-A : one\r\n" + FIVE,
    "space in name": OK + b"X A: one\r\n" + FIVE,
    "empty name": OK + b": one\r\n" + FIVE,
    "status line twice": OK + OK + FIVE,
    "NUL": OK + b"X-A: \0\r\n" + FIVE,
    "bare CR": OK + b"X-A: a\rb\r\n" + FIVE,
    "only LF": (OK + FIVE).replace(b"\r\n", b"\n"),
    "not UTF-8": OK + b"X-A: caf\xe9\r\n" + FIVE,
    "lower case version": b"http/1.1 200 OK\r\n" + FIVE,
    "lower case names": OK + FIVE.lower().replace(b"works", b"Works"),
    "no reason": b"HTTP/1.1 200\r\n" + FIVE,
    "empty line first": b"\r\n" + OK + FIVE,
    "long line": OK + b"X-A: " + b"a" * 60_000 + b"\r\n" + FIVE,
    "many lines": OK + b"X-A: a\r\n" * 500 + FIVE,
    "length twice": OK + b"Content-Length: 5\r\n" + FIVE,
    "length as list": OK + b"Content-Length: 5, 5\r\n\r\nWorks",
    "bad line in interim": b"HTTP/1.1 103 Early\r\nbad\r\n\r\n"
    + OK
    + b"bad\r\n"
    + FIVE,
}

OVERLONG = {
    "more than announced": OK + FIVE + b", and more",
    "more than announced, closed": OK + b"Connection: close\r\n" + FIVE + b", and more",
    "more than the last chunk": OK + CHUNKS + b"and more",
    "bad line, more than announced": OK + b"bad\r\n" + FIVE + b", and more",
    "two responses": (OK + FIVE) * 2,
}


async def whole(call: Call, data: bytes) -> None:
    await call.send(data)


async def bytewise(call: Call, data: bytes) -> None:
    for index in range(0, len(data), 1 if len(data) < 500 else 999):
        await call.send(data[index : index + (1 if len(data) < 500 else 999)])
        await asyncio.sleep(0)


@pytest.fixture(params=[whole, bytewise])
def raw(request: pytest.FixtureRequest, serve: Serve) -> Callable[[bytes], Response]:
    """Return a function that downloads a response with these bytes."""

    def fetch(data: bytes) -> Response:
        async def answer(call: Call) -> None:
            await request.param(call, data)
            call.close()

        async def run() -> Response:
            async with opened() as fetcher:
                return await fetcher(serve(answer).url(), meta={"download_timeout": 5})

        return asyncio.run(run())

    return fetch


@pytest.mark.parametrize("data", BORNE.values(), ids=BORNE.keys())
def test_what_a_browser_bears(raw: Callable[[bytes], Response], data: bytes) -> None:
    response = raw(data)
    assert (response.status, response.body, response.flags) == (200, b"Works", [])


@pytest.mark.parametrize("data", OVERLONG.values(), ids=OVERLONG.keys())
def test_what_follows_a_body_is_dropped(
    raw: Callable[[bytes], Response], data: bytes
) -> None:
    response = raw(data)
    assert (response.status, response.body) == (200, b"Works")
    # If it comes with the body, it shows that the announced end may not be the true one.
    assert set(response.flags) <= {"partial"}


@pytest.mark.parametrize("raw", [whole], indirect=True)
@pytest.mark.parametrize("data", OVERLONG.values(), ids=OVERLONG.keys())
def test_what_follows_a_body_at_once_makes_its_end_doubtful(
    raw: Callable[[bytes], Response], data: bytes
) -> None:
    assert raw(data).flags == ["partial"]


def test_good_lines_around_a_bad_one_are_kept(raw: Callable[[bytes], Response]) -> None:
    response = raw(OK + b"X-A: 1\r\n folded\r\nbad\r\nX-B: 2\r\nX-A: 3\r\n" + FIVE)
    assert response.headers.getlist("X-A") == [b"1 folded", b"3"]
    assert response.headers.getlist("X-B") == [b"2"]


def test_bytes_of_headers_are_kept(raw: Callable[[bytes], Response]) -> None:
    assert raw(OK + b"X-A: caf\xe9\r\n" + FIVE).headers["X-A"] == b"caf\xe9"


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_body_where_none_may_be(
    raw: Callable[[bytes], Response], status: bytes
) -> None:
    response = raw(b"HTTP/1.1 " + status + b"\r\n" + FIVE)
    assert (response.status, response.body) == (int(status[:3]), b"")


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 6\r\nbad\r\nContent-Length: 5\r\n",
        b"Content-Length: 5, 6\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length: -5\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length:\r\n",
    ],
)
def test_ambiguous_length_is_an_error(
    raw: Callable[[bytes], Response], head: bytes
) -> None:
    with pytest.raises(DownloadFailedError, match="Not a valid HTTP response"):
        raw(OK + head + b"\r\nWorks")


@pytest.mark.parametrize(
    "data", [b"hello", b"ICY 200 OK\r\n" + FIVE, b"HTTP/1.1 2000\r\n" + FIVE]
)
def test_what_is_no_http_is_an_error(
    raw: Callable[[bytes], Response], data: bytes
) -> None:
    with pytest.raises(DownloadFailedError):
        raw(data)


def test_half_a_head_is_an_error(raw: Callable[[bytes], Response]) -> None:
    with pytest.raises(DownloadFailedError, match="in the middle of the headers"):
        raw(OK + b"Content-Le")


@pytest.mark.parametrize(
    "tail", [b"zz\r\nmore", b"5 more\r\n", b"3\r\nmore than three"]
)
def test_broken_chunks_are_data_loss(
    raw: Callable[[bytes], Response], tail: bytes
) -> None:
    with pytest.raises(ResponseDataLossError):
        raw(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nWorks\r\n" + tail)


def test_body_that_only_the_connection_ends_is_flagged(
    raw: Callable[[bytes], Response],
) -> None:
    response = raw(OK + b"\r\nWorks")
    assert (response.body, response.flags) == (b"Works", ["partial"])


def test_reset_is_no_end_of_a_body(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.send(OK + b"\r\nWork")
        call.reset()

    async def run() -> None:
        async with opened() as fetcher:
            with pytest.raises(ResponseDataLossError):
                await fetcher(serve(answer).url())

    asyncio.run(run())
