"""`scrapy export`: the articles of a crawl, from the crawl database into a feed of any format."""

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from scrapy import Spider
from scrapy.commands import ScrapyCommand
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.exporters import BaseItemExporter
from scrapy.settings import Settings
from scrapy.utils.conf import (
    feed_complete_default_values_from_settings,
    feed_process_params_from_cli,
)
from scrapy.utils.misc import build_from_crawler, load_object
from sqlalchemy import Connection

from scraper.commands.crawls import crawl_database
from scraper.exceptions import ConfigurationError
from scraper.feeds.exporter import check_settings
from scraper.feeds.local import local_path
from scraper.outcome import ExitStatus
from scraper.replacing import replacing
from scraper.storage import StorageError, articles, crawls, history, transaction
from scraper.storage.crawls import CrawlRow
from scraper.storage.history import PLACE_FIELDS, ChangedRow
from scraper.storage.states import CrawlState

_STDOUT = "stdout:"


class Command(ScrapyCommand):
    """Writes a feed.

    Exit status 0, 1 if there is no such crawl, 2 for wrong options, 4 if the feed cannot be written.
    """

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Return what follows `scrapy export` on the command line."""
        return "[options] FILE"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Write the articles of a crawl from the crawl database to a feed"

    def long_desc(self) -> str:
        """Return what `scrapy export --help` says."""
        return (
            "Write the articles of a crawl from the crawl database to FILE. The extension says the format; "
            "FILE:FORMAT names another, -:FORMAT writes to standard output."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the choice of crawl and articles to Scrapy's own options."""
        super().add_options(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--crawl", type=int, metavar="ID", help="see: scrapy crawls")
        which.add_argument(
            "--site",
            metavar="SITE",
            help="the last crawl of SITE (default: setting SITE)",
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--new",
            action="store_true",
            help="only articles that no earlier crawl of the site had",
        )
        what.add_argument(
            "--changed",
            action="store_true",
            help="only articles that changed since the last crawl that had them, with the old values as old_...",
        )
        parser.add_argument(
            "-O", "--overwrite", action="store_true", help="replace FILE if it exists"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the feed, and say what was written."""
        if len(args) != 1:
            raise UsageError(
                "give one file, such as: scrapy export articles.csv", print_help=False
            )
        assert self.settings is not None  # set by Scrapy before run
        try:
            uri, feed = _feed(self.settings, args[0])
            check_settings(self.settings, {uri: feed})
            with (
                crawl_database(self.settings) as engine,
                transaction(engine, reads_only=True) as connection,
            ):
                crawl = self._crawl(connection, opts)
                columns = _columns(feed["fields"] or crawl.columns, opts.changed)
                with _opened(uri, overwrite=opts.overwrite) as file:
                    exporter = _exporter(self.settings, feed, columns, file)
                    count = _export(exporter, _rows(connection, crawl.id, opts))
        except (ConfigurationError, StorageError) as error:
            self._fail(str(error), ExitStatus.CONFIGURATION)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            self._fail(f"cannot write {args[0]}: {reason}", ExitStatus.CANNOT_WRITE)
        else:
            state = ", unfinished" if crawl.state is CrawlState.RUNNING else ""
            what = "article" if count == 1 else "articles"
            sys.stderr.write(
                f"{count:,} {what} of crawl {crawl.id} ({crawl.site}{state})\n"
            )

    def _crawl(self, connection: Connection, opts: argparse.Namespace) -> CrawlRow:
        """The crawl to export.

        Raises:
            ConfigurationError: there is none.
        """
        assert self.settings is not None  # set by Scrapy before run
        if opts.crawl is not None:
            wanted, crawl = f"{opts.crawl}", crawls.find(connection, opts.crawl)
        else:
            site = opts.site or self.settings["SITE"]
            wanted, crawl = f"of site {site!r}", crawls.last(connection, site)
        if crawl is None:
            raise ConfigurationError(f"there is no crawl {wanted} (see: scrapy crawls)")
        return crawl

    def _fail(self, reason: str, status: ExitStatus) -> None:
        sys.stderr.write(f"scrapy export: {reason}\n")
        self.exitcode = status


def _feed(settings: Settings, file: str) -> tuple[str, dict[str, Any]]:
    """The URI that FILE or FILE:FORMAT means, and the options of its feed.

    Raises:
        UsageError: there is no such format.
    """
    alone = settings.copy()
    alone.set("FEEDS", {}, priority="cmdline")
    ((uri, feed),) = feed_process_params_from_cli(alone, [file]).items()
    return uri, feed_complete_default_values_from_settings(feed, settings)


def _columns(
    fields: Mapping[str, str] | tuple[str, ...] | list[str], changed: bool
) -> dict[str, str] | None:
    """Each field of a row and its column's name; None if the rows say."""
    columns = dict(fields) if isinstance(fields, Mapping) else {f: f for f in fields}
    if changed:
        columns |= {
            f"old_{field}": f"old_{column}"
            for field, column in columns.items()
            if field not in PLACE_FIELDS
        }
    return columns or None


@contextmanager
def _opened(uri: str, *, overwrite: bool) -> Iterator[IO[bytes]]:
    """The file to write to. One that is there is replaced only when the new one is whole.

    Raises:
        ConfigurationError: it is there already, or is no local file.
    """
    path = local_path(uri)
    if uri == _STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path is None:
        raise ConfigurationError(f"{uri} is no local file")
    elif path.is_file() and path.stat().st_size and not overwrite:
        raise ConfigurationError(f"{path} exists: -O replaces it")
    else:
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
        with replacing(path, binary=True) as file:
            yield file


def _exporter(
    settings: Settings,
    feed: Mapping[str, Any],
    columns: dict[str, str] | None,
    file: IO[bytes],
) -> BaseItemExporter:
    exporters = settings.getwithbase("FEED_EXPORTERS")
    exporter: BaseItemExporter = build_from_crawler(
        load_object(exporters[feed["format"]]),
        # Exporters are built from a crawler, of which they read the settings; this one never crawls.
        Crawler(Spider, settings),
        file,
        fields_to_export=columns,
        encoding=feed["encoding"],
        indent=feed["indent"],
        **feed["item_export_kwargs"],
    )
    return exporter


def _rows(
    connection: Connection, crawl_id: int, opts: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    if opts.changed:
        yield from map(_with_old, history.read_all_changed(connection, crawl_id))
        return
    read = history.read_all_new if opts.new else articles.read_all
    for row in read(connection, crawl_id):
        yield row.fields


def _with_old(row: ChangedRow) -> dict[str, Any]:
    old = {f"old_{name}": value for name, value in row.old.items()}
    return row.fields | old


def _export(exporter: BaseItemExporter, rows: Iterator[dict[str, Any]]) -> int:
    """Write all rows; returns how many there were."""
    count = 0
    exporter.start_exporting()
    for row in rows:
        exporter.export_item(row)
        count += 1
    exporter.finish_exporting()
    return count
