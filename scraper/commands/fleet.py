"""`scrapy fleet`: a crawl by several worker processes of this machine."""

import argparse
import logging
import os
from contextlib import closing
from time import monotonic

from scrapy.exceptions import UsageError

from scraper import scrapys_settings
from scraper.commands.crawl import Command as CrawlCommand
from scraper.crawl_store import CrawlOptions
from scraper.exceptions import ConfigurationError
from scraper.extensions.files import writable
from scraper.feeds import FeedFileError, check_feeds
from scraper.fleet import Board, Fleet, FleetCrawl, Outcome, Worker, WorkerArguments
from scraper.outcome import INTERRUPTED, SITE_DEAD, ExitStatus
from scraper.progress import progress_interval
from scraper.setting_values import number
from scraper.site import SiteProfile, read_sites
from scraper.spiders.arguments import Arguments
from scraper.spiders.topics import TopicsSpider
from scraper.storage import StorageError

WORKERS_CRASHED = "workers_crashed"
"""The finish reason of a crawl whose workers crashed more often than FLEET_RESTARTS."""

logger = logging.getLogger(__name__)


class Command(CrawlCommand):
    """Runs workers of one crawl and then finishes it; answers with an ExitStatus, as `scrapy crawl` does.

    Each worker is `scrapy crawl` with the settings and arguments of this command. When
    all have seen the end of the crawl, this process enters it too: it fetches nothing,
    but writes the feeds and the account, as the only worker of a crawl does.
    """

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Run a crawl by several worker processes of this machine"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add -n to the options of `scrapy crawl`."""
        super().add_options(parser)
        parser.add_argument(
            "-n",
            "--workers",
            type=int,
            metavar="N",
            help="number of workers (default: one per core)",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl; see Command."""
        if args[:1] != [TopicsSpider.name]:
            raise UsageError(
                "a fleet crawls `topics`: scrapy fleet topics", print_help=False
            )
        if opts.workers is not None and opts.workers < 1:
            raise UsageError("-n must be 1 or more", print_help=False)
        self._opts = opts
        super().run(args, opts)

    def _crawl(self, name: str, spargs: dict[str, str]) -> ExitStatus:
        assert self.settings is not None  # set by Scrapy before run
        began = monotonic()
        # Before the crawl is entered, which others would have to wait for if these were wrong.
        scrapys_settings.check(self.settings)
        restarts = int(number(self.settings, "FLEET_RESTARTS", 10))
        progress_interval(self.settings)
        arguments = Arguments.parse(spargs)
        site = self._site(arguments)
        try:
            self._check_outputs(site)
        except FeedFileError as error:
            logger.error(str(error))  # noqa: TRY400, G (one line, no traceback)
            return ExitStatus.CANNOT_WRITE
        crawl = self._enter(arguments, site)
        fleet = self._work(crawl, spargs, restarts)
        is_dead = crawl.was_given_up()
        crawl.leave(fleet.pids)
        if fleet.outcome is Outcome.HOPELESS:
            return ExitStatus(fleet.status)
        if fleet.outcome is Outcome.KILLED:
            return ExitStatus.INTERRUPTED
        reason = WORKERS_CRASHED if fleet.outcome is Outcome.CRASHED else INTERRUPTED
        if is_dead:
            reason = SITE_DEAD
        finish = {
            "FLEET_FINISHES": True,
            "FLEET_CRAWL": crawl.crawl_id,
            "FLEET_REASON": reason,
            "FLEET_ELAPSED": monotonic() - began,
            "PROGRESS_ENABLED": False,
        }
        self.settings.setdict(finish, priority="cmdline")
        spargs.pop("fresh", None)
        return super()._crawl(name, spargs)

    def _site(self, arguments: Arguments) -> SiteProfile:
        """The profile of the site to crawl.

        Raises:
            ConfigurationError: a setting or an argument is wrong.
        """
        assert self.settings is not None  # set by Scrapy before run
        if arguments.listed is not None:
            raise ConfigurationError(
                "-a pages: a list is crawled by one process, by scrapy crawl topics"
            )
        sites, name = read_sites(self.settings), arguments.site or self.settings["SITE"]
        return SiteProfile.from_settings(sites, name, arguments.url)

    def _check_outputs(self, site: SiteProfile) -> None:
        """See before the crawl that what is written at its end can be written.

        Raises:
            ConfigurationError: a file that a setting names cannot be written, or FEEDS is wrong.
            FeedFileError: a feed cannot be written.
        """
        assert self.settings is not None  # set by Scrapy before run
        check_feeds(self.settings, site)
        for name in ("CRAWL_REPORT", "REPORT_JSON", "FAILED_PAGES"):
            if path := self.settings[name]:
                writable(path, name)

    def _enter(self, arguments: Arguments, site: SiteProfile) -> FleetCrawl:
        """Begin the crawl, or take up or join the one that is unfinished.

        Raises:
            ConfigurationError: a setting is wrong, or the crawl is another process's.
        """
        assert self.settings is not None  # set by Scrapy before run
        settings = self.settings
        settings.set("CRAWL_SHARED", True, priority="cmdline")
        settings.set("FLEET_FINISHES", True, priority="cmdline")
        options = CrawlOptions.from_settings(settings)
        if options is None:
            raise ConfigurationError("a fleet needs the crawl database: set CRAWL_DB")
        try:
            return FleetCrawl(options, site, fresh=arguments.fresh)
        except StorageError as error:
            raise ConfigurationError(str(error)) from error

    def _work(self, crawl: FleetCrawl, spargs: dict[str, str], restarts: int) -> Fleet:
        """Have the workers work; returns the fleet, which tells how that ended."""
        assert self.settings is not None  # set by Scrapy before run
        size = self._opts.workers or cores()
        goes_on = "goes on" if crawl.entry.begun.resumed else "begins"
        logger.info("Crawl %d %s with %d workers", crawl.crawl_id, goes_on, size)
        arguments = WorkerArguments(
            self.settings, self._opts.set, spargs, crawl.crawl_id
        )
        with closing(Board(self.settings, crawl)) as board:
            fleet = Fleet(
                size,
                lambda number: Worker(number, arguments.of(number), board.say),
                crawl.bury,
                board.tick,
                crawl.hung,
                restarts,
            )
            fleet.run()
        return fleet


def cores() -> int:
    """The number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
