"""ParsePipeline: articles out of a page's elements."""

from typing import Self

from scrapy.crawler import Crawler

from scraper.items import TopicPage
from scraper.pipelines.profile import profile_of
from scraper.site import SiteProfile


class ParsePipeline:
    """Takes a page's document and leaves its articles, each with all columns of the profile."""

    def __init__(self, site: SiteProfile) -> None:
        self._site = site
        self._blank = dict.fromkeys(site.columns, "")

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
            item.document.discard()
            item.document = None
        return item
