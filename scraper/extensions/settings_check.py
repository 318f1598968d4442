"""SettingsCheck: wrong settings stop a crawl before its first request."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.statscollectors import DummyStatsCollector
from scrapy.utils.asyncio import is_asyncio_available
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import is_reactor_installed

from scraper.downloader.config import DownloaderConfig
from scraper.downloader.limits import ensure_descriptors
from scraper.exceptions import ConfigurationError


class SettingsCheck:
    """Reads the settings of components whose own errors Scrapy would take for a reason to go on without them.

    A download handler that raises when it is built only leaves its scheme unsupported,
    so that every request would fail, each on its own.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Check reactor, stats and the downloader's settings, and that enough files can be open for all requests.

        Raises:
            ConfigurationError: naming the setting and its value.
        """
        settings = crawler.settings
        if is_reactor_installed() and not is_asyncio_available():
            raise ConfigurationError(
                f"TWISTED_REACTOR = {settings['TWISTED_REACTOR']!r} is no asyncio reactor, which the downloader needs"
            )
        if issubclass(load_object(settings["STATS_CLASS"]), DummyStatsCollector):
            raise ConfigurationError(
                f"STATS_CLASS = {settings['STATS_CLASS']!r} keeps no counts, from which the exit status is told"
            )
        config = DownloaderConfig.from_settings(crawler.settings)
        ensure_descriptors(config.concurrency)
        return cls()
