"""`scrapy crawl`: Scrapy's own, with exit statuses that mean something, one-line errors, and the demo site."""

import argparse
import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from typing import Any

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.utils.ossignal import install_shutdown_handlers

from scraper import signals as own_signals
from scraper.checked_command import CheckedCommand
from scraper.demo import DemoError, demo_site
from scraper.exceptions import ConfigurationError
from scraper.memory import collect_less
from scraper.outcome import ExitStatus, exit_status
from scraper.running import run
from scraper.site import read_sites
from scraper.spiders.topics import TopicsSpider
from scraper.storage import StorageError

_FAILED_TO_WRITE = (
    "feedexport/failed_count/",
    "report/failed_count",
    "crawl_database/failed_count",
)
"""How the stats begin that count what could not be written."""

logger = logging.getLogger(__name__)


class Command(CheckedCommand, ScrapyCrawl):
    """Runs a spider and answers with an ExitStatus."""

    def long_desc(self) -> str:
        """What `scrapy crawl --help` says."""
        statuses = "; ".join(
            f"{status.value} {status.name.lower().replace('_', ' ')}"
            for status in ExitStatus
        )
        return f"Run a spider of the current project, by name. Exit status: {statuses}."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; the demo site is served for as long as it takes, if no other site is named."""
        if len(args) != 1:
            raise UsageError(
                "give the name of one spider, such as: scrapy crawl topics",
                print_help=False,
            )
        with ExitStack() as stack:
            try:
                if args[0] == TopicsSpider.name and self._is_demo(opts.spargs):
                    opts.spargs["url"] = stack.enter_context(demo_site())
                self.exitcode = self._crawl(args[0], opts.spargs)
            except (ConfigurationError, DemoError) as error:
                sys.stderr.write(f"Error: {error}\n")
                self.exitcode = ExitStatus.CONFIGURATION

    def _is_demo(self, spargs: dict[str, str]) -> bool:
        """Whether the site to crawl is the demo site and its address is not given."""
        assert self.settings is not None  # set by Scrapy before run
        site = spargs.get("site", self.settings["SITE"])
        sites = read_sites(self.settings)
        return "url" not in spargs and is_demo(sites, site)

    def _crawl(self, name: str, spargs: dict[str, str]) -> ExitStatus:
        assert self.crawler_process is not None  # set by Scrapy before run
        collect_less("scraper.extensions", "scraper.pipelines")
        try:
            crawler = self._create_crawler(name)
        except KeyError as error:
            raise UsageError(
                f"{error.args[0]} (see: scrapy list)", print_help=False
            ) from None
        reasons: list[str] = []

        def closed(reason: str) -> None:
            reasons.append(reason)

        crawler.signals.connect(closed, signals.spider_closed)
        crawler.signals.connect(_ignore_stops, own_signals.finishing)
        failure = run(self.crawler_process, crawler, **spargs)
        if failure is not None:
            _abandon(crawler)
            if isinstance(failure, ConfigurationError | KeyboardInterrupt):
                raise failure
            logger.critical("The crawl broke off", exc_info=failure)
            return ExitStatus.CONFIGURATION
        _ignore_stops()
        if not reasons or crawler.engine.spider is not None:  # Ctrl-C broke it off
            return ExitStatus.INTERRUPTED
        return _status(crawler, reasons[0])


def _ignore_stops() -> None:
    """Let no Ctrl-C or SIGTERM change what is done, until the very end of the process."""
    install_shutdown_handlers(signal.SIG_IGN)


def _abandon(crawler: Crawler) -> None:
    """Leave the crawl in the database as it is: it could not even begin."""
    store = getattr(crawler.spider, "store", None)
    if store is not None:
        with suppress(StorageError):
            store.abandon()


def is_demo(sites: Mapping[str, Any], site: str) -> bool:
    """Whether the profile named `site` in SITES is that of the demo site, which is to be served."""
    profile = sites.get(site) or {}
    return site == "demo" and not profile.get("index")


def _status(crawler: Crawler, reason: str) -> ExitStatus:
    """The exit status of a crawl that has ended for `reason`."""
    stats, spider = crawler.stats.get_stats(), crawler.spider
    if not isinstance(spider, TopicsSpider):
        return ExitStatus.COMPLETE
    topics = spider.frontier.topics
    is_barren = any(t.done for t in topics) and not any(t.seen for t in topics)
    return exit_status(
        reason,
        failed=spider.frontier.failed_count + is_barren,
        left=sum(topic.open for topic in topics),
        feeds_failed=sum(
            count for key, count in stats.items() if key.startswith(_FAILED_TO_WRITE)
        ),
    )
