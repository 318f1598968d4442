"""Output files that settings name."""

import logging
import os
from pathlib import Path

from scrapy.crawler import Crawler

from scraper.exceptions import ConfigurationError
from scraper.reasons import reason_of_file

logger = logging.getLogger(__name__)


def writable(path: str, setting: str) -> Path:
    """The file at `path`, which the setting `setting` names; its folder is made.

    Raises:
        ConfigurationError: it cannot be written.
    """
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        is_new = not os.path.lexists(file)
        file.open("ab").close()
        if is_new and not file.stat().st_size:
            # It would stay empty, should the crawl be refused for something else.
            file.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{setting} = {path!r} cannot be written: {reason_of_file(error)}"
        ) from error
    return file


def writing_failed(crawler: Crawler, setting: str, file: Path, error: OSError) -> None:
    """Say that the file of a setting could not be written at the end, and have the exit status say so."""
    crawler.stats.inc_value("report/failed_count")
    logger.error("Cannot write %s (%s): %s", file, setting, reason_of_file(error))
