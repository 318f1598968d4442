"""SharedQueueMiddleware: the requests wait in a queue that workers share, scrapy-redis's, not in the frontier."""

import asyncio
from time import monotonic
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest, NotConfigured

from scraper.exceptions import ConfigurationError
from scraper.frontier import Page
from scraper.frontier.queued import QueuedFrontier
from scraper.retries import PUT_BY
from scraper.spiders.topics import TopicsSpider

TOPIC = "queued_topic"
"""The key in a request's `meta` of the TopicNote that goes along with its page."""

AT_ONCE = 50
"""Pages handed on in one go; the event loop has a turn after each."""


class SharedQueueMiddleware:
    """Hands every page on to the queue as soon as it is known, and takes over what comes from there.

    Only where SCHEDULER is one of scrapy-redis. Any worker may then fetch any page. The
    dupefilter sees to it that each is queued once, the index too. A worker without
    anything to do ends after `patience` seconds (scrapy-redis's setting
    MAX_IDLE_TIME_BEFORE_CLOSE).
    """

    def __init__(
        self, crawler: Crawler, spider: TopicsSpider, patience: float = 0.0
    ) -> None:
        self._crawler = crawler
        self._spider = spider
        self._patience = patience
        self._idle_since: float | None = None
        self._handing_on: asyncio.Handle | None = None
        self._frontier = QueuedFrontier(self._news)
        spider.use_frontier(self._frontier)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read SCHEDULER, CRAWL_DB and MAX_IDLE_TIME_BEFORE_CLOSE.

        Raises:
            ConfigurationError: there is a crawl database, which has a queue of its own.
        """
        settings, spider = crawler.settings, crawler.spider
        is_redis = str(settings["SCHEDULER"]).startswith("scrapy_redis.")
        if not is_redis or not isinstance(spider, TopicsSpider):
            raise NotConfigured
        if settings["CRAWL_DB"] != "":
            raise ConfigurationError(
                f"SCHEDULER = {settings['SCHEDULER']!r} has its own queue, and so has the crawl database: "
                "turn that off (CRAWL_DB = '')"
            )
        patience = settings.getfloat("MAX_IDLE_TIME_BEFORE_CLOSE")
        middleware = cls(crawler, spider, patience)
        for receiver, signal in (
            (middleware.request_scheduled, signals.request_scheduled),
            (middleware.spider_idle, signals.spider_idle),
            (middleware.spider_closed, signals.spider_closed),
        ):
            crawler.signals.connect(receiver, signal)
        return middleware

    def request_scheduled(self, request: Request) -> None:
        """Give a page that goes to the queue its topic along, and let the dupefilter see what is no retry."""
        if request.callback is None:
            return
        if request.callback == self._spider.parse_index:
            self._spider.settlement.index_handed_on()
        if not (request.meta.get("retry_times") or PUT_BY in request.meta):
            request.dont_filter = False
        page = request.cb_kwargs.get("page")
        if isinstance(page, Page) and self._frontier.is_in_flight(page):
            request.meta[TOPIC] = self._frontier.hand_on(page)

    def process_request(self, request: Request) -> None:
        """Take over the index or a page that comes from the queue.

        Raises:
            IgnoreRequest: this worker has it in flight.
        """
        self._idle_since = None
        if request.callback == self._spider.parse_index:
            index_page = request.cb_kwargs["index_page"]
            self._spider.settlement.index_requested(index_page)
        note = request.meta.pop(TOPIC, None)
        if note is not None:
            try:
                page = self._frontier.take_on(request.cb_kwargs["page"], note)
            except ValueError as error:
                raise IgnoreRequest(str(error)) from None
            request.cb_kwargs["page"] = page

    def spider_idle(self) -> None:
        """Wait for pages to be handed on, and for those of other workers.

        Raises:
            DontCloseSpider: there may be something to do yet.
        """
        if self._idle_since is None:
            self._idle_since = monotonic()
        if self._frontier.has_waiting:
            self._news()
            raise DontCloseSpider
        if monotonic() - self._idle_since < self._patience:
            raise DontCloseSpider

    def spider_closed(self) -> None:
        """Hand on no more."""
        if self._handing_on is not None:
            self._handing_on.cancel()

    def _news(self) -> None:
        if self._handing_on is None:
            loop = asyncio.get_running_loop()
            self._handing_on = loop.call_soon(self._hand_on)

    def _hand_on(self) -> None:
        self._handing_on = None
        engine = self._crawler.engine
        assert engine is not None  # there are pages only while it runs
        for _ in range(AT_ONCE):
            page = self._frontier.next_page()
            if page is None:
                return
            engine.crawl(self._spider.request_for(page))
        self._news()
