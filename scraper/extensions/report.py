"""CrawlReport: a crawl at a glance, as an HTML file."""

import logging
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from scraper.exceptions import ConfigurationError
from scraper.extensions.files import writable
from scraper.replacing import replacing
from scraper.report.comparison import Comparison, compare
from scraper.report.contents import Run, draw_up
from scraper.report.recording import Recorder
from scraper.report.sampling import FIRST_INTERVAL, Counts
from scraper.report.shown_settings import shown_settings
from scraper.spiders.arguments import Arguments
from scraper.spiders.topics import TopicsSpider
from scraper.storage import StorageError, workers
from scraper.storage.workers import Role, WorkerRow

LIBRARIES = ("jinja2", "pygal")
"""Imported only when a report is made."""

logger = logging.getLogger(__name__)


class CrawlReport:
    """Records the course of a crawl, and writes a report of it to `path` (CRAWL_REPORT) when it closes."""

    def __init__(self, crawler: Crawler, path: Path) -> None:
        self._crawler = crawler
        self._path = path

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Read CRAWL_REPORT.

        Raises:
            ConfigurationError: no file can be written there, or a library that it takes is missing.
        """
        path = crawler.settings["CRAWL_REPORT"]
        if not path or not isinstance(crawler.spider, TopicsSpider):
            raise NotConfigured
        for library in LIBRARIES:
            if find_spec(library) is None:
                raise ConfigurationError(
                    f"CRAWL_REPORT needs {library}: pip install -r requirements.txt"
                )
        extension = cls(crawler, writable(path, "CRAWL_REPORT"))
        connect = crawler.signals.connect
        connect(extension.spider_opened, signals.spider_opened)
        connect(extension.response_received, signals.response_received)
        connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self) -> None:
        """Begin to record."""
        before = timedelta(seconds=self._crawler.settings.getfloat("FLEET_ELAPSED"))
        self._started = datetime.now().astimezone() - before
        self._recorder = Recorder(self._counts, self._in_flight)
        self._looking = create_looping_call(self._recorder.look)
        self._looking.start(FIRST_INTERVAL, now=False)

    def response_received(self, request: Request) -> None:
        """Count how long it took."""
        latency = request.meta.get("download_latency")
        if latency is not None:
            self._recorder.latencies.add(latency)

    async def spider_closed(self, spider: TopicsSpider, reason: str) -> None:
        """Write the report; of a crawl that several workers share, if it is this one that finishes it."""
        self._looking.stop()
        self._recorder.sample()
        spider.settlement.close()
        store = spider.store
        is_finished = reason == "finished" and spider.settlement.is_complete
        if store is None or not is_finished or await store.take_finish():
            self._write(spider, reason)

    def _write(self, spider: TopicsSpider, reason: str) -> None:
        try:
            page = self._page(spider, reason)
            with replacing(self._path) as file:
                file.write(page)
        except StorageError as error:
            self._failed(str(error))
        except OSError as error:
            self._failed(error.strerror or str(error))
        else:
            logger.info("The report is in %s", self._path)

    def _page(self, spider: TopicsSpider, reason: str) -> str:
        # Imported here for the LIBRARIES.
        from scraper.report.page import render

        run, comparison = self._run(spider, reason), self._comparison(spider, reason)
        shared_by = self._workers(spider)
        return render(draw_up(spider.frontier, run, comparison, shared_by))

    def _run(self, spider: TopicsSpider, reason: str) -> Run:
        store = spider.store
        return Run(
            site=spider.site.name,
            index=spider.site.index,
            crawl_id=store.crawl_id if store else None,
            resumed=store.begun.resumed if store else False,
            shared=store.options.shared if store else False,
            finish_reason=reason,
            started=self._started,
            ended=datetime.now().astimezone(),
            series=self._recorder.series,
            settings=shown_settings(
                self._crawler.settings, spider.site.name, _given(spider.arguments)
            ),
            version=f"Scrapy {scrapy.__version__}",
        )

    def _comparison(self, spider: TopicsSpider, reason: str) -> Comparison | None:
        """What is new, changed or gone since the last crawl; after Ctrl-C nobody wants to wait for that."""
        store = spider.store
        if store is None or reason != "finished":
            return None
        only_new = spider.arguments.only_new
        return store.read(compare, store.crawl_id, knows_gone=not only_new)

    def _workers(self, spider: TopicsSpider) -> list[WorkerRow]:
        """The workers of a crawl that is shared, but for the process that only finishes a fleet's."""
        store = spider.store
        if store is None or not store.options.shared:
            return []
        rows = store.read(workers.read_all, store.crawl_id)
        return [row for row in rows if row.role is Role.SHARING]

    def _failed(self, reason: str) -> None:
        self._crawler.stats.inc_value("report/failed_count")
        logger.error("Cannot write the report %s: %s", self._path, reason)

    def _counts(self) -> Counts:
        value = self._crawler.stats.get_value
        return Counts(
            pages=value("pages/done", 0),
            articles=value("articles/unique", 0),
            retries=value("retry/count", 0),
            failed=value("pages/failed", 0),
        )

    def _in_flight(self) -> int:
        slots = self._crawler.engine.downloader.slots.values()
        return sum(len(slot.transferring) for slot in slots)


def _given(arguments: Arguments) -> dict[str, str]:
    """The arguments of a crawl by their names on the command line."""
    listed = arguments.listed
    named = {
        "site": arguments.site,
        "url": arguments.url,
        "pages": None if listed is None else f"{len(listed):,} listed pages",
        "fresh": "1" if arguments.fresh else None,
        "only": "new" if arguments.only_new else None,
    }
    return {name: value for name, value in named.items() if value is not None}
