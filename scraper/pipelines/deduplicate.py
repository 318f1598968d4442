"""DeduplicatePipeline: drop the articles that were seen before."""

from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.identity import Identity, identity_from_settings, key_of, url_or_text
from scraper.items import Article, TopicPage
from scraper.pipelines.profile import profile_of


class SeenKeys:
    """The keys seen so far, at 75 to 95 bytes each: 48 for the key, 27 to 47 for the sets' tables.

    A set grows its table twofold once it is 60% full. Two sets of unequal shares grow
    at different times, so that never both tables are at their emptiest. (Up to 50,000
    keys a set grows fourfold, and 100,000 articles may take 7 MB.)
    """

    def __init__(self) -> None:
        self._shares: tuple[set[bytes], set[bytes]] = (set(), set())

    def __len__(self) -> int:
        return sum(map(len, self._shares))

    def add(self, key: bytes) -> bool:
        """Add a key; False if it was there."""
        share = self._share(key)
        count = len(share)
        share.add(key)
        return len(share) > count

    def discard(self, key: bytes) -> None:
        """Forget a key."""
        self._share(key).discard(key)

    def _share(self, key: bytes) -> set[bytes]:
        return self._shares[key[0] < 106]  # 41% and 59%: 1 to the square root of 2


class DeduplicatePipeline:
    """Drops from each page the articles that an earlier page, or itself, had already.

    The setting DEDUP_FIELDS names the fields that tell articles apart (default: see
    `url_or_text`). An article of which all of them are empty is never a duplicate.
    Where the crawl is in a database, that knows the articles, and StorePipeline asks it.
    """

    def __init__(self, identity: Identity = url_or_text) -> None:
        self._identity = identity
        self._seen = SeenKeys()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read DEDUP_FIELDS.

        Raises:
            ConfigurationError: it names a field that the articles do not have.
            NotConfigured: the crawl is in a database.
        """
        identity = identity_from_settings(crawler.settings, profile_of(crawler).columns)
        if getattr(crawler.spider, "store", None) is not None:
            raise NotConfigured
        pipeline = cls(identity)
        crawler.signals.connect(pipeline.forget, signals.item_error)
        crawler.signals.connect(pipeline.forget, signals.item_dropped)
        return pipeline

    def process_item(self, item: object) -> object:
        """Keep a TopicPage's new articles, and count the others in `duplicates`."""
        if isinstance(item, TopicPage):
            articles = item.articles
            item.articles = [article for article in articles if self._is_new(article)]
            item.duplicates = len(articles) - len(item.articles)
        return item

    def forget(self, item: object) -> None:
        """Forget the articles of a page that failed after all: another page may still show them."""
        if isinstance(item, TopicPage) and item.duplicates is not None:
            for article in item.articles:
                if identity := self._identity(article):
                    self._seen.discard(key_of(identity))

    def _is_new(self, article: Article) -> bool:
        identity = self._identity(article)
        return not identity or self._seen.add(key_of(identity))
