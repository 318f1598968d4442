"""`scrapy suggest`: a profile for a site that has none."""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus

if TYPE_CHECKING:
    from scraper.suggest import Suggestion


class Command(ScrapyCommand):
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

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002
        """Suggest, and show how the suggestion does."""
        from scraper.preview import look
        from scraper.suggest import NoSuggestion, suggest

        assert self.crawler_process is not None  # set by Scrapy before run
        url = args[0] if "//" in args[0] else f"https://{args[0]}"
        url = url if urlsplit(url).path else f"{url}/"
        try:
            found = look(self.crawler_process, partial(suggest, url=url))
        except ConfigurationError as error:
            sys.stderr.write(f"Error: {error}\n")
            self.exitcode = ExitStatus.CONFIGURATION
            return
        if found is None:
            self.exitcode = ExitStatus.INTERRUPTED
        elif isinstance(found, NoSuggestion):
            sys.stderr.write(f"Nothing to suggest: {found.reason}.\n")
            self.exitcode = ExitStatus.CONFIGURATION
        else:
            _show(found)
            doubtful = ExitStatus.PAGES_LOST
            self.exitcode = doubtful if found.doubts else ExitStatus.COMPLETE


def _show(found: "Suggestion") -> None:
    from scraper.preview import notes_on, show, warnings_on
    from scraper.suggest import block, name_of

    name = name_of(found.profile["index"])
    say = partial(print, file=sys.stderr, flush=True)
    say(f"Looked at {found.requests} pages. Confidence: {found.confidence}")
    for reason in found.reasons:
        say(f"  + {reason}")
    for doubt in found.doubts:
        say(f"  - {doubt}")
    say("\nPaste this into scraper/settings.py, below SITES:\n")
    print("\n".join(block(name, found.profile, found.comments)), flush=True)
    say("\nWhat it gives:\n")
    if found.preview:
        notes = list(notes_on(found.preview))
        show(found.preview, list(warnings_on(found.preview)), notes, sys.stderr)
    say(f"\nThen: scrapy crawl topics -a site={name} -o {name}.csv")
