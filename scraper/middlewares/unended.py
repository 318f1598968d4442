"""UnendedBodyMiddleware: where a document ends too early, its length proves nothing."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import HtmlResponse, Response
from scrapy.utils.httpobj import urlparse_cached

from scraper.middlewares.compression import is_success
from scraper.politeness.endings import Endings

SEEN = "unended_size"
"""The key of `Request.meta` for the bytes of an answer that may have been cut off."""

REACH = 2**12
"""Bytes at the beginning in which the tag of the document is looked for."""


class UnendedBodyMiddleware:
    """Doubts an HTML document that has a beginning, and no end.

    Where a response ends with its connection, nobody can say whether it is whole (RFC 9112, 6.3): a server that dies
    looks like one that is done. The same holds where more came than the Content-Length
    (both are flagged `partial`). And a length that fits may be that of the part that some proxy
    was given, so that it proves little where the host ends all its other documents. What is in
    doubt is retried as a body short of its length is; see Endings for what is believed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._strict = crawler.settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._hosts: dict[str, Endings] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read DOWNLOAD_FAIL_ON_DATALOSS."""
        return cls(crawler)

    def process_response(
        self, request: Request, response: Response
    ) -> Request | Response:
        """Look at the end of the document.

        Raises:
            ResponseDataLossError: it is missing, no attempt is left, and no length says that the document is whole.
        """
        if not (isinstance(response, HtmlResponse) and is_success(response)):
            return response
        host = urlparse_cached(response).netloc
        endings = self._hosts.setdefault(host, Endings())
        if has_end(response.body):
            endings.ended += 1
            return response
        strict = request.meta.get("download_fail_on_dataloss", self._strict)
        if not strict or b"<html" not in response.body[:REACH].lower():
            return response
        return self._doubt(request, response, endings)

    def _doubt(
        self, request: Request, response: Response, endings: Endings
    ) -> Request | Response:
        size, is_certain = len(response.body), "partial" not in response.flags
        is_same = request.meta.get(SEEN) == size
        if endings.believe(is_same=is_same, is_certain=is_certain):
            endings.unended += 1
            return response
        loss = ResponseDataLossError("the document ends before its </html>")
        retry = self._crawler.get_downloader_middleware(RetryMiddleware)
        again = retry.process_exception(request, loss) if retry else None
        if again is not None:
            again.meta[SEEN] = size
            return again
        endings.unended += 1
        # It never came otherwise: many a page is written so. One that is cut is told by its few articles (pages/short).
        if is_certain and is_same:
            return response
        raise loss


def has_end(body: bytes) -> bool:
    """Whether an HTML document has its end tag; what follows it does not matter."""
    # From behind, where it mostly is; written otherwise, it is looked for only there.
    return (
        body.rfind(b"</html") >= 0
        or body.rfind(b"</HTML") >= 0
        or b"</html" in body[-REACH:].lower()
    )
