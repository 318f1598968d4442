"""`scrapy watch`: a crawl, or a fleet's, as it goes on, in the terminal."""

import argparse
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper.commands.crawls import crawl_database
from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus
from scraper.storage import StorageError, transaction, watching


class Command(ScrapyCommand):
    """Shows a crawl until it ends.

    Exit status 0 (after Ctrl-C too), 1 if there is no such crawl, 2 for wrong options.
    """

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return what follows `scrapy watch` on the command line."""
        return "[--crawl ID] [--once]"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Show how a running crawl gets on, from the crawl database"

    def long_desc(self) -> str:
        """Return what `scrapy watch --help` says."""
        return (
            "Show topics, rate, workers, slots and last errors of the crawl that is running (else of the last one), "
            "every second until it ends; Ctrl-C leaves. It only reads the crawl database. With --once, and where the "
            "output is no terminal, one frame is printed. Exit status: 0; 1 no such crawl; 2 wrong options."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --crawl and --once to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--crawl", type=int, metavar="ID", help="see: scrapy crawls"
        )
        parser.add_argument(
            "--once", action="store_true", help="print one frame, and end"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Watch."""
        if args:
            raise UsageError(
                f"unknown argument {args[0]!r} (--crawl chooses a crawl)",
                print_help=False,
            )
        try:
            self._watch(opts)
        except (ConfigurationError, StorageError) as error:
            sys.stderr.write(f"scrapy watch: {error}\n")
            self.exitcode = ExitStatus.CONFIGURATION

    def _watch(self, opts: argparse.Namespace) -> None:
        # Imported here, as Scrapy imports the module of every command for each command.
        from rich.console import Console

        from scraper.watch.live import show, watch
        from scraper.watch.snapshots import Snapshots

        assert self.settings is not None  # set by Scrapy before run
        with crawl_database(self.settings) as engine:
            crawl_id = opts.crawl
            if crawl_id is None:
                with transaction(engine, reads_only=True) as connection:
                    crawl_id = watching.to_watch(connection)
            if crawl_id is None:
                raise ConfigurationError(
                    "there is no crawl yet (scrapy crawl topics begins one)"
                )
            console = Console()
            look = show if opts.once or not console.is_terminal else watch
            if not look(Snapshots(engine, crawl_id), console):
                raise ConfigurationError(
                    f"there is no crawl {crawl_id} (see: scrapy crawls)"
                )
