"""One crawl in the crawl database: how it is entered, who takes part, and what is written there as it goes on."""

from scraper.crawl_store.entry import enter
from scraper.crawl_store.heartbeat import Beat
from scraper.crawl_store.options import CrawlOptions, default_path
from scraper.crawl_store.store import CrawlStore

__all__ = ["Beat", "CrawlOptions", "CrawlStore", "default_path", "enter"]
