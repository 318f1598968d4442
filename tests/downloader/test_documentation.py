"""docs/downloader.md: what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
DOCUMENT = (HERE.parents[1] / "docs" / "downloader.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(?P<file>test_\w+\.py)?(?:::(?P<test>\w+))?(?:\[\w+\])?`")


def named_tests() -> list[tuple[str, str]]:
    """Return the (file, test) of every test that the tables name; "" for a whole file."""
    found, file = [], ""
    for match in NAMED.finditer(DOCUMENT):
        file = match["file"] or file
        if match["file"] or match["test"]:
            found.append((file, match["test"] or ""))
    return found


@pytest.mark.parametrize(("file", "test"), named_tests())
def test_named_tests_exist(file: str, test: str) -> None:
    source = (HERE / file).read_text(encoding="utf-8")
    assert f"def {test}" in source


def test_every_row_of_the_comparison_names_a_test() -> None:
    table = DOCUMENT.partition("## Compared")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    bodies = [row for row in rows if not row.startswith(("| |", "| ---"))]
    assert len(bodies) > 20
    assert [row for row in bodies if "test_" not in row] == []


def test_settings_are_those_of_the_code() -> None:
    pattern = re.compile(r"DOWNLOADER_[A-Z_]+[A-Z]")
    table = DOCUMENT.partition("## Settings")[2].partition("\n\nA wrong")[0]
    config = HERE.parents[1] / "scraper" / "downloader" / "config.py"
    in_code = set(pattern.findall(config.read_text(encoding="utf-8")))
    of_scrapy = {"DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING"}
    assert set(pattern.findall(table)) == in_code - of_scrapy
