"""Answers that are sound HTTP and no page: statuses, redirects, logins, notices."""

from email.utils import formatdate
from time import time

from tests.downloader.peer import Call
from tests.faults.wire import HTML, Fault, Send

LOGIN = "/login"
"""Where the site has its login."""

LOGIN_PAGE = b"""<!DOCTYPE html><title>Sign in</title><form action=/login method=post>
<input name=user><input name=password type=password><button>Sign in</button></form>"""

CAPTCHA_PAGE = b"""<!DOCTYPE html><title>One more step</title><p>Prove that you are no robot.</p>
<div class="g-recaptcha" data-sitekey="x"></div>"""

WAIT_PAGE = b"""<!DOCTYPE html><meta http-equiv="refresh" content="5"><title>Just a moment...</title>
<p>Please wait while we check your browser.</p>"""

RELOADING_PAGE = (
    b"""<!DOCTYPE html><meta http-equiv="refresh" content="0"><p>Loading</p>"""
)

SORRY = b"<h1>Sorry</h1>"

REDIRECTS = 21
"""Requests of one attempt that follows redirects: Scrapy's REDIRECT_MAX_TIMES, and the first."""


def status(line: str, *headers: str, body: bytes = SORRY) -> Send:
    """Answer with a status and a short page."""

    async def send(call: Call, html: bytes) -> None:
        await call.reply(body, line, HTML, *headers)

    return send


def shown(body: bytes, content_type: str = HTML) -> Send:
    """Answer well with something else."""

    async def send(call: Call, html: bytes) -> None:
        await call.reply(body, "200 OK", content_type)

    return send


def retry_after(line: str, seconds: float) -> Send:
    """Ask for a wait by a date."""

    async def send(call: Call, html: bytes) -> None:
        date = formatdate(int(time() + seconds), usegmt=True)
        await status(line, f"Retry-After: {date}")(call, html)

    return send


async def _no_content(call: Call, html: bytes) -> None:
    await call.send(b"HTTP/1.1 204 No Content\r\n\r\n")


async def _not_modified(call: Call, html: bytes) -> None:
    await call.send(b"HTTP/1.1 304 Not Modified\r\n\r\n")


async def _to_itself(call: Call, html: bytes) -> None:
    await call.reply(b"", "302 Found", f"Location: {call.target}")


async def _without_articles(call: Call, html: bytes) -> None:
    body = html.replace(b'class="article"', b'class="advertisement"')
    await call.reply(body, "200 OK", HTML)


async def _of_no_charset(call: Call, html: bytes) -> None:
    await call.reply(html, "200 OK", "Content-Type: text/html; charset=utf-42")


async def _of_another_charset(call: Call, html: bytes) -> None:
    await call.reply(html, "200 OK", "Content-Type: text/html; charset=utf-16")


async def _of_no_type(call: Call, html: bytes) -> None:
    await call.reply(html, "200 OK")


INSTEAD = "instead of articles"

FAULTS = {
    "500": Fault(status("500 Oops"), "HTTP 500"),
    "502": Fault(status("502 Bad Gateway"), "HTTP 502"),
    "503": Fault(status("503 Busy"), "HTTP 503"),
    "504": Fault(status("504 Gateway Timeout"), "HTTP 504"),
    "522": Fault(status("522 Connection Timed Out"), "HTTP 522"),
    "408": Fault(status("408 Request Timeout"), "HTTP 408"),
    "429": Fault(status("429 Slow Down"), "HTTP 429"),
    "503 with garbage": Fault(status("503 Busy", "Retry-After: soon"), "HTTP 503"),
    "503 with a broken body": Fault(
        status("503 Busy", "Content-Encoding: gzip"), "HTTP 503"
    ),
    "404": Fault(status("404 Not Found"), "HTTP 404", final=True),
    "410": Fault(status("410 Gone"), "HTTP 410", final=True),
    "401": Fault(status("401 Unauthorized"), "HTTP 401", final=True),
    "403": Fault(status("403 Forbidden", body=CAPTCHA_PAGE), "HTTP 403", final=True),
    "304": Fault(_not_modified, "HTTP 304", final=True),
    "204": Fault(_no_content, "the body is empty"),
    "empty": Fault(shown(b""), "the body is empty"),
    "blank": Fault(shown(b" \r\n"), "the body is empty"),
    "login": Fault(shown(LOGIN_PAGE), INSTEAD),
    "captcha": Fault(shown(CAPTCHA_PAGE), INSTEAD),
    "please wait": Fault(shown(WAIT_PAGE), INSTEAD),
    "no article": Fault(_without_articles, "no article where"),
    "binary": Fault(
        shown(bytes(range(256)), "Content-Type: application/octet-stream"),
        "not an HTML page",
    ),
    "JSON": Fault(
        shown(b'{"error": "busy"}', "Content-Type: application/json"),
        "no article where",
    ),
    "another charset": Fault(_of_another_charset, "no article where"),
    "redirect to itself": Fault(
        _to_itself, "max redirections reached", final=True, requests=REDIRECTS
    ),
    "redirect to the login": Fault(
        status("302 Found", f"Location: {LOGIN}", body=b""), INSTEAD
    ),
    "redirect to the index": Fault(
        status("302 Found", "Location: /", body=b""), "redirected to"
    ),
    "redirect off the site": Fault(
        status("302 Found", "Location: http://localhost:9/", body=b""),
        "redirected off the site, to http://localhost:9/",
    ),
    "redirect to another port": Fault(
        status("302 Found", "Location: http://127.0.0.1:9/", body=b""),
        "redirected off the site, to http://127.0.0.1:9/",
    ),
    "redirect to nowhere": Fault(status("302 Found", body=b""), "HTTP 302", final=True),
    "refresh of its own": Fault(shown(RELOADING_PAGE), INSTEAD),
    "sorry": Fault(shown(SORRY), "no article where"),
    "unknown charset": Fault(_of_no_charset, ""),
    "no content type": Fault(_of_no_type, ""),
}
"""What goes wrong above the wire, by name; those that ask for a wait are with the tests of waiting."""
