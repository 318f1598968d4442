"""`scrapy preview`: does a profile match its site? An answer in seconds, from four pages."""

import argparse
import sys
from contextlib import ExitStack
from functools import partial

from scrapy.exceptions import UsageError
from scrapy.utils.conf import arglist_to_dict

from scraper.checked_command import CheckedCommand
from scraper.commands.crawl import is_demo
from scraper.demo import DemoError, demo_site
from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus
from scraper.site import SiteProfile, read_sites

ARGUMENTS = ("url", "topic")


class Command(CheckedCommand):
    """Shows what a profile gives, and warns of what seems wrong in it."""

    requires_project = True

    def syntax(self) -> str:
        """Return what follows `scrapy preview` on the command line."""
        return "[options] [SITE]"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Show what a site's profile gives, on a few of its pages"

    def long_desc(self) -> str:
        """Return what `scrapy preview --help` says."""
        return (
            "Fetch the index of SITE (a profile in SITES; default: setting SITE) and the first, second and last page "
            "of one topic, and show topics, page numbers and articles, with warnings. Nothing is stored. "
            "Exit status: 0 all seems right; 1 profile or setting wrong; 2 wrong options; 3 warnings; 130 interrupted."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add -a to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument(
            "-a",
            dest="spargs",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="url=URL: another index; topic=NAME: the topic to look at (its name or URL)",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and show no messages but warnings, if not asked for."""
        super().process_options(args, opts)
        assert self.settings is not None  # set by Scrapy before
        from scraper.preview import QUIET

        self.settings.setdict(QUIET, priority="spider")
        if len(args) > 1:
            raise UsageError("give one site, or none", print_help=False)
        try:
            opts.spargs = arglist_to_dict(opts.spargs)
        except ValueError:
            raise UsageError("-a takes NAME=VALUE", print_help=False) from None
        for name in opts.spargs:
            if name not in ARGUMENTS:
                known = ", ".join(ARGUMENTS)
                raise UsageError(f"-a {name}: there is only {known}", print_help=False)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Look at the site, and show what was seen."""
        assert self.settings is not None  # set by Scrapy before run
        site = args[0] if args else self.settings["SITE"]
        try:
            with ExitStack() as stack:
                sites = read_sites(self.settings)
                url = opts.spargs.get("url")
                if url is None and is_demo(sites, site):
                    url = stack.enter_context(demo_site())
                profile = SiteProfile.from_settings(sites, site, url)
                self.exitcode = self._preview(profile, opts.spargs.get("topic"))
        except (ConfigurationError, DemoError) as error:
            sys.stderr.write(f"Error: {error}\n")
            self.exitcode = ExitStatus.CONFIGURATION

    def _preview(self, site: SiteProfile, topic: str | None) -> ExitStatus:
        # Imported here, as Scrapy imports the module of every command for each command.
        from scraper.preview import look, notes_on, preview, show, warnings_on

        assert self.crawler_process is not None  # set by Scrapy before run
        seen = look(self.crawler_process, partial(preview, site=site, topic=topic))
        if seen is None:
            return ExitStatus.INTERRUPTED
        warnings = list(warnings_on(seen))
        show(seen, warnings, list(notes_on(seen)), sys.stdout)
        return ExitStatus.PAGES_LOST if warnings else ExitStatus.COMPLETE
