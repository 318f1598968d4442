"""SettingsCheck: wrong settings stop a crawl before its first request."""

from typing import Self

from scrapy.crawler import Crawler

from scraper.downloader.config import DownloaderConfig
from scraper.downloader.limits import ensure_descriptors


class SettingsCheck:
    """Reads the settings of components whose own errors Scrapy would take for a reason to go on without them.

    A download handler that raises when it is built only leaves its scheme unsupported,
    so that every request would fail, each on its own.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Check the downloader's settings, and that enough files can be open for the requests at once.

        Raises:
            ConfigurationError: naming the setting and its value.
        """
        config = DownloaderConfig.from_settings(crawler.settings)
        ensure_descriptors(config.concurrency)
        return cls()
