"""CheckedCommand: a command of Scrapy that tells of wrong settings before Scrapy stumbles over them."""

import argparse
import sys

from scrapy.commands import ScrapyCommand

from scraper.exceptions import ConfigurationError
from scraper.outcome import ExitStatus
from scraper.scrapys_settings import check_given, check_process, misspelt_names


class CheckedCommand(ScrapyCommand):
    """Looks at the settings that Scrapy uses before the command runs: a wrong one ends the process, with one line."""

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and look at them."""
        assert self.settings is not None  # set by Scrapy before
        is_worker = any(option.startswith("FLEET_PID=") for option in opts.set)
        for misspelt, meant in misspelt_names(
            self.settings, () if is_worker else opts.set
        ):
            sys.stderr.write(
                f"Warning: there is no setting {misspelt}. Is {meant} meant?\n"
            )
        try:
            check_given(opts.set)
            super().process_options(args, opts)
            check_process(self.settings)
        except ConfigurationError as error:
            sys.stderr.write(f"Error: {error}\n")
            sys.exit(ExitStatus.CONFIGURATION)
