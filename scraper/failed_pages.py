"""The list of failed pages, as a CSV file that a later crawl can take: url, topic, number, attempts, reason, behind."""

import csv
from collections.abc import Iterable
from pathlib import Path

from scraper.exceptions import ConfigurationError
from scraper.frontier import FailedPage
from scraper.replacing import replacing

COLUMNS = ("url", "topic", "number", "attempts", "reason", "behind")

_UNKNOWN = "unknown"
"""In the column `behind`: no page of the topic behind this one is known."""


def write_failed_pages(path: Path, pages: Iterable[FailedPage]) -> None:
    """Write the list anew. A page without a number is a topic's first, one without a topic the index."""
    with replacing(path, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for page in pages:
            number = "" if page.number is None else page.number
            row = (page.url, page.topic, number, page.attempts, page.reason)
            writer.writerow((*row, _UNKNOWN * page.is_last))


def read_failed_pages(path: Path) -> list[FailedPage]:
    """Read a list that `write_failed_pages` has written; of its columns, only url, topic and number are needed.

    Raises:
        ConfigurationError: it cannot be read, or holds something else; names file and line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = {"url", "topic", "number"}.difference(rows.fieldnames or ())
            if missing:
                raise ConfigurationError(
                    f"{path} is no list of failed pages (FAILED_PAGES): the column {min(missing)!r} is missing"
                )
            return [_page(path, rows.line_num, row) for row in rows]
    except (OSError, UnicodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"{path} cannot be read: {reason}") from error


def _page(path: Path, line: int, row: dict[str, str]) -> FailedPage:
    url, number = row["url"] or "", row["number"] or ""
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(
            f"{path}, line {line}: url {url!r} is no http or https URL"
        )
    if number and not number.isdecimal():
        raise ConfigurationError(
            f"{path}, line {line}: number {number!r} is no whole number"
        )
    attempts = row.get("attempts") or "0"
    return FailedPage(
        topic=row["topic"] or "",
        number=int(number) if number else None,
        url=url,
        attempts=int(attempts) if attempts.isdecimal() else 0,
        reason=row.get("reason") or "",
        is_last=row.get("behind") == _UNKNOWN,
    )
