"""`scrapy crawls`: what the crawl database holds."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from sqlalchemy import Engine

from scraper.crawl_store import default_path
from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus
from scraper.storage import (
    StorageError,
    crawls,
    database_url,
    open_database,
    transaction,
)
from scraper.storage.crawls import CrawlRow
from scraper.storage.states import CrawlState


class Command(ScrapyCommand):
    """Lists the crawls, or deletes old ones. Exit status 0, 1 if the database cannot be used, 2 for wrong options."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return what follows `scrapy crawls` on the command line."""
        return "[--keep N] [SITE]"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "List the crawls in the crawl database, or delete old ones"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --keep to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="delete the finished crawls of SITE, or of each site, except its last N",
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the table, after deleting what is not to be kept."""
        if len(args) > 1:
            raise UsageError("give one site, or none for all", print_help=False)
        if opts.keep is not None and opts.keep < 1:
            raise UsageError("--keep must be 1 or more", print_help=False)
        assert self.settings is not None  # set by Scrapy before run
        site = args[0] if args else None
        try:
            with crawl_database(self.settings) as engine:
                if opts.keep is not None:
                    _prune(engine, opts.keep, site)
                with transaction(engine, reads_only=True) as connection:
                    rows = crawls.read_all(connection, site)
            sys.stdout.writelines(f"{line}\n" for line in table(rows))
        except (ConfigurationError, StorageError) as error:
            sys.stderr.write(f"scrapy crawls: {error}\n")
            self.exitcode = ExitStatus.CONFIGURATION


@contextmanager
def crawl_database(settings: BaseSettings) -> Iterator[Engine]:
    """The crawl database of the project, which must exist.

    Raises:
        ConfigurationError: CRAWL_DB is off, or wrong.
        StorageError: there is none, or it cannot be opened.
    """
    url = database_url(settings.get("CRAWL_DB"), default_path())
    if url is None:
        raise ConfigurationError("CRAWL_DB is empty: crawls are not kept")
    engine = open_database(url, create=False)
    try:
        yield engine
    finally:
        engine.dispose()


def table(rows: Iterable[CrawlRow]) -> Iterator[str]:
    """Crawls as lines of text, with a heading."""
    shown = list(rows)
    width = max([4, *(len(row.site) for row in shown)])
    yield (
        f"{'id':>4}  {'site':<{width}}  {'started (UTC)':<19}  {'state':<10} "
        f"{'pages':>9} {'articles':>11} {'failed':>7}"
    )
    for row in shown:
        yield (
            f"{row.id:>4}  {row.site:<{width}}  {row.started:%Y-%m-%d %H:%M:%S}  {_state(row):<10} "
            f"{row.pages:>9,} {row.articles:>11,} {row.failed:>7,}"
        )


def _state(row: CrawlRow) -> str:
    if row.state is CrawlState.RUNNING:
        return "unfinished"  # the database cannot tell whether its process lives
    return crawls.SUPERSEDED if row.reason == crawls.SUPERSEDED else row.state


def _prune(engine: Engine, keep: int, site: str | None) -> None:
    with transaction(engine, reads_only=True) as connection:
        old = crawls.beyond(connection, keep, site)
    for crawl_id in old:
        is_left = True
        while is_left:
            with transaction(engine) as connection:
                is_left = crawls.delete_some(connection, crawl_id)
    deleted = f"Deleted crawl {', '.join(map(str, old))}" if old else "Deleted nothing"
    sys.stderr.write(f"{deleted}\n")
