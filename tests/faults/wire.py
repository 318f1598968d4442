"""What can go wrong with an answer, byte by byte."""

import asyncio
import gzip
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from time import time

import brotli  # type: ignore[import-untyped]

from tests.downloader.peer import Call

HTML = "Content-Type: text/html; charset=utf-8"
BOMB = gzip.compress(bytes(16 * 2**20))

Send = Callable[[Call, bytes], Awaitable[None]]
"""Answers a call, to which these bytes of HTML would be the good answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to answer badly.

    `reason` is what the crawl must say of a page that is always so. With `final` it must not
    be asked for again; with `stale` it may be once more, at no cost, as the answer looks
    like a kept connection that was closed.
    """

    send: Send
    reason: str
    final: bool = False
    stale: bool = False


async def good(call: Call, html: bytes) -> None:
    await call.reply(html, "200 OK", HTML)


async def _short(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {len(html)}")
    await call.send(html[: len(html) // 2])
    call.close()


async def _no_last_chunk(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    await call.send(b"%x\r\n%s\r\n" % (len(html), html))
    call.close()


async def _cut_chunk(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    await call.send(b"%x\r\n%s" % (len(html), html[: len(html) // 2]))
    call.close()


async def _bad_chunk(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    await call.send(b"%x\r\n%s\r\nzzz\r\n" % (len(html), html))
    call.close()


async def _reset_in_the_middle(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {len(html)}")
    await call.send(html[: len(html) // 2])
    # The client must have read it: a reset takes along what was not.
    await asyncio.sleep(0.02)
    call.reset()


async def _reset_at_once(call: Call, html: bytes) -> None:
    call.reset()


async def _closed_at_once(call: Call, html: bytes) -> None:
    call.close()


async def _closed_in_the_head(call: Call, html: bytes) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: tex")
    call.close()


async def _not_http(call: Call, html: bytes) -> None:
    await call.send(b"220 mail.example.com ESMTP\r\n\r\n")
    call.close()


async def _silent(call: Call, html: bytes) -> None:
    await call.gone()
    call.close()


async def _silent_in_the_body(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {len(html)}")
    await call.send(html[: len(html) // 2])
    await _silent(call, html)


async def _drip(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {len(html)}")
    for position in range(len(html)):
        await call.send(html[position : position + 1])
        await asyncio.sleep(0.05)


async def _endless(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    while True:
        await call.send(b"10000\r\n" + bytes(2**16) + b"\r\n")


async def _announced_too_large(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {2**40}")
    await call.send(html)
    await _silent(call, html)


def _coded(coding: str, make: Callable[[bytes], bytes]) -> Send:
    """A body made from the HTML, declared as of that coding, of the right length."""

    async def send(call: Call, html: bytes) -> None:
        await call.reply(make(html), "200 OK", HTML, f"Content-Encoding: {coding}")

    return send


def _status(status: str, *headers: str) -> Send:
    async def send(call: Call, html: bytes) -> None:
        await call.reply(b"<h1>Sorry</h1>", status, HTML, *headers)

    return send


def retry_after(status: str, seconds: float) -> Send:
    """Ask for a wait by a date."""

    async def send(call: Call, html: bytes) -> None:
        date = formatdate(int(time() + seconds), usegmt=True)
        await _status(status, f"Retry-After: {date}")(call, html)

    return send


def _corrupt(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes(16) + body[middle + 16 :]


async def _head(call: Call, *headers: str) -> None:
    lines = ("HTTP/1.1 200 OK", HTML, *headers, "", "")
    await call.send("\r\n".join(lines).encode())


LOSS = "ResponseDataLossError"
FAILED = "DownloadFailedError"
LATE = "DownloadTimeoutError"

FAULTS = {
    "short": Fault(_short, LOSS),
    "no last chunk": Fault(_no_last_chunk, LOSS),
    "cut chunk": Fault(_cut_chunk, LOSS),
    "bad chunk": Fault(_bad_chunk, LOSS),
    "gzip without end": Fault(
        _coded("gzip", lambda h: gzip.compress(h, mtime=0)[:-9]), LOSS
    ),
    "gzip corrupt": Fault(
        _coded("gzip", lambda h: _corrupt(gzip.compress(h, mtime=0))), LOSS
    ),
    "gzip is plain": Fault(_coded("gzip", lambda h: h), LOSS),
    "gzip is deflate": Fault(_coded("gzip", zlib.compress), LOSS),
    "deflate without end": Fault(
        _coded("deflate", lambda h: zlib.compress(h)[:-5]), LOSS
    ),
    "brotli without end": Fault(_coded("br", lambda h: brotli.compress(h)[:-5]), LOSS),
    "zstd is plain": Fault(_coded("zstd", lambda h: h), LOSS),
    "reset in the middle": Fault(_reset_in_the_middle, LOSS),
    "reset at once": Fault(_reset_at_once, FAILED, stale=True),
    "closed at once": Fault(_closed_at_once, FAILED, stale=True),
    "closed in the head": Fault(_closed_in_the_head, FAILED),
    "not HTTP": Fault(_not_http, FAILED),
    "silent": Fault(_silent, LATE),
    "silent in the body": Fault(_silent_in_the_body, LATE),
    "drip": Fault(_drip, LATE),
    "500": Fault(_status("500 Oops"), "HTTP 500"),
    "502": Fault(_status("502 Bad Gateway"), "HTTP 502"),
    "503": Fault(_status("503 Busy"), "HTTP 503"),
    "504": Fault(_status("504 Gateway Timeout"), "HTTP 504"),
    "429": Fault(_status("429 Slow Down"), "HTTP 429"),
    "503 with garbage": Fault(_status("503 Busy", "Retry-After: soon"), "HTTP 503"),
    "404": Fault(_status("404 Not Found"), "HTTP 404", final=True),
    "410": Fault(_status("410 Gone"), "HTTP 410", final=True),
    "bomb": Fault(_coded("gzip", lambda h: BOMB), "the body of", final=True),
    "endless": Fault(_endless, "DownloadCancelledError", final=True),
    "announced too large": Fault(
        _announced_too_large, "DownloadCancelledError", final=True
    ),
}
"""Every fault by name; those that ask for a wait are with the tests of waiting."""
