"""Output files that settings name."""

import logging
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
        with file.open("ab"):
            return file
    except OSError as error:
        raise ConfigurationError(
            f"{setting} = {path!r} cannot be written: {reason_of_file(error)}"
        ) from error


def writing_failed(crawler: Crawler, setting: str, file: Path, error: OSError) -> None:
    """Say that the file of a setting could not be written at the end, and have the exit status say so."""
    crawler.stats.inc_value("report/failed_count")
    logger.error("Cannot write %s (%s): %s", file, setting, reason_of_file(error))


def replaceable(path: str, setting: str) -> Path:
    """As `writable`, for a file that `replace_text` is to write: its folder must take new files.

    Raises:
        ConfigurationError: it cannot be written.
    """
    file = writable(path, setting)
    if file.is_file():
        writable(str(_part(file)), setting).unlink()
    return file


def replace_text(file: Path, text: str) -> None:
    """Write `file` anew, in one go: whoever looks sees the old text or the new one.

    Raises:
        OSError: it cannot be written; the old text is still there.
    """
    if file.exists() and not file.is_file():  # a pipe, a terminal
        _write(file, text)
        return
    part = _part(file)
    try:
        _write(part, text)
        part.replace(file)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _part(file: Path) -> Path:
    return file.with_name(f"{file.name}.part")


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8", errors="backslashreplace")
