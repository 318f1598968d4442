"""The `topics` spider: from a site's index to its topics, and from each topic to all of its pages."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from scraper.exceptions import ConfigurationError
from scraper.frontier import Frontier, Page
from scraper.items import TopicPage
from scraper.markup import Engine
from scraper.pagination import Reach, TopicPages, read_landing
from scraper.reasons import means_absent, reason_of
from scraper.settlement import Settlement, attempts_of
from scraper.site import SiteProfile
from scraper.spiders.reading import (
    NotAPageError,
    ReadPage,
    RepeatedPages,
    read_page,
    topic_links,
)


class TopicsSpider(Spider):
    """Crawls one site: every page of every topic of its index, the topics in turn.

    Arguments (`-a`): `site`, the name of a profile in SITES (default: the setting
    SITE), and `url`, the index to start from instead of the profile's.
    """

    name = "topics"

    def __init__(
        self,
        site: SiteProfile,
        discovery_engine: Engine = Engine.BEAUTIFULSOUP,
        article_engine: Engine = Engine.LEXBOR,
    ) -> None:
        super().__init__(allowed_domains=list(site.allowed_domains))
        self.site = site
        self.frontier = Frontier()
        self.settlement = Settlement(self.frontier)
        self._discovery_engine = discovery_engine
        self._article_engine = article_engine
        self._topic_pages: dict[int, TopicPages] = {}
        self._repeated = RepeatedPages(site.articles)
        self._may_go_on = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider from the settings SITES, SITE and MARKUP_* and the arguments `site` and `url`.

        Raises:
            ConfigurationError: the profile or an argument is wrong.
        """
        site, url = kwargs.pop("site", None), kwargs.pop("url", None)
        if args or kwargs:
            unknown = ", ".join(kwargs) or repr(args)
            raise ConfigurationError(
                f"-a {unknown}: the spider has no such argument (it has: site, url)"
            )
        settings = crawler.settings
        spider = super().from_crawler(
            crawler,
            SiteProfile.from_settings(
                settings.getdict("SITES"), site or settings["SITE"], url
            ),
            _engine(settings["MARKUP_DISCOVERY_ENGINE"], "MARKUP_DISCOVERY_ENGINE"),
            _engine(settings["MARKUP_ARTICLE_ENGINE"], "MARKUP_ARTICLE_ENGINE"),
        )
        spider.settlement.connect(crawler)
        crawler.signals.connect(spider.scheduler_empty, signals.scheduler_empty)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield the index, then page after page as the engine has room for them.

        At no time more pages wait in the scheduler than the engine can take, so that
        memory does not grow with the site
        (https://docs.scrapy.org/en/latest/topics/spiders.html, "Delaying start request iteration").
        """
        yield Request(
            self.site.index,
            self.parse_index,
            errback=self.index_failed,
            dont_filter=True,
        )
        while not self.settlement.is_complete:
            room = not self.crawler.engine.needs_backout()
            if room and (page := self.frontier.next_page()):
                yield self._request(page)
            else:
                self._may_go_on.clear()
                await self._may_go_on.wait()

    def scheduler_empty(self) -> None:
        """Let `start` go on: the engine has room, or a page was settled (signal `scheduler_empty`)."""
        self._may_go_on.set()

    def _request(self, page: Page) -> Request:
        callback = self.parse_landing if page.number is None else self.parse_page
        return Request(
            page.url,
            callback,
            errback=self.page_failed,
            dont_filter=True,
            cb_kwargs={"page": page},
        )

    # what came back

    def parse_index(self, response: Response) -> None:
        """Read the topics off the index page."""
        try:
            index = read_page(response, self._discovery_engine, self.site.encoding)
        except NotAPageError as error:
            self.settlement.index_failed(
                response.url, attempts_of(response.request), str(error)
            )
            return
        offsite = 0
        for name, url in topic_links(index, self.site):
            if self.site.is_onsite(url):
                self.frontier.add_topic(name, self.site.pagination.sized(url))
            else:
                offsite += 1
                self.logger.warning(
                    "Topic %r is left out: %s is not on this site", name, url
                )
        self.settlement.index_read(response.url, self.site.topics.source, offsite)

    def parse_landing(self, response: Response, page: Page) -> Iterable[TopicPage]:
        """Read a topic's landing page: its pagination, and its articles if it is the first page."""
        try:
            read = read_page(response, self._discovery_engine, self.site.encoding)
        except NotAPageError as error:
            self.settlement.page_failed(page, response.request, str(error))
            return []
        landing = read_landing(
            read.document, response.url, read.base_url, self.site.pagination
        )
        self._topic_pages[page.topic] = landing.pages
        if landing.number is None:
            self.frontier.discard_landing(page, landing.first)
            self._extend(page, landing.reach)
            return []
        numbered = self.frontier.number_landing(page, landing.number)
        self._extend(numbered, landing.reach)
        self._repeated.remember(numbered, read.document)
        if (landing.reach.last or 0) > landing.first:
            return self._with_articles(numbered, response, read)
        return [self._item(numbered, read)]

    def parse_page(self, response: Response, page: Page) -> Iterable[TopicPage]:
        """Take a numbered page, and note how far it shows its topic to reach."""
        try:
            read = read_page(response, self._article_engine, self.site.encoding)
        except NotAPageError as error:
            self.settlement.page_failed(page, response.request, str(error))
            return []
        if elsewhere := self._leads_elsewhere(page, read):
            self.settlement.page_absent(page, response.request, elsewhere)
            return []
        assert page.number is not None  # only landing pages have none
        reach = self._topic_pages[page.topic].read(
            read.document, read.base_url, page.number
        )
        self._extend(page, reach)
        return self._with_articles(page, response, read)

    def page_failed(self, failure: Failure) -> None:
        """Account for a page that could not be fetched."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy's Scraper
        page: Page = request.cb_kwargs["page"]
        reason = reason_of(failure.value)
        if page.number is not None and means_absent(failure.value):
            self.settlement.page_absent(page, request, reason)
        else:
            self.settlement.page_failed(page, request, reason)

    def index_failed(self, failure: Failure) -> None:
        """Account for an index that could not be fetched: there is nothing to crawl."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy's Scraper
        self.settlement.index_failed(
            request.url, attempts_of(request), reason_of(failure.value)
        )

    def _extend(self, page: Page, reach: Reach) -> None:
        scheme = self._topic_pages[page.topic].scheme
        if scheme and reach.last is not None:
            self.frontier.reach(page.topic, reach.last, scheme)
        if reach.ends_here:
            self.frontier.end_at(page)
        elif reach.next_url and self.site.is_onsite(reach.next_url):
            self.frontier.follow(page, reach.next_url)

    def _leads_elsewhere(self, page: Page, read: ReadPage) -> str | None:
        """Why what came for `page` is not that page; None if it is."""
        pages = self._topic_pages[page.topic]
        if read.redirected and not pages.is_page(read.document, read.url, page.number):
            return f"redirected to {read.url}"
        if page.guessed and self._repeated.is_repeat(page, read.document):
            return "shows no article, or the same as a page before"
        return None

    def _with_articles(
        self, page: Page, response: Response, read: ReadPage
    ) -> list[TopicPage]:
        if read.document.first(self.site.articles) is not None:
            return [self._item(page, read)]
        reason = "no article where the pagination says there are some"
        self.settlement.page_failed(page, response.request, reason)
        return []

    def _item(self, page: Page, read: ReadPage) -> TopicPage:
        topic = self.frontier.topics[page.topic]
        return TopicPage(page, topic.name, read.url, read.base_url, read.document)


def _engine(name: str, setting: str) -> Engine:
    try:
        return Engine(name)
    except ValueError:
        known = ", ".join(Engine)
        raise ConfigurationError(
            f"{setting} = {name!r} is no engine (there are: {known})"
        ) from None
