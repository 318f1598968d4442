"""ParsePipeline: articles out of a page's elements."""

import logging
from typing import Self

from scrapy.crawler import Crawler

from scraper.items import Article, TopicPage
from scraper.pipelines.profile import profile_of
from scraper.site import SiteProfile

logger = logging.getLogger(__name__)


class ParsePipeline:
    """Takes a page's document and leaves its articles, each with all columns of the profile.

    A field that none of them had is told at the end: its selector may be wrong.
    """

    def __init__(self, site: SiteProfile) -> None:
        self._site = site
        self._blank = dict.fromkeys(site.columns, "")
        self._never_seen = {rule.name for rule in site.fields.fields}
        self._count = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the rules from the spider's profile."""
        return cls(profile_of(crawler))

    def process_item(self, item: object) -> object:
        """Fill `articles` and `seen` of a TopicPage; what else a spider yields passes as it is."""
        if isinstance(item, TopicPage) and item.document is not None:
            place = {"topic": item.topic, "page": item.page.number}
            extract = self._site.fields.extract
            item.articles = [
                {**self._blank, **extract(element, item.base_url), **place}
                for element in item.document.select(self._site.articles)
            ]
            item.seen = len(item.articles)
            self._count += item.seen
            if self._never_seen:
                self._look_for_fields(item.articles)
            item.document.discard()
            item.document = None
        return item

    def close_spider(self) -> None:
        """Tell of fields without any value."""
        for rule in self._site.fields.fields:
            if self._count and rule.name in self._never_seen:
                selectors = " or ".join(repr(each.source) for each in rule.selectors)
                logger.warning(
                    "Field %r is empty in all %d articles: is %s right? See: scrapy preview %s",
                    *(rule.name, self._count, selectors, self._site.name),
                )

    def _look_for_fields(self, articles: list[Article]) -> None:
        self._never_seen -= {
            name for name in self._never_seen if any(each[name] for each in articles)
        }
