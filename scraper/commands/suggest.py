"""`scrapy suggest`: a profile for a site that has none."""

import argparse
import os
import sys
from functools import partial
from importlib.util import find_spec
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from scraper.checked_command import CheckedCommand
from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus
from scraper.reasons import reason_of_file
from scraper.site import read_sites

if TYPE_CHECKING:
    from scraper.suggest import Suggestion


class Command(CheckedCommand):
    """Looks at a site, prints a profile to paste into settings.py, and previews it."""

    requires_project = True

    def syntax(self) -> str:
        """Return what follows `scrapy suggest` on the command line."""
        return "[options] URL"

    def short_desc(self) -> str:
        """Return the line that `scrapy` shows for this command."""
        return "Suggest a profile for a site: topics, articles and their fields"

    def long_desc(self) -> str:
        """Return what `scrapy suggest --help` says."""
        return (
            "Fetch URL and up to some twenty pages that it links to, find the topics, the repeating element of their "
            "pages and its fields, and print a profile to paste into settings.py (on standard output), with the "
            "reasons for it and a preview of what it gives (on standard error). Nothing is stored. Exit status: "
            "0 a profile that seems right; 1 none was found, or a setting is wrong; 2 wrong options; "
            "3 a profile with doubts; 130 interrupted."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add --name and --write to Scrapy's own options."""
        super().add_options(parser)
        parser.add_argument(
            "--name",
            metavar="NAME",
            help="what to call the profile (default: the host)",
        )
        parser.add_argument(
            "--write",
            action="store_true",
            help="add the profile to the project's settings.py, as the site to crawl",
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and show no messages but warnings, if not asked for."""
        super().process_options(args, opts)
        assert self.settings is not None  # set by Scrapy before
        from scraper.preview import QUIET

        self.settings.setdict(QUIET, priority="spider")
        if len(args) != 1:
            raise UsageError(
                "give the address of one page, such as: scrapy suggest https://example.com/",
                print_help=False,
            )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Suggest, and show how the suggestion does."""
        try:
            self._suggest(args[0], opts)
        except ConfigurationError as error:
            sys.stderr.write(f"Error: {error}\n")
            self.exitcode = ExitStatus.CONFIGURATION

    def _suggest(self, address: str, opts: argparse.Namespace) -> None:
        from scraper.preview import look
        from scraper.suggest import NoSuggestion, name_of, suggest

        assert self.settings is not None  # set by Scrapy before run
        assert self.crawler_process is not None  # set by Scrapy before run
        url = address if "//" in address else f"https://{address}"
        url += "" if "/" in url.partition("//")[2] else "/"
        name = opts.name or name_of(url)
        if opts.write and name in read_sites(self.settings):
            raise ConfigurationError(
                f"SITES has a profile {name!r} already: choose another --name"
            )
        found = look(self.crawler_process, partial(suggest, url=url))
        if found is None:
            self.exitcode = ExitStatus.INTERRUPTED
        elif isinstance(found, NoSuggestion):
            sys.stderr.write(f"Nothing to suggest: {found.reason}.\n")
            self.exitcode = ExitStatus.CONFIGURATION
        else:
            _show(found, name)
            if opts.write:
                self._write(found, name)
            else:
                _say("\nPaste the block into scraper/settings.py, below SITES.")
            _say(f"Then: scrapy crawl topics -a site={name} -o {name}.csv")
            doubtful = ExitStatus.PAGES_LOST
            self.exitcode = doubtful if found.doubts else ExitStatus.COMPLETE

    def _write(self, found: "Suggestion", name: str) -> None:
        """Add the block at the end of the project's settings."""
        from scraper.suggest import block

        file = settings_file()
        lines = "\n".join(block(name, found.profile, found.comments))
        try:
            with file.open("a", encoding="utf-8") as settings:
                settings.write(f"\n# Suggested by `scrapy suggest`.\n{lines}\n")
        except OSError as error:
            raise ConfigurationError(
                f"{file} cannot be written: {reason_of_file(error)}"
            ) from None
        _say(f"\nWritten to {file}.")


def settings_file() -> Path:
    """The file of the project's settings.

    Raises:
        ConfigurationError: there is none that could be added to.
    """
    module = os.environ.get("SCRAPY_SETTINGS_MODULE", "scraper.settings")
    spec = find_spec(module)
    if spec is None or not spec.origin or not spec.origin.endswith(".py"):
        raise ConfigurationError(f"the settings {module} are no file to add to")
    return Path(spec.origin)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _show(found: "Suggestion", name: str) -> None:
    from scraper.preview import notes_on, show, warnings_on
    from scraper.suggest import block

    _say(f"Looked at {found.requests} pages. Confidence: {found.confidence}")
    for reason in found.reasons:
        _say(f"  + {reason}")
    for doubt in found.doubts:
        _say(f"  - {doubt}")
    _say("")
    if isinstance(sys.stdout, TextIOWrapper):
        # What the encoding has no letter for is written as Python has it in a text.
        sys.stdout.reconfigure(errors="backslashreplace")
    print("\n".join(block(name, found.profile, found.comments)), flush=True)
    _say("\nWhat it gives:\n")
    if found.preview:
        notes = list(notes_on(found.preview))
        show(found.preview, list(warnings_on(found.preview)), notes, sys.stderr)
