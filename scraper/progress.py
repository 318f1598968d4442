"""How far a crawl has come, for a person: a bar on a terminal, elsewhere lines in the log."""

import logging
from contextlib import ExitStack
from time import monotonic
from typing import TextIO

from scrapy.settings import BaseSettings
from tqdm import tqdm

from scraper.setting_values import number
from scraper.storage.tally import Tally

LEAST_INTERVAL = 0.01
"""Seconds; more often nobody wants to read it."""


def progress_interval(settings: BaseSettings) -> float:
    """Seconds between two lines in the log (PROGRESS_INTERVAL).

    Raises:
        ConfigurationError: it is no such number.
    """
    return number(settings, "PROGRESS_INTERVAL", 10.0, least=LEAST_INTERVAL)


class ProgressBar:
    """A bar on `terminal`; the log's records are written above it until it is closed."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._bar = tqdm(total=0, unit="page", file=terminal, dynamic_ncols=True)
        self._open = ExitStack()
        self._open.callback(self._bar.close)
        for handler in logging.root.handlers:
            if (
                isinstance(handler, logging.StreamHandler)
                and handler.stream is terminal
            ):
                handler.setStream(self)
                self._open.callback(handler.setStream, terminal)

    def show(self, tally: Tally) -> None:
        """Draw it."""
        self._bar.total = tally.known
        self._bar.n = tally.done + tally.failed
        self._bar.set_postfix_str(
            f"{tally.articles:,} articles, {tally.failed:,} failed", refresh=False
        )
        self._bar.refresh()

    def close(self) -> None:
        """Leave it as it is, and the log as it was."""
        self._open.close()

    # as a stream (tqdm's own logging handler forgets the level of the one it replaces)

    def write(self, text: str) -> None:
        """Write above the bar."""
        self._bar.write(text, file=self._terminal, end="")

    def flush(self) -> None:
        """Have all shown."""
        self._terminal.flush()


class ProgressLines:
    """A line in the log of `logger` each time it is shown."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._started = monotonic()

    def show(self, tally: Tally) -> None:
        """Log it."""
        settled = tally.done + tally.failed
        elapsed = monotonic() - self._started
        rate = settled / elapsed if elapsed else 0.0
        left = tqdm.format_interval((tally.known - settled) / rate) if rate else "?"
        self._logger.info(
            "%s of %s pages done, %s articles, %s failed, %.1f pages/s, %s left",
            f"{tally.done:,}",
            f"{tally.known:,}",
            f"{tally.articles:,}",
            f"{tally.failed:,}",
            rate,
            left,
        )

    def close(self) -> None:
        """There is nothing to end."""
