"""`scrapy demo`: serve a deterministic site of topics on the loopback interface."""

import argparse
import asyncio
import sys
from contextlib import suppress

from scrapy.commands import ScrapyCommand

from scraper.demo.exceptions import DemoError
from scraper.demo.options import DemoOptions, add_arguments
from scraper.exceptions import ConfigurationError

WRONG_USAGE = 2
NOT_SERVED = 1


class Command(ScrapyCommand):
    """Serves the demo site until Ctrl-C.

    Exit status 0 after Ctrl-C, 1 if the site could not be served, 2 for wrong options.
    """

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return what follows `scrapy demo` on the command line."""
        return "[options]"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Serve a site of topics on this machine, to try crawls on"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the demo site's options to Scrapy's own."""
        super().add_options(parser)
        add_arguments(parser)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serve until Ctrl-C; say in one line what is wrong with the options, if any."""
        if args:
            self._fail(f"unknown argument {args[0]!r}", WRONG_USAGE)
            return
        try:
            options = DemoOptions.from_strings(vars(opts))
            with suppress(KeyboardInterrupt):
                asyncio.run(_serve(options))
        except ConfigurationError as error:
            self._fail(error, WRONG_USAGE)
        except DemoError as error:
            self._fail(error, NOT_SERVED)

    def _fail(self, reason: object, exitcode: int) -> None:
        sys.stderr.write(f"scrapy demo: {reason}\n")
        self.exitcode = exitcode


async def _serve(options: DemoOptions) -> None:
    # Imported here, as Scrapy imports the module of every command for each command.
    from scraper.demo.server import serving

    async with serving(options) as url:
        print(f"{url}\n\nCrawl it with:", flush=True)
        print(f"  scrapy crawl topics -a url={url} -o articles.csv", flush=True)
        print("\nCtrl-C ends it.", flush=True)
        await asyncio.Event().wait()
