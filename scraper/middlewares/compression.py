"""StrictCompressionMiddleware: decodes bodies, and takes none for a page that is not whole."""

import logging
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest, NotConfigured, ResponseDataLossError
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

from scraper.middlewares.decoding import CODINGS, BrokenBodyError, TooLargeError, decode

NO_CODING = ("", "identity")

logger = logging.getLogger(__name__)


class StrictCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression (its settings, headers and stats), strict and bounded.

    A body that is incomplete, corrupt or not of the coding that its header names is a
    failed download, as one short of its Content-Length is: it is retried by the rules of
    RetryMiddleware. With DOWNLOAD_FAIL_ON_DATALOSS off (or meta `download_fail_on_dataloss`) what could be decoded
    passes, flagged `dataloss`. A body that grows over DOWNLOAD_MAXSIZE (meta `download_maxsize`) fails at once.
    Of a response that is no success the status alone matters: its body, if broken, is dropped.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._crawler = crawler
        self._maxsize = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._warnsize = crawler.settings.getint("DOWNLOAD_WARNSIZE")
        self._strict = crawler.settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read COMPRESSION_ENABLED, DOWNLOAD_MAXSIZE, DOWNLOAD_WARNSIZE and DOWNLOAD_FAIL_ON_DATALOSS."""
        if not crawler.settings.getbool("COMPRESSION_ENABLED"):
            raise NotConfigured
        return cls(crawler)

    def process_response(  # type: ignore[override]  # Scrapy passes no spider any more
        self, request: Request, response: Response
    ) -> Request | Response:
        """Decode the body.

        Raises:
            IgnoreRequest: it is too large.
            ResponseDataLossError: it is broken, and so it was at every attempt.
        """
        codings = codings_of(response)
        if request.method == "HEAD" or not codings:
            return response
        try:
            return self._decoded(request, response, codings)
        except BrokenBodyError as error:
            return self._broken(request, response, error)
        except TooLargeError as error:
            return self._too_large(request, response, error)

    def _decoded(
        self, request: Request, response: Response, codings: list[str]
    ) -> Response:
        maxsize = int(request.meta.get("download_maxsize", self._maxsize) or 0)
        body = response.body
        while codings and codings[-1] in CODINGS:
            body = decode(body, codings.pop(), maxsize)
        if codings:
            logger.warning(
                "The body of %s is left as it is: unknown coding %s",
                response,
                ", ".join(codings),
            )
        self._warn(request, response, len(body))
        return self._with_body(response, body, codings)

    def _with_body(
        self, response: Response, body: bytes, codings: list[str]
    ) -> Response:
        """The response with another body, of the class that this body asks for."""
        self._count(len(body))
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        if codings:
            headers["Content-Encoding"] = ", ".join(codings)
        cls = responsetypes.from_args(headers=headers, url=response.url, body=body)
        if issubclass(cls, TextResponse):
            # Guessed anew: the encoding guessed before was that of the bytes as they came.
            return response.replace(cls=cls, headers=headers, body=body, encoding=None)
        return response.replace(cls=cls, headers=headers, body=body)

    def _broken(
        self, request: Request, response: Response, error: BrokenBodyError
    ) -> Request | Response:
        if not is_success(response):
            return self._with_body(response, b"", [])
        strict = request.meta.get("download_fail_on_dataloss", self._strict)
        if not strict or "download_stopped" in response.flags:
            lossy = self._with_body(response, error.decoded, [])
            return lossy.replace(flags=[*response.flags, "dataloss"])
        error.decoded = b""
        loss = ResponseDataLossError(str(error))
        retry = self._crawler.get_downloader_middleware(RetryMiddleware)
        again = retry.process_exception(request, loss) if retry else None
        if again is None:
            raise loss
        return again

    def _too_large(
        self, request: Request, response: Response, error: TooLargeError
    ) -> Response:
        if not is_success(response):
            return self._with_body(response, b"", [])
        maxsize = request.meta.get("download_maxsize", self._maxsize)
        reason = (
            f"the body of {response} decodes from {len(response.body)} to at least {error.size} bytes,"
            f" more than DOWNLOAD_MAXSIZE ({maxsize})"
        )
        logger.warning("Ignored a response: %s", reason)
        raise IgnoreRequest(reason) from error

    def _warn(self, request: Request, response: Response, size: int) -> None:
        warnsize = int(request.meta.get("download_warnsize", self._warnsize) or 0)
        if len(response.body) < warnsize <= size:
            logger.warning(
                "The body of %s decodes to %d bytes, more than DOWNLOAD_WARNSIZE (%d)",
                response,
                size,
                warnsize,
            )

    def _count(self, size: int) -> None:
        if self.stats:
            self.stats.inc_value("httpcompression/response_bytes", size)
            self.stats.inc_value("httpcompression/response_count")


def codings_of(response: Response) -> list[str]:
    """The codings of a body in the order they were applied, without those that change nothing."""
    fields = response.headers.getlist("Content-Encoding")
    names = (
        name.strip().lower()
        for field in fields
        for name in field.decode("latin-1").split(",")
    )
    return [name for name in names if name not in NO_CODING]


def is_success(response: Response) -> bool:
    """Whether the body of a response is what was asked for (2xx)."""
    return 200 <= response.status < 300
