"""UnendedBodyMiddleware: where nothing tells the end of a body, the document must."""

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import HtmlResponse, Response
from scrapy.utils.httpobj import urlparse_cached

from scraper.middlewares.compression import is_success

SEEN = "unended_size"
"""The key of `Request.meta` for the bytes of an answer that may have been cut off."""

REACH = 2**12
"""Bytes at the beginning and at the end in which the tags of the document are looked for."""


class UnendedBodyMiddleware:
    """Doubts an HTML document that has a beginning, and no end, in a response that ends with its connection.

    Such a response (flagged `partial`) has neither a Content-Length nor chunks, so that nobody can say whether it is
    whole (RFC 9112, 6.3): a server that dies looks like one that is done. It is retried as a
    body short of its length is. Of a host that was never seen to end a document it is
    believed when it is of the same size once more.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._strict = crawler.settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")
        self._hosts: set[str] = set()
        """Those that end their documents."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read DOWNLOAD_FAIL_ON_DATALOSS."""
        return cls(crawler)

    def process_response(
        self, request: Request, response: Response
    ) -> Request | Response:
        """Look at the end of the document.

        Raises:
            ResponseDataLossError: it is missing, and no attempt is left.
        """
        host = urlparse_cached(response).netloc
        is_doubtful = "partial" in response.flags
        if not is_doubtful and host in self._hosts:
            return response
        if not (isinstance(response, HtmlResponse) and is_success(response)):
            return response
        if b"</html" in response.body[-REACH:].lower():
            self._hosts.add(host)
        elif is_doubtful and b"<html" in response.body[:REACH].lower():
            return self._doubt(request, response, host)
        return response

    def _doubt(
        self, request: Request, response: Response, host: str
    ) -> Request | Response:
        size = len(response.body)
        strict = request.meta.get("download_fail_on_dataloss", self._strict)
        is_usual = host not in self._hosts and request.meta.get(SEEN) == size
        if not strict or is_usual:
            return response
        loss = ResponseDataLossError("the connection ended before the document did")
        retry = self._crawler.get_downloader_middleware(RetryMiddleware)
        again = retry.process_exception(request, loss) if retry else None
        if again is None:
            raise loss
        again.meta[SEEN] = size
        return again
