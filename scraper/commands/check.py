"""`scrapy check`: Scrapy's own, on the demo site, if no other is named, and without leaving anything behind."""

import argparse
from contextlib import ExitStack

from scrapy.commands.check import Command as ScrapyCheck
from scrapy.exceptions import UsageError

from scraper.checked_command import CheckedCommand
from scraper.commands.crawl import is_demo
from scraper.demo import demo_site
from scraper.exceptions import ConfigurationError
from scraper.site import SiteProfile, read_sites
from scraper.spiders.arguments import Arguments
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
        with ExitStack() as stack:
            if not opts.list and (not args or TopicsSpider.name in args):
                try:
                    self._choose_site(opts.spargs, stack)
                except ConfigurationError as error:
                    raise UsageError(str(error), print_help=False) from None
            super().run(args, opts)

    def _choose_site(self, spargs: dict[str, str], stack: ExitStack) -> None:
        """See that the site to check on has a profile; if none is named, it is the demo site, if there is one.

        Raises:
            ConfigurationError: the profile is wrong. Scrapy would say no more than that it ran no contract.
        """
        assert self.settings is not None  # set by Scrapy before run
        sites = read_sites(self.settings)
        site = spargs.get("site", "demo")
        if "url" not in spargs and site in sites and is_demo(sites, site):
            spargs["site"] = site
            spargs["url"] = stack.enter_context(demo_site())
        arguments = Arguments.parse(spargs)
        site = arguments.site or self.settings["SITE"]
        SiteProfile.from_settings(sites, site, arguments.url)
