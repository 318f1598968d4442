"""One crawl in the crawl database: which, who takes part, and what is written there as it goes on."""

from scraper.crawl_store.heartbeat import Beat
from scraper.crawl_store.store import CrawlStore

__all__ = ["Beat", "CrawlStore"]
