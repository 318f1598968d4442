"""Output files that settings name."""

import logging
from pathlib import Path

from scrapy.crawler import Crawler

from scraper.exceptions import ConfigurationError
from scraper.reasons import reason_of_file
from scraper.replacing import try_to_write

logger = logging.getLogger(__name__)


def writable(path: str, setting: str) -> Path:
    """The file at `path`, which the setting `setting` names; its folder is made.

    Raises:
        ConfigurationError: it cannot be written.
    """
    file = Path(path)
    try:
        try_to_write(file)
    except OSError as error:
        raise ConfigurationError(
            f"{setting} = {path!r} cannot be written: {reason_of_file(error)}"
        ) from error
    return file


def writing_failed(crawler: Crawler, setting: str, file: Path, error: OSError) -> None:
    """Say that the file of a setting could not be written at the end, and have the exit status say so."""
    crawler.stats.inc_value("report/failed_count")
    logger.error("Cannot write %s (%s): %s", file, setting, reason_of_file(error))
