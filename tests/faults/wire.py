"""What can go wrong with an answer, byte by byte."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.downloader.peer import Call

READ = 0.02
"""Seconds in which the client reads what was sent: a reset takes along what it has not."""

HTML = "Content-Type: text/html; charset=utf-8"

LOSS = "ResponseDataLossError"
FAILED = "DownloadFailedError"
LATE = "DownloadTimeoutError"
TOO_LARGE = "DownloadCancelledError"

Send = Callable[[Call, bytes], Awaitable[None]]
"""Answers a call, to which these bytes of HTML would be the good answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to answer badly.

    `reason` is what the crawl must say of a page that is always so; "" if it is had all the same.
    With `final` it must not be tried again. `requests` are those that one attempt may take: two
    where it looks like a kept connection that was closed, more where redirects are followed.
    """

    send: Send
    reason: str
    final: bool = False
    requests: int = 1

    @property
    def is_late(self) -> bool:
        """Whether only the clock ends it."""
        return self.reason == LATE


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
    await asyncio.sleep(READ)
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


async def _reset_in_the_head(call: Call, html: bytes) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\nContent-Type: tex")
    await asyncio.sleep(READ)
    call.reset()


async def _cut_without_length(call: Call, html: bytes) -> None:
    """As HTTP/1.0 had it: the end of the connection is the end of the body, or of the server."""
    await call.send(
        f"HTTP/1.0 200 OK\r\n{HTML}\r\n\r\n".encode() + html[: len(html) // 2]
    )
    call.close()


async def _http_0_9(call: Call, html: bytes) -> None:
    await call.send(html)
    call.close()


async def _endless_head(call: Call, html: bytes) -> None:
    await call.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await call.send(b"X-Filler: " + b"x" * 1000 + b"\r\n")


async def _endless_interim_responses(call: Call, html: bytes) -> None:
    while True:
        await call.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)


async def _slow_head(call: Call, html: bytes) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 10_000:
        await call.send(bytes([byte]))
        await asyncio.sleep(0.05)


async def _slow_chunks(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    while True:
        await call.send(b"1\r\n \r\n")
        await asyncio.sleep(0.05)


def _raw(head: str) -> Send:
    """The page behind a head of just these lines, and the end of the connection."""

    async def send(call: Call, html: bytes) -> None:
        text = "\r\n".join([head.format(length=len(html)), "", ""])
        await call.send(text.encode("latin-1") + html)
        call.close()

    return send


async def _chunked_with_length(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked", "Content-Length: 5")
    await call.send(b"%x; a=b\r\n%s\r\n0\r\n\r\n" % (len(html), html))
    call.close()


async def _chunked_with_extras(call: Call, html: bytes) -> None:
    await _head(call, "Transfer-Encoding: chunked")
    await call.send(b"%X;a=b\r\n%s\r\n0\r\nX-After: x\r\n\r\n" % (len(html), html))


async def _closed_after(call: Call, html: bytes) -> None:
    """A kept connection that is closed a moment later, without a word of it."""
    await good(call, html)
    call.close()


async def _in_pieces(call: Call, html: bytes) -> None:
    await _head(call, f"Content-Length: {len(html)}")
    for start in range(0, len(html), 100):
        await call.send(html[start : start + 100])
        await asyncio.sleep(0)


async def _head(call: Call, *headers: str) -> None:
    lines = ("HTTP/1.1 200 OK", HTML, *headers, "", "")
    await call.send("\r\n".join(lines).encode())


FAULTS = {
    "short": Fault(_short, LOSS),
    "no last chunk": Fault(_no_last_chunk, LOSS),
    "cut chunk": Fault(_cut_chunk, LOSS),
    "bad chunk": Fault(_bad_chunk, LOSS),
    "cut without length": Fault(_cut_without_length, LOSS),
    "reset in the middle": Fault(_reset_in_the_middle, LOSS),
    "reset at once": Fault(_reset_at_once, FAILED, requests=2),
    "closed at once": Fault(_closed_at_once, FAILED, requests=2),
    "closed in the head": Fault(_closed_in_the_head, FAILED),
    "reset in the head": Fault(_reset_in_the_head, FAILED),
    "not HTTP": Fault(_not_http, FAILED),
    "HTTP/0.9": Fault(_http_0_9, FAILED),
    "status without a number": Fault(
        _raw("HTTP/1.1 fine\r\nContent-Length: {length}"), FAILED
    ),
    "status of five digits": Fault(
        _raw("HTTP/1.1 20000 OK\r\nContent-Length: {length}"), FAILED
    ),
    "two lengths": Fault(
        _raw("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nContent-Length: 7"), FAILED
    ),
    "endless head": Fault(_endless_head, FAILED),
    "endless interim responses": Fault(_endless_interim_responses, FAILED),
    "silent": Fault(_silent, LATE),
    "silent in the body": Fault(_silent_in_the_body, LATE),
    "drip": Fault(_drip, LATE),
    "slow head": Fault(_slow_head, LATE),
    "slow chunks": Fault(_slow_chunks, LATE),
    "endless": Fault(_endless, TOO_LARGE, final=True),
    "announced too large": Fault(_announced_too_large, TOO_LARGE, final=True),
    "chunked with extras": Fault(_chunked_with_extras, ""),
    "HTTP/1.0": Fault(_raw("HTTP/1.0 200 OK\r\n" + HTML), ""),
    "closed afterwards": Fault(_closed_after, ""),
    "in pieces": Fault(_in_pieces, ""),
    "chunked with a length": Fault(_chunked_with_length, FAILED),
    "the same length twice": Fault(
        _raw(
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\ncontent-length: {length}\r\n"
            + HTML
        ),
        "",
    ),
    "bad header lines": Fault(
        _raw(
            "HTTP/1.1 200 OK\r\nno colon\r\nBad Name: x\r\nX-Folded: a\r\n b\r\n"
            "Content-Length: {length}\r\n" + HTML
        ),
        "",
    ),
    "interim responses": Fault(
        _raw(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n" + HTML
        ),
        "",
    ),
}
"""What goes wrong below the content, by name."""
