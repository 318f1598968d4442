"""QuickMetaRefreshMiddleware: most pages need not be decoded to see that they lead nowhere else."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.http import Response, TextResponse

SCANNED = 4096
"""Characters at the beginning that Scrapy looks at."""

_MOST_BYTES = 4
"""Of a character in UTF-8."""


class QuickMetaRefreshMiddleware(MetaRefreshMiddleware):
    """Scrapy's, asked only where a page may refresh itself.

    Scrapy decodes each page for this, and a response keeps its text as long as it lives: four bytes a character, if
    there is one emoji in it.
    """

    def process_response(  # type: ignore[override]  # Scrapy passes no spider any more
        self, request: Request, response: Response
    ) -> Request | Response:
        """Redirect, if a `meta` element says so."""
        if not may_refresh(response):
            return response
        return super().process_response(request, response)


def may_refresh(response: Response) -> bool:
    """Whether the beginning of a page may hold `http-equiv="refresh"`, with or without character references."""
    if not isinstance(response, TextResponse) or response.encoding != "utf-8":
        return True
    beginning = response.body[:SCANNED]
    if not beginning.isascii():
        beginning = response.body[: SCANNED * _MOST_BYTES]
    beginning = beginning.lower()
    return b"refresh" in beginning or b"&#" in beginning
