"""Scrapy's side: a request becomes a message, messages become signals and a response."""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import nullcontext
from typing import TYPE_CHECKING

from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import DownloadCancelledError, NotConfigured
from scrapy.utils.asyncio import is_asyncio_available

from scraper.signals import grace_over, stalled, stopping

from .config import DownloaderConfig
from .conversation import Conversation, DataLoss
from .fetches import fetch_of, host_of
from .pool import Pool

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)


class ThreadedDownloadHandler(BaseDownloadHandler):
    """A download handler for http and https that fetches in threads of its own.

    Each thread runs an event loop with connections of aiohttp. They start with the first request and end
    with `close`. Everything of Scrapy's, signals and log records included, stays on Scrapy's
    thread.

    Raises NotConfigured if Scrapy does not run on asyncio, ConfigurationError for a wrong setting.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        if not is_asyncio_available():
            raise NotConfigured(
                "ThreadedDownloadHandler needs Scrapy to run on asyncio."
            )
        super().__init__(crawler)
        self._config = DownloaderConfig.from_settings(crawler.settings)
        self._keys = itertools.count(1)
        self._data_loss = DataLoss(fail=self._config.fail_on_dataloss)
        limit = self._config.connection_limit
        self._turns = asyncio.Semaphore(limit) if limit else nullcontext()
        self._pool: Pool | None = None
        self._closed = self._stops = False
        crawler.signals.connect(self._stalled, stalled)
        crawler.signals.connect(self._stopping, stopping)
        crawler.signals.connect(self._grace_over, grace_over)

    async def download_request(self, request: Request) -> Response:
        """Return the response to `request`.

        Raises the exceptions that Scrapy documents for download handlers, StopDownload of a signal
        handler with `fail=True`, HostPausedError of one, and ValueError for a request that can not be put on the wire.
        """
        # Waiting for a turn is not part of the download: its clock starts in the worker.
        async with self._turns:
            if self._stops:
                raise DownloadCancelledError(f"The crawl stops; {request} was not sent")
            fetch = fetch_of(request, next(self._keys), self._config, self.crawler)
            conversation = Conversation(request, fetch, self.crawler, self._data_loss)
            if self._config.connection_limit:
                conversation.ask_leave()
            pool = self._open_pool()
            inbox = pool.begin(fetch, host_of(request))
            try:
                return await conversation.follow(inbox, lambda: pool.proceed(fetch.id))
            finally:
                pool.end(fetch.id)

    async def close(self) -> None:
        """End the threads, in DOWNLOADER_CLOSE_TIMEOUT seconds at most."""
        self._closed = True
        if self._pool is None:
            return
        self._pool.stop()
        left = await self._pool.wait_ended(self._config.close_timeout)
        if left:
            logger.error(
                "%d downloader threads did not end in time; they are left alone", left
            )

    def _stalled(self) -> None:
        """Break off what is stuck: as a timeout, so that it is tried again."""
        if self._pool is not None:
            self._pool.drop("timeout", "The crawl stood still")

    def _stopping(self) -> None:
        """Begin no more downloads, not even those that wait for their turn."""
        self._stops = True

    def _grace_over(self) -> None:
        """Break off what is in flight: the crawl stops."""
        if self._pool is not None:
            self._pool.drop("cancelled", "The crawl stops")

    def _open_pool(self) -> Pool:
        if self._closed:
            raise DownloadCancelledError("The downloader is closed")
        if self._pool is None:
            self._pool = Pool(self._config, asyncio.get_running_loop())
        return self._pool
