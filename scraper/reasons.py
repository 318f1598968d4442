"""Why a page failed, in words a person can act on."""

from http import HTTPStatus

from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.response import response_status_message

_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def reason_of(error: BaseException | None) -> str:
    """One line that says what went wrong."""
    if isinstance(error, HttpError):
        return f"HTTP {response_status_message(error.response.status)}"
    text = " ".join(str(error).split())
    if isinstance(error, IgnoreRequest):
        return text or "left out by a middleware"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def means_absent(error: BaseException | None) -> bool:
    """Whether a site says by this error that there is no such page (RFC 9110, 15.5.5 and 15.5.11)."""
    return isinstance(error, HttpError) and error.response.status in _ABSENT
