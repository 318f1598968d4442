"""RobotsTxtFailureMiddleware: a robots.txt that cannot be had is one line in the log."""

import logging

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    IgnoreRequest,
)
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from scraper.reasons import reason_of

_UNREACHED = (CannotResolveHostError, DownloadConnectionRefusedError)

logger = logging.getLogger(__name__)


class RobotsTxtFailureMiddleware:
    """Says in one line that a site's robots.txt cannot be fetched, where Scrapy logs a traceback.

    RobotsTxtMiddleware takes a failure for "all is allowed", and is silent about requests that
    were ignored; so that is what the failure becomes, once the retries are over.
    """

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Look for the requests that RobotsTxtMiddleware makes.

        Raises:
            IgnoreRequest: in the place of the exception.
        """
        is_robots = (
            request.callback is NO_CALLBACK
            and urlparse_cached(request).path == "/robots.txt"
        )
        if is_robots and not isinstance(exception, IgnoreRequest):
            reason = reason_of(exception)
            # Of a host that cannot be reached the page itself tells.
            unreached = isinstance(exception, _UNREACHED)
            logger.log(
                logging.INFO if unreached else logging.WARNING,
                "%s cannot be had, so all is allowed: %s",
                request.url,
                reason,
            )
            raise IgnoreRequest(reason) from exception
