"""Checks that an export has just the articles of the site: none missing, none twice, none altered."""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.site import BenchmarkSite, Listed

if TYPE_CHECKING:
    from collections.abc import Iterator


def problems(export: Path, index: str, site: BenchmarkSite) -> Iterator[str]:
    """Yield what is wrong with a CSV file of articles of the site at the URL `index`.

    Of an article that two pages list either may be the one it was found on, for that
    depends on which came first.
    """
    places: dict[str, set[Listed]] = {}
    for listed in site.listed():
        places.setdefault(listed.url, set()).add(listed)
    for line, row in enumerate(rows(export, index), start=2):
        expected = places.pop(row.url, None)
        if expected is None:
            yield f"line {line}: not on the site, or a second time: {row}"
        elif row not in expected:
            yield f"line {line}: {row} instead of {expected}"
    for missing in places.values():
        yield f"missing: {missing}"


def rows(export: Path, index: str) -> Iterator[Listed]:
    """Yield the rows of a CSV file, with the URL as a path."""
    with export.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            url = row["url"].removeprefix(index.rstrip("/"))
            title, description = row["title"], row["description"]
            yield Listed(row["topic"], int(row["page"]), title, description, url)


def main() -> None:
    """Check one file; the exit status is 1 if something is wrong, the first of which is printed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--topics", type=int, required=True)
    parser.add_argument("--pages", type=int, required=True)
    parser.add_argument("--index", required=True, help="the URL of the site")
    parser.add_argument("export", type=Path)
    arguments = parser.parse_args()
    site = BenchmarkSite(arguments.topics, arguments.pages)
    found = list(problems(arguments.export, arguments.index, site))
    if found:
        sys.exit(
            f"{len(found)} articles are wrong in {arguments.export}; {found[0][:500]}"
        )


if __name__ == "__main__":
    main()
