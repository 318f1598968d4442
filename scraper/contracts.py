"""Contracts of the spider's callbacks, for `scrapy check`: what each makes of a page of the demo site."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

from scrapy.contracts import Contract
from scrapy.exceptions import ContractFail

from scraper.frontier import Page
from scraper.pagination import IndexPage
from scraper.spiders.topics import TopicsSpider


class SpiderContract(Contract):
    """A contract that knows the spider whose callback it is about."""

    def __init__(self, method: Callable[..., Any], *args: str) -> None:
        super().__init__(method, *args)
        spider = getattr(method, "__self__", None)
        assert isinstance(spider, TopicsSpider)  # the callback is a bound method
        self._spider = spider


class IndexContract(SpiderContract):
    """`@index`: the callback is given the site's index."""

    name = "index"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """Set the URL, and which page of the index it is."""
        first = IndexPage(self._spider.site.index)
        return {**args, "url": first.url, "cb_kwargs": {"index_page": first}}


class PageContract(SpiderContract):
    """`@page science?page=2 2`: the callback is given this page, which has this number; without one, a landing page."""

    name = "page"

    def adjust_request_args(self, args: dict[str, Any]) -> dict[str, Any]:
        """Set the URL, and the page as the frontier hands it out."""
        url = urljoin(self._spider.site.index, self.args[0])
        frontier = self._spider.frontier
        frontier.add_topics([("checked", url)])
        landing = frontier.next_page()
        assert landing is not None  # it was just added
        number = int(self.args[1]) if self.args[1:] else None
        page = Page(landing.topic, number, url) if number else landing
        return {**args, "url": url, "cb_kwargs": {"page": page}}


class TopicsContract(SpiderContract):
    """`@topics 3`: after the callback at least so many topics are known."""

    name = "topics"

    def post_process(self, output: list[Any]) -> None:
        """Count them; what the callback yields is another contract's.

        Raises:
            ContractFail: there are fewer.
        """
        count, least = len(self._spider.frontier.topics), int(self.args[0])
        if count < least:
            raise ContractFail(f"{count} topics, expected {least} (got {output})")
