"""The `topics` spider: from a site's index to its topics, and from each topic to all of its pages."""

from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from scraper import scrapys_settings
from scraper.closing import Closing
from scraper.components import complete
from scraper.crawl_store import CrawlStore
from scraper.frontier import Frontier, MemoryFrontier, Page
from scraper.frontier.shared import SharedFrontier
from scraper.frontier.stored import StoredFrontier
from scraper.items import TopicPage
from scraper.memory import share_heap
from scraper.outcome import INTERRUPTED
from scraper.pagination import IndexPage
from scraper.reasons import means_absent, reason_of
from scraper.retries import delayed_retry
from scraper.settlement import Settlement, attempts_of
from scraper.site import SiteProfile, read_sites
from scraper.spiders.arguments import Arguments
from scraper.spiders.checks import NO_ARTICLE, NotAPageError, why_no_article
from scraper.spiders.discovery import Discovery
from scraper.spiders.index import NO_TOPIC, IndexReader, NoTopicError
from scraper.spiders.reading import PageReader, ReadPage
from scraper.spiders.room import Room, make_room

LOOKS = 3
"""Attempts at a page of the index after which one without topics is no accident."""

FIRST_AGAIN = "shows the articles of the topic's first page again: is page_param or page_url right?"


class TopicsSpider(Spider):
    """Crawls one site: every page of every topic of its index, the topics in turn.

    Arguments (`-a`): `site=NAME`, a profile in SITES (default: the setting SITE);
    `url=URL`, the index to start from instead of the profile's; `pages=FILE`, a list of
    failed pages (FAILED_PAGES), to crawl just these; `fresh=1`, to begin anew where an
    unfinished crawl would go on; `only=new`, for the articles that no earlier crawl of
    the site had: a topic ends at a page of which all is known.
    """

    name = "topics"

    def __init__(
        self,
        site: SiteProfile,
        arguments: Arguments,
        reader: PageReader,
        room: Room,
        closing: Closing,
    ) -> None:
        domains = [domain.removeprefix("www.") for domain in site.allowed_domains]
        super().__init__(allowed_domains=domains)
        self.site = site
        self.arguments = arguments
        self.store: CrawlStore | None = None
        self.frontier: Frontier = MemoryFrontier()
        self.settlement = Settlement(self.frontier)
        self._reader = reader
        self._room = room
        self._index = IndexReader(site, self.frontier)
        self._discovery = Discovery(site, self.frontier)
        self._closing = closing

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **kwargs: Any) -> Self:
        """Build the spider from the settings SITES, SITE and MARKUP_* and its arguments.

        Raises:
            ConfigurationError: the profile or an argument is wrong.
        """
        settings, arguments = crawler.settings, Arguments.parse(kwargs)
        sites, name = read_sites(settings), arguments.site or settings["SITE"]
        site = SiteProfile.from_settings(sites, name, arguments.url)
        reader = PageReader.from_settings(settings, site)
        # Of topics that may end at any page, none is asked for too soon.
        ahead = 0 if arguments.only_new else settings.getint("CONCURRENT_REQUESTS")
        room = Room(crawler, ahead)
        share_heap()  # the threads that download and store start after this
        closing = Closing(crawler)
        spider = super().from_crawler(crawler, site, arguments, reader, room, closing)
        spider.settlement.connect(crawler)
        crawler.signals.connect(room.look, signals.scheduler_empty)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Make room for the answers to all requests at once, and add what of the project a setting leaves out.

        Raises:
            ConfigurationError: one of Scrapy's settings has no value of its type, or means nothing here.
        """
        super().update_settings(settings)
        scrapys_settings.check(settings)
        complete(settings)
        make_room(settings)

    def use_database(self, store: CrawlStore) -> None:
        """Have the frontier in the crawl database, with what an unfinished crawl left there."""
        self.store = store
        frontier = SharedFrontier if store.options.shared else StoredFrontier
        self.use_frontier(frontier(store, self._room.look))

    def use_frontier(self, frontier: Frontier) -> None:
        """Take the pages from `frontier`; to be called before the crawl begins."""
        self.frontier = self.settlement.frontier = frontier
        self._index = IndexReader(self.site, frontier)
        self._discovery = Discovery(self.site, frontier)

    async def start(self) -> AsyncIterator[Request]:
        """Yield the index, then page after page as the engine has room for them.

        In the scheduler wait about as many pages as there may be requests at once (see Room), so that
        memory does not grow with the site
        (https://docs.scrapy.org/en/latest/topics/spiders.html, "Delaying start request iteration").
        """
        if self.frontier.only_finishes:
            await self._only_finish()
            return
        if await self._needs_index():
            first = IndexPage(self.site.index)
            yield self._index_request(self.frontier.take_index_left() or first)
        else:
            self.settlement.index_not_needed(self.site.index)
        while not self.settlement.is_complete:
            if left := self.frontier.take_index_left():
                yield self._index_request(left)
            elif self._room.is_left and (page := self.frontier.next_page()):
                yield self.request_for(page)
            else:
                await self._room.change()

    async def _needs_index(self) -> bool:
        listed = self.arguments.listed
        if listed is not None and isinstance(self.frontier, MemoryFrontier):
            self._discovery.add_listed(self.frontier, listed)
            return False
        return await self.frontier.needs_index()

    async def _only_finish(self) -> None:
        """See whether the workers of a fleet have left something undone; nothing is fetched."""
        if await self.frontier.sees_end():
            self.settlement.index_not_needed(self.site.index)
            return
        self._closing(self.settings.get("FLEET_REASON", INTERRUPTED))

    def _index_request(self, page: IndexPage) -> Request:
        self.settlement.index_requested(page)
        return Request(
            page.url,
            self.parse_index,
            errback=self.index_failed,
            dont_filter=True,
            cb_kwargs={"index_page": page},
        )

    def request_for(self, page: Page) -> Request:
        """The request for a page that the frontier handed out."""
        callback = self.parse_landing if page.number is None else self.parse_page
        return Request(
            page.url,
            callback,
            errback=self.page_failed,
            dont_filter=True,
            cb_kwargs={"page": page},
        )

    # what came back

    def parse_index(
        self, response: Response, index_page: IndexPage
    ) -> Iterable[Request]:
        """Read the topics off a page of the index, and ask for the next one.

        @index
        @topics 10
        @returns requests 0 1
        """
        try:
            read = self._reader.discovery(response)
            following = self._index.read(read, index_page)
        except NotAPageError as error:
            return self._try_index_again(index_page, response, error)
        read.document.discard()
        if following is not None:
            return [self._index_request(following)]
        self._index_ends_at(index_page)
        return []

    def parse_landing(
        self, response: Response, page: Page
    ) -> Iterable[TopicPage | Request]:
        """Read a topic's landing page: its pagination, and its articles if it is the first page.

        @page science
        @returns items 1 1
        """
        try:
            read = self._reader.discovery(response)
        except NotAPageError as error:
            return self._try_again(page, response, str(error))
        if read.redirected and self._is_index(read.url):
            reason = f"redirected to {read.url}, the index"
            return self._try_again(page, response, reason)
        landing = self._discovery.read_landing(read)
        if not self._reader.has_one_engine:
            read.document.discard()
            read = self._reader.articles(response)
        problem = why_no_article(
            read.document, self.site, expected=landing.is_first_of_many
        )
        again = self.request_for(page)
        if problem and (retry := self._retry(again, response, problem)):
            return [retry]
        if problem and not landing.is_first_of_many:
            # What came says nothing of the topic's pages: they are looked for when it is tried again.
            self.settlement.page_failed(page, response.request, problem)
            return []
        first = self._discovery.open_topic(page, landing, read)
        if first is None:
            return []
        response.cb_kwargs["page"] = first  # what signals tell of from now on
        if problem:
            self.settlement.page_failed(first, response.request, problem)
            return []
        return [self._item(first, read)]

    def parse_page(
        self, response: Response, page: Page
    ) -> Iterator[TopicPage | Request]:
        """Take a numbered page, and note how far it shows its topic to reach.

        It is parsed when its item is asked for: of responses that come together, one after the other has a tree.

        @page science?page=2 2
        @returns items 1 1
        @returns requests 0 0
        """
        self._room.look()
        yield from self._take_page(response, page)

    def _take_page(
        self, response: Response, page: Page
    ) -> Iterable[TopicPage | Request]:
        try:
            read = self._reader.articles(response)
        except NotAPageError as error:
            return self._try_again(page, response, str(error))
        expected = not self._discovery.is_only_page(page)
        problem = why_no_article(read.document, self.site, expected=expected)
        if problem and problem != NO_ARTICLE:
            return self._try_again(page, response, problem)
        if elsewhere := self._discovery.leads_elsewhere(page, read):
            return self._absent(page, response, elsewhere)
        if problem:
            return self._try_again(page, response, problem)
        if self._discovery.is_first_again(page, read):
            return self._try_again(page, response, FIRST_AGAIN)
        self._discovery.extend(page, read)
        return [self._item(page, read)]

    def page_failed(self, failure: Failure) -> None:
        """Account for a page that could not be fetched; one broken off because the crawl stops is left, not failed."""
        if self._is_stop(failure):
            return
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy's Scraper
        page: Page = request.cb_kwargs["page"]
        reason = reason_of(failure.value, request)
        if page.number is not None and means_absent(failure.value):
            self.settlement.page_absent(page, request, reason)
        else:
            self.settlement.page_failed(page, request, reason)

    def index_failed(self, failure: Failure) -> None:
        """Account for a page of the index that could not be fetched: it and those behind it are missing."""
        if self._is_stop(failure):
            return
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy's Scraper
        page: IndexPage = request.cb_kwargs["index_page"]
        if page.guessed and means_absent(failure.value):
            self._index.end()
            self._index_ends_at(page)
            return
        reason = reason_of(failure.value, request)
        self._index_lost(page, request.url, attempts_of(request), reason)

    def _is_index(self, url: str) -> bool:
        return url.rstrip("/") == self.site.index.rstrip("/")

    def _is_stop(self, failure: Failure) -> bool:
        """Whether a request was broken off because the crawl is told to stop."""
        is_cancelled = isinstance(failure.value, DownloadCancelledError)
        return is_cancelled and not self.crawler.crawling

    def _retry(self, again: Request, response: Response, reason: str) -> Request | None:
        """`again`, delayed, as the next attempt at what `response` was; None if all are used up."""
        again.meta["retry_times"] = response.meta.get("retry_times", 0)
        return delayed_retry(again, spider=self, reason=reason)

    def _absent(self, page: Page, response: Response, reason: str) -> Iterable[Request]:
        again = self.request_for(page)
        # A number vouches for the page, so that it may be away only for a while.
        if not page.guessed and (retry := self._retry(again, response, "redirected")):
            return [retry]
        self.settlement.page_absent(page, response.request, reason)
        return []

    def _try_again(
        self, page: Page, response: Response, reason: str
    ) -> Iterable[Request]:
        if retry := self._retry(self.request_for(page), response, reason):
            return [retry]
        self.settlement.page_failed(page, response.request, reason)
        return []

    def _index_ends_at(self, page: IndexPage) -> None:
        url, offsite = self.site.index, self._index.offsite
        self.settlement.index_read(url, page.number, offsite)

    def _try_index_again(
        self, page: IndexPage, response: Response, error: NotAPageError
    ) -> Iterable[Request]:
        attempts = attempts_of(response.request)
        is_barren = isinstance(error, NoTopicError)
        if not is_barren or attempts < LOOKS:
            reason = NO_TOPIC if is_barren else str(error)
            if retry := self._retry(self._index_request(page), response, reason):
                return [retry]
        self._index_lost(page, response.url, attempts, str(error))
        return []

    def _index_lost(
        self, page: IndexPage, url: str, attempts: int, reason: str
    ) -> None:
        if page.number == 2:
            reason += ". If that is no page of the index: 'index_pages': 1"
        self.settlement.index_failed(url, attempts, reason)

    def _item(self, page: Page, read: ReadPage) -> TopicPage:
        topic = self.frontier.topics[page.topic]
        return TopicPage(page, topic.name, read.url, read.base_url, read.document)
