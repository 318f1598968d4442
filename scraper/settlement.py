"""Settlement: every page handed out is settled once, by what the crawl's signals say became of it."""

import logging
from time import monotonic

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper import signals as own_signals
from scraper.frontier import FailedPage, Frontier, Page
from scraper.items import TopicPage
from scraper.middlewares import BackoffRetryMiddleware
from scraper.pagination import IndexPage
from scraper.reasons import reason_of
from scraper.storage import StorageError

LOST_AFTER = 5.0
"""Seconds after which an idle engine shows that the pages in flight will never come back."""

NOTHING_RETURNED = (
    "a pipeline has returned nothing: it must return the item, or raise DropItem"
)

logger = logging.getLogger(__name__)


def attempts_of(request: Request | None) -> int:
    """How many requests were made for a page, retries included."""
    return int(request.meta.get("retry_times", 0)) + 1 if request else 1


class Settlement:
    """Keeps a crawl's frontier true to what happens: each page ends up done, failed or absent.

    The spider reports what it learns itself; all else (items stored, dropped or broken
    in a pipeline, callbacks that raise, requests that some component swallows) comes by
    signal. The counts go to the stats as `pages/...` and `articles/...`.
    """

    def __init__(self, frontier: Frontier) -> None:
        self.frontier = frontier
        self._index_open = True
        self._index_requested: IndexPage | None = None
        self._idle_since: float | None = None
        self._closed = False

    def connect(self, crawler: Crawler) -> None:
        """Listen to the signals of `crawler`."""
        self._crawler = crawler
        for receiver, signal in (
            (self._item_scraped, signals.item_scraped),
            (self._item_dropped, signals.item_dropped),
            (self._item_error, signals.item_error),
            (self._spider_error, signals.spider_error),
            (self._request_dropped, signals.request_dropped),
            (self._scheduler_empty, signals.scheduler_empty),
            (self._host_given_up, own_signals.host_given_up),
        ):
            crawler.signals.connect(receiver, signal)

    @property
    def is_complete(self) -> bool:
        """Whether the index is read and every page known is settled."""
        return not self._index_open and self.frontier.finished

    # what the spider reports

    def index_not_needed(self, url: str) -> None:
        """The frontier has its pages without the index at `url`, or knows why nobody could have that."""
        self._index_open = False
        if self.frontier.index_error:
            self.index_failed(url, 0, self.frontier.index_error)

    def index_requested(self, page: IndexPage) -> None:
        """A page of the index is on its way."""
        self._index_open = True
        self._index_requested = page

    def index_handed_on(self) -> None:
        """The index goes to a queue, if it was not there before: whoever takes it from there is to settle it."""
        self._index_open = False

    def index_read(self, url: str, pages: int, offsite: int) -> None:
        """All `pages` of the index at `url` were read: the frontier has their topics, `offsite` links led elsewhere."""
        self._index_open = False
        count, aside = len(self.frontier.topics), f" ({pages} pages)" * (pages > 1)
        logger.info("Found %d topics at %s%s", count, url, aside)
        self._crawler.stats.set_value("topics/found", count)
        self._crawler.stats.set_value("topics/offsite", offsite)

    def index_failed(self, url: str, attempts: int, reason: str) -> None:
        """The index could not be had, or its page at `url`: the topics of that and of further ones are missing."""
        self._index_open = False
        self.frontier.index_failed(url, attempts=attempts, reason=reason)
        self._crawler.stats.inc_value("pages/failed")
        logger.error("The index %s failed: %s", url, reason)

    def page_failed(self, page: Page, request: Request | None, reason: str) -> None:
        """`page` could not be had."""
        if not self.frontier.is_in_flight(page):
            return
        failure = self.frontier.failed(
            page, attempts=attempts_of(request), reason=reason
        )
        self._crawler.stats.inc_value("pages/failed")
        self._log(failure)

    def page_absent(self, page: Page, request: Request | None, reason: str) -> None:
        """The site has no such page."""
        if not self.frontier.is_in_flight(page):
            return
        self.frontier.absent(page, attempts=attempts_of(request), reason=reason)

    def close(self) -> None:
        """Decide on the absent pages, and leave each topic's account in the stats; once, whoever asks first."""
        if self._closed:
            return
        self._closed = True
        stats = self._crawler.stats
        for failure in self.frontier.close_accounts():
            stats.inc_value("pages/failed")
            self._log(failure)
        short = sum(len(topic.short) for topic in self.frontier.topics)
        stats.set_value("pages/short", short)
        for topic in self.frontier.topics:
            for count in ("expected", "done", "failed", "past_end"):
                stats.set_value(
                    f"topics/{topic.name}/pages/{count}", getattr(topic, count)
                )
            for count in ("seen", "unique", "duplicates"):
                stats.set_value(
                    f"topics/{topic.name}/articles/{count}", getattr(topic, count)
                )

    # what signals tell

    def _item_scraped(self, item: object, response: Response | None) -> None:
        request = response.request if response is not None else None
        if item is None and request and (page := request.cb_kwargs.get("page")):
            self.page_failed(page, request, NOTHING_RETURNED)
        if not isinstance(item, TopicPage) or not self.frontier.is_in_flight(item.page):
            return
        unique, duplicates = len(item.articles), item.duplicates or 0
        self.frontier.done(
            item.page, seen=item.seen, unique=unique, duplicates=duplicates
        )
        stats = self._crawler.stats
        stats.inc_value("pages/done")
        stats.inc_value("articles/seen", item.seen)
        stats.inc_value("articles/unique", unique)
        stats.inc_value("articles/duplicates", duplicates)

    def _item_dropped(self, item: object, exception: DropItem) -> None:
        if isinstance(item, TopicPage):
            self.page_failed(item.page, None, f"dropped by a pipeline: {exception}")

    def _item_error(self, item: object, failure: Failure) -> None:
        if isinstance(failure.value, StorageError):
            return  # the page is not lost but left, for when the database is back
        if isinstance(item, TopicPage):
            self.page_failed(
                item.page, None, f"error in a pipeline: {reason_of(failure.value)}"
            )

    def _spider_error(self, failure: Failure, response: Response | None) -> None:
        request = response.request if response is not None else None
        if request is None:
            return
        reason = f"error in the spider: {reason_of(failure.value)}"
        if page := request.cb_kwargs.get("page"):
            self.page_failed(page, request, reason)
        elif self._index_open:
            self.index_failed(request.url, attempts_of(request), reason)

    def _request_dropped(self, request: Request) -> None:
        if page := request.cb_kwargs.get("page"):
            self.page_failed(page, request, "dropped by the scheduler")

    def _scheduler_empty(self) -> None:
        """Notice the pages that a middleware swallowed: in flight, while the engine has nothing in work."""
        engine = self._crawler.engine
        slot = engine.scraper.slot
        is_busy = engine.downloader.active or slot is None or not slot.is_idle()
        if is_busy or self._retries_wait or self.is_complete:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = monotonic()
        elif monotonic() - self._idle_since >= LOST_AFTER:
            self._idle_since = None
            self._settle_lost()

    @property
    def _retries_wait(self) -> bool:
        """Whether requests wait for their time outside of scheduler and downloader."""
        retries = self._crawler.get_downloader_middleware(BackoffRetryMiddleware)
        return retries is not None and bool(retries.waiting)

    def _host_given_up(self, reason: str, is_last: bool) -> None:
        """The pages that are left are not to be had, if no other host answers: else each fails that is this one's."""
        if not is_last:
            return
        lost = self.frontier.give_up(reason)
        self._crawler.stats.inc_value("pages/failed", lost)
        for page in self.frontier.in_flight:
            self.page_failed(page, None, reason)
        if lost:
            logger.error("%d pages that were not tried any more are failed", lost)

    def _settle_lost(self) -> None:
        reason = (
            "the request was swallowed: a middleware neither sent it nor said why not"
        )
        if self._index_open and self._index_requested:
            self.index_failed(self._index_requested.url, 0, reason)
        for page in self.frontier.in_flight:
            self.page_failed(page, None, reason)

    @staticmethod
    def _log(failure: FailedPage) -> None:
        if not failure.topic:
            logger.error("The index %s failed: %s", failure.url, failure.reason)
            return
        logger.warning(
            "Page %s of %r failed after %d attempt(s): %s (%s)",
            "1" if failure.number is None else failure.number,
            failure.topic,
            failure.attempts,
            failure.reason,
            failure.url,
        )
