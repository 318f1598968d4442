"""Summary: the account of a crawl at its end, in the log and, if asked for, as JSON."""

import json
import logging
from pathlib import Path
from time import monotonic
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from scraper.account import Account
from scraper.extensions.files import writable, writing_failed
from scraper.replacing import replacing
from scraper.spiders.topics import TopicsSpider

logger = logging.getLogger(__name__)


class Summary:
    """Logs the account of a crawl when it closes, and writes it to `report` (REPORT_JSON)."""

    def __init__(self, report: Path | None = None, elapsed: float = 0.0) -> None:
        self._report = report
        self._elapsed = elapsed
        self._started = monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read REPORT_JSON, and what `scrapy fleet` sets: it draws up the account of all its workers.

        Raises:
            ConfigurationError: no file can be written there.
        """
        settings = crawler.settings
        is_member = settings.getint("FLEET_CRAWL") and not settings.getbool(
            "FLEET_FINISHES"
        )
        if is_member or not isinstance(crawler.spider, TopicsSpider):
            raise NotConfigured
        path = settings["REPORT_JSON"]
        report = writable(path, "REPORT_JSON") if path else None
        extension = cls(report, settings.getfloat("FLEET_ELAPSED"))
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Start the clock."""
        self._started = monotonic()

    def spider_closed(self, spider: TopicsSpider, reason: str) -> None:
        """Close the accounts, and report them."""
        spider.settlement.close()
        account = Account.of(
            spider.frontier,
            site=spider.site.name,
            index=spider.site.index,
            finish_reason=reason,
            elapsed=self._elapsed + monotonic() - self._started,
        )
        level = (
            logging.WARNING
            if account.failures or account.total("left")
            else logging.INFO
        )
        logger.log(level, "Account of the crawl:\n%s", "\n".join(account.lines()))
        if account.total("done") and not account.total("seen"):
            logger.error(
                "There is no article on any page: is 'articles': %r right? See: scrapy preview %s",
                spider.site.articles.source,
                spider.site.name,
            )
        if self._report:
            text = json.dumps(account.as_dict(), ensure_ascii=False, indent=2)
            try:
                with replacing(self._report) as file:
                    file.write(text + "\n")
            except OSError as error:
                writing_failed(spider.crawler, "REPORT_JSON", self._report, error)
