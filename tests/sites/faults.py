"""Bad answers: pages that are broken, late, incomplete, or no pages at all."""

import asyncio
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

FAILURES_BEFORE_OK = 2
HUGE = 5 * 1024 * 1024
SLOW_SECONDS = 1.0

_ABORT = struct.pack("ii", 1, 0)
_SOUP = "</div></span><div CLASS=note id=x id=y><p>one<p>two<br/></b></i><td>cell</ul><!-- - ->-->"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for a page with a fault: what a good answer would be, and which attempt this is, from 1."""

    request: web.Request
    html: str
    good: web.Response
    attempt: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A way for a page to be bad. `shows_articles` says whether a crawl can get them in the end."""

    answer: Callable[[Visit], Awaitable[web.StreamResponse]]
    shows_articles: bool = False


async def _status(visit: Visit, status: int) -> web.StreamResponse:
    return web.Response(status=status, text="<h1>Sorry</h1>", content_type="text/html")


async def _not_found(visit: Visit) -> web.StreamResponse:
    return await _status(visit, 404)


async def _server_error(visit: Visit) -> web.StreamResponse:
    return await _status(visit, 500)


async def _busy_at_first(visit: Visit) -> web.StreamResponse:
    return (
        visit.good if visit.attempt > FAILURES_BEFORE_OK else await _status(visit, 503)
    )


async def _too_fast_at_first(visit: Visit) -> web.StreamResponse:
    if visit.attempt > 1:
        return visit.good
    return web.Response(status=429, headers={"Retry-After": "1"})


async def _empty(visit: Visit) -> web.StreamResponse:
    return web.Response(body=b"", content_type="text/html")


async def _no_articles(visit: Visit) -> web.StreamResponse:
    return _html(
        visit,
        "<html><body><p>Please wait while we check your browser.</p></body></html>",
    )


async def _garbage(visit: Visit) -> web.StreamResponse:
    return _html(visit, '<html><body><div class="artic <<<a href="x<p>' + _SOUP * 50)


async def _soup(visit: Visit) -> web.StreamResponse:
    """Answer with tags that do not match around articles that are whole."""
    html = visit.html.replace(
        '<div class="article">', f"{_SOUP}\n<DIV class='article'>"
    )
    return _html(visit, html.replace("</body></html>", ""))


async def _nul_bytes(visit: Visit) -> web.StreamResponse:
    return _html(visit, visit.html.replace("\n", "\n\0\0\n"))


async def _unknown_charset(visit: Visit) -> web.StreamResponse:
    response = _html(visit, visit.html)
    response.headers["Content-Type"] = "text/html; charset=utf-42"
    return response


async def _wrong_charset(visit: Visit) -> web.StreamResponse:
    """Declare an encoding in which the body means nothing."""
    response = _html(visit, visit.html)
    response.headers["Content-Type"] = "text/html; charset=utf-16"
    return response


async def _huge(visit: Visit) -> web.StreamResponse:
    padding = "<!--" + "x" * HUGE + "-->"
    return _html(visit, visit.html.replace("</body>", f"{padding}</body>"))


async def _binary(visit: Visit) -> web.StreamResponse:
    body = bytes(range(256)) * 400
    return web.Response(body=body, content_type="application/octet-stream")


async def _slow(visit: Visit) -> web.StreamResponse:
    await asyncio.sleep(SLOW_SECONDS)
    return visit.good


async def _silent(visit: Visit) -> web.StreamResponse:
    """Accept the request and never answer."""
    await asyncio.Event().wait()
    return visit.good


async def _reset(visit: Visit) -> web.StreamResponse:
    """Close the connection with a TCP reset instead of an answer."""
    transport = visit.request.transport
    if transport is not None:
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORT)
        transport.abort()
    return visit.good


async def _reset_at_first(visit: Visit) -> web.StreamResponse:
    return visit.good if visit.attempt > 1 else await _reset(visit)


async def _truncated(visit: Visit) -> web.StreamResponse:
    """Announce the whole body, send half of it, close."""
    body = visit.html.encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
    }
    response = web.StreamResponse(headers=headers)
    await response.prepare(visit.request)
    await response.write(body[: len(body) // 2])
    if visit.request.transport is not None:
        visit.request.transport.close()
    return response


async def _truncated_gzip(visit: Visit) -> web.StreamResponse:
    """Send a gzip body whose end is missing, with a Content-Length that agrees with it."""
    body = gzip.compress(visit.html.encode())
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"}
    return web.Response(body=body[: len(body) * 2 // 3], headers=headers)


def _html(visit: Visit, html: str) -> web.Response:
    return web.Response(text=html, content_type="text/html", charset="utf-8")


FAULTS = {
    "404": Fault(_not_found),
    "500": Fault(_server_error),
    "429-then-ok": Fault(_too_fast_at_first, shows_articles=True),
    "503-then-ok": Fault(_busy_at_first, shows_articles=True),
    "empty": Fault(_empty),
    "no-articles": Fault(_no_articles),
    "garbage": Fault(_garbage),
    "soup": Fault(_soup, shows_articles=True),
    "nul-bytes": Fault(_nul_bytes, shows_articles=True),
    "unknown-charset": Fault(_unknown_charset, shows_articles=True),
    "wrong-charset": Fault(_wrong_charset),
    "huge": Fault(_huge, shows_articles=True),
    "binary": Fault(_binary),
    "slow": Fault(_slow, shows_articles=True),
    "silent": Fault(_silent),
    "reset": Fault(_reset),
    "reset-then-ok": Fault(_reset_at_first, shows_articles=True),
    "truncated": Fault(_truncated),
    "truncated-gzip": Fault(_truncated_gzip),
}
"""Every fault by name."""
