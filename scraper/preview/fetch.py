"""Fetching single pages in the course of a look at a site, each once."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from scraper.reasons import reason_of

SUCCESS = range(200, 300)


class CannotFetchError(Exception):
    """A page could not be had; the message says why, in one line."""


class Fetch:
    """Fetches pages through the downloader and the downloader middlewares of a running crawl.

    No URL is requested twice: what came for it before is given again, errors too.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._known: dict[str, Response | CannotFetchError] = {}

    @property
    def count(self) -> int:
        """How many pages were asked for."""
        return len(self._known)

    def has(self, url: str) -> bool:
        """Whether a page was asked for before, so that it costs no request."""
        return url in self._known

    async def __call__(self, url: str) -> Response:
        """Return the response for `url`, after redirects.

        Raises:
            CannotFetchError: there is none, or its status is not of success.
        """
        if url not in self._known:
            self._known[url] = await self._fetched(url)
        known = self._known[url]
        if isinstance(known, CannotFetchError):
            raise known
        return known

    async def _fetched(self, url: str) -> Response | CannotFetchError:
        engine = self._crawler.engine
        try:
            response = await engine.download_async(Request(url, dont_filter=True))
        except Exception as error:  # noqa: BLE001 - told to the user, whatever a middleware raises
            return CannotFetchError(reason_of(error))
        if response.status not in SUCCESS:
            return CannotFetchError(reason_of(HttpError(response)))
        return response
