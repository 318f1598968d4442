"""`scrapy check`: Scrapy's own, on the demo site, if no other is named, and without leaving anything behind."""

import argparse
from contextlib import ExitStack

from scrapy.commands.check import Command as ScrapyCheck
from scrapy.exceptions import UsageError

from scraper.checked_command import CheckedCommand
from scraper.commands.crawl import is_demo
from scraper.demo import demo_site
from scraper.exceptions import ConfigurationError
from scraper.site import read_sites
from scraper.spiders.topics import TopicsSpider


class Command(CheckedCommand, ScrapyCheck):
    """Checks the contracts in the docstrings of the spider's callbacks."""

    def long_desc(self) -> str:
        """Return what `scrapy check --help` says."""
        return (
            "Check the contracts of the spider's callbacks on the demo site (-a site=NAME, -a url=URL: on another one "
            "with the same pages). Nothing is stored. Exit status: 0 all hold; 1 one does not; 2 wrong options."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and leave out database, progress and account."""
        super().process_options(args, opts)
        assert self.settings is not None  # set by Scrapy before
        from scraper.preview import QUIET

        without = dict.fromkeys(self.settings.getdict("EXTENSIONS"))
        extensions = {**without, **QUIET["EXTENSIONS"]}
        self.settings.set("EXTENSIONS", extensions, priority="spider")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check; the demo site is served for as long as it takes."""
        assert self.settings is not None  # set by Scrapy before run
        needs_demo = not args or TopicsSpider.name in args
        try:
            sites = read_sites(self.settings)
        except ConfigurationError as error:
            raise UsageError(str(error), print_help=False) from None
        with ExitStack() as stack:
            is_named = "url" in opts.spargs or opts.list
            site = opts.spargs.get("site", "demo")
            if needs_demo and not is_named and site in sites and is_demo(sites, site):
                opts.spargs["site"] = site
                opts.spargs["url"] = stack.enter_context(demo_site())
            super().run(args, opts)
