"""Why something failed, in words a person can act on."""

import errno
from http import HTTPStatus

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
)
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.response import response_status_message

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)

_ADVICE: dict[type[BaseException], str] = {
    CannotResolveHostError: "is its name spelled right, and is this machine online?",
    DownloadConnectionRefusedError: "is it running, at this port?",
}
_UNTRUSTED = (
    "if it is the right site, name its authority's certificate in the variable SSL_CERT_FILE, "
    "or check none with -s DOWNLOAD_VERIFY_CERTIFICATES=0"
)
_FORBIDDEN = "Forbidden by robots.txt"
_OS_ADVICE = {
    errno.EACCES: "is it open in another program, or is its folder not yours?",
    errno.EPERM: "is it open in another program, or is its folder not yours?",
    errno.EROFS: "name a place on another disk",
    errno.ENOSPC: "make room and run the same command again: it goes on where it was",
    errno.EDQUOT: "make room and run the same command again: it goes on where it was",
    errno.EISDIR: "name a file",
}


def reason_of(error: BaseException | None, request: Request | None = None) -> str:
    """One line that says what went wrong with `request`, and what to do, where that is known."""
    if isinstance(error, HttpError):
        return f"HTTP {response_status_message(error.response.status)}"
    text = " ".join(str(error).split())
    if isinstance(error, IgnoreRequest):
        forbidden = " (the setting ROBOTSTXT_OBEY)" * (text == _FORBIDDEN)
        return text + forbidden or "left out by a middleware"
    # "Cannot connect to ..." says it all.
    parts = [text] if text.startswith("Cannot ") else [type(error).__name__, text]
    said = ": ".join(filter(None, parts))
    proxy = request.meta.get("proxy") if request else None
    by_way = f" (by way of the proxy {proxy}: see http_proxy, https_proxy)"
    return said + _advice_on(error, text) + (by_way if proxy else "")


def reason_of_file(error: Exception) -> str:
    """One line that says why a file cannot be written, and what to do, where that is known."""
    if not isinstance(error, OSError):
        return reason_of(error)
    advice = _OS_ADVICE.get(error.errno or 0)
    reason = error.strerror or str(error)
    return f"{reason}: {advice}" if advice else reason


def means_absent(error: BaseException | None) -> bool:
    """Whether a site says by this error that there is no such page (RFC 9110, 15.5.5 and 15.5.11)."""
    return isinstance(error, HttpError) and error.response.status in _ABSENT


def _advice_on(error: BaseException | None, text: str) -> str:
    if text.startswith("Cannot trust"):
        return f": {_UNTRUSTED}"
    advice = next((a for kind, a in _ADVICE.items() if isinstance(error, kind)), None)
    return f": {advice}" if advice else ""
