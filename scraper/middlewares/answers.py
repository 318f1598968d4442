"""What an answer, or none, says of the host that should give it."""

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)

FAILURES = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    OSError,
)
"""The exceptions that say that the host did not answer."""

ANSWERS = (DownloadCancelledError, ResponseDataLossError)
"""The exceptions that say that it did: a body is too large, or was cut off."""

PATIENCE = 3
"""Failures of one request, back-off between them, that show more than a page that fails at first."""


def is_failure(status: int) -> bool:
    """Whether a status says that the host, and not this page, is in trouble."""
    return status >= 500 or status == 429


def has_failed_again(request: Request, retry_times: int) -> bool:
    """Whether a request that failed has done so several times, or has no attempt left of its `retry_times` + 1."""
    attempt: int = request.meta.get("retry_times", 0) + 1
    attempts: int = request.meta.get("max_retry_times", retry_times) + 1
    if request.meta.get("dont_retry"):
        attempts = 1
    return attempt >= min(PATIENCE, attempts)
