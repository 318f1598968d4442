"""FairShare: a worker does its part of what all workers of a crawl together may, and tells them what hosts ask for."""

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper import signals as own_signals
from scraper.crawl_store import Beat
from scraper.frontier.leasing import BATCH
from scraper.frontier.shared import SharedFrontier
from scraper.politeness.share import share_of

LEAST_BATCH = 4
"""Pages leased at once, at least."""

logger = logging.getLogger(__name__)


class FairShare:
    """Divides CONCURRENT_REQUESTS by the workers that are alive, and passes pauses on. See PolitenessMiddleware too.

    A worker leases no more than twice what it may have under way, so that at the end
    none sits on pages that others could fetch. With more workers than requests at once
    (to a host, CONCURRENT_REQUESTS_PER_DOMAIN), the last ones wait until they are needed.
    """

    def __init__(self, crawler: Crawler, frontier: SharedFrontier) -> None:
        self._crawler = crawler
        self._frontier = frontier
        self._total = crawler.settings.getint("CONCURRENT_REQUESTS")
        self._per_host = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._workers = 1
        connect = crawler.signals.connect
        connect(self._heartbeat, own_signals.heartbeat)
        connect(self._host_paused, own_signals.host_paused)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read CONCURRENT_REQUESTS and CONCURRENT_REQUESTS_PER_DOMAIN.

        Raises:
            NotConfigured: the crawl is not shared.
        """
        frontier = getattr(crawler.spider, "frontier", None)
        if not isinstance(frontier, SharedFrontier):
            raise NotConfigured
        return cls(crawler, frontier)

    def _heartbeat(self, beat: Beat) -> None:
        total = share_of(self._total, beat.workers, beat.place)
        per_host = share_of(self._per_host, beat.workers, beat.place)
        stands_by = (not total and self._total) or (not per_host and self._per_host)
        self._frontier.batch = 0 if stands_by else self._batch(total)
        if stands_by or not beat.on_time:
            self._frontier.put_back()
        if self._total:  # 0: there is no limit
            self._crawler.engine.downloader.total_concurrency = max(1, total)
        if beat.workers != self._workers:
            self._workers = beat.workers
            logger.info(
                "%d workers at this crawl: this one has %d of %d requests at once",
                beat.workers,
                0 if stands_by else total,
                self._total,
            )

    def _batch(self, total: int) -> int:
        """How many pages to lease at once, when `total` requests may be under way."""
        return min(BATCH, max(LEAST_BATCH, 2 * total)) if total else BATCH

    def _host_paused(self, host: str, seconds: float) -> None:
        self._frontier.store.pause_host(host, seconds)
