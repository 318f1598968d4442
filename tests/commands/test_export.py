"""`scrapy export`: every format, whole crawls or only what is new or changed."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from scrapy.exceptions import UsageError

from scraper.commands.export import Command
from tests.commands.running import COLUMNS, run
from tests.crawls.running import scrapy

READERS: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {
    "csv": lambda data: list(csv.DictReader(io.StringIO(data.decode(), newline=""))),
    "json": json.loads,
    "jsonl": lambda data: [json.loads(line) for line in data.splitlines()],
    "xml": lambda data: [
        {f.tag: f.text or "" for f in item} for item in ET.fromstring(data)
    ],
}


def export(
    folder: Path, *options: str, name: str = "a.csv", **settings: Any
) -> list[dict[str, Any]]:
    """The rows of an export."""
    path = folder / name
    assert run(Command(), *options, str(path), folder=folder, **settings) == 0
    return READERS[path.suffix[1:]](path.read_bytes())


def titles(rows: list[dict[str, Any]]) -> list[str]:
    return [row["title"] for row in rows]


@pytest.mark.parametrize("name", [f"a.{format_}" for format_ in READERS])
def test_every_format_has_the_rows_of_the_last_crawl(name: str, folder: Path) -> None:
    rows = export(folder, name=name)
    assert titles(rows) == ["Article 2", "Article 3", "Article 4"]
    assert list(rows[0]) == COLUMNS


def test_a_crawl_can_be_chosen(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert titles(export(folder, "--crawl", "1")) == [f"Article {n}" for n in (1, 2, 3)]
    assert capsys.readouterr().err == "3 articles of crawl 1 (books)\n"
    assert titles(export(folder, "--site", "music", "-O")) == ["Article 1"]
    assert capsys.readouterr().err == "1 article of crawl 3 (music, unfinished)\n"


def test_only_what_is_new(folder: Path) -> None:
    assert titles(export(folder, "--new")) == ["Article 4"]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_only_what_has_changed_with_the_old_values(name: str, folder: Path) -> None:
    (row,) = export(folder, "--changed", name=name)
    assert list(row) == [*COLUMNS, "old_title", "old_url", "old_price"]
    assert (row["title"], row["price"], row["old_price"]) == ("Article 3", "33", "3")


def test_nothing_new_is_a_feed_without_rows(folder: Path) -> None:
    assert export(folder, "--crawl", "1", "--changed", name="a.json") == []
    assert export(folder, "--crawl", "1", "--changed") == []
    assert (
        (folder / "a.csv")
        .read_text()
        .startswith("title,url,topic,page,price,old_title")
    )


def test_the_settings_of_feeds_count(folder: Path) -> None:
    (row,) = export(
        folder,
        "--new",
        FEED_EXPORT_FIELDS={"title": "name", "price": "cost"},
        CSV_ESCAPE_FORMULAS=True,
        FEEDS={"other.json": {"format": "json"}},
    )
    assert row == {"name": "Article 4", "cost": "'=4"}
    assert not Path("other.json").exists()


def test_the_format_can_be_named(folder: Path) -> None:
    path = folder / "articles.txt"
    assert run(Command(), f"{path}:jsonl", folder=folder) == 0
    assert len(READERS["jsonl"](path.read_bytes())) == 3


def test_a_file_is_replaced_only_if_asked_to(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "a.csv"
    path.write_text("precious")
    assert run(Command(), str(path), folder=folder) == 1
    assert capsys.readouterr().err == f"scrapy export: {path} exists: -O replaces it\n"
    assert path.read_text() == "precious"
    assert len(export(folder, "-O")) == 3


def test_a_file_that_cannot_be_written_is_left_as_it_was(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "a.csv"
    path.write_text("precious")
    settings = {
        "FEED_EXPORTERS": {"csv": "tests.commands.test_export.FullDiskExporter"}
    }
    assert run(Command(), "-O", str(path), folder=folder, **settings) == 4
    assert (
        capsys.readouterr().err
        == f"scrapy export: cannot write {path}: No space left on device\n"
    )
    assert path.read_text() == "precious"
    assert sorted(file.name for file in folder.iterdir()) == ["a.csv", "crawls.db"]


def test_a_character_that_the_encoding_lacks_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = {"FEED_EXPORT_FIELDS": {"title": "Überschrift"}}
    ascii_only = {"FEED_EXPORT_ENCODING": "ascii", **fields}
    path = folder / "a.csv"
    assert run(Command(), str(path), folder=folder, **ascii_only) == 4
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"scrapy export: cannot write {path}: 'ascii' codec can't")
    assert not path.exists()


class FullDiskExporter:
    """An exporter whose disk is full after the first row."""

    def __init__(self, file: io.BufferedWriter, **options: Any) -> None:
        self._file = file

    def start_exporting(self) -> None:
        self._file.write(b"x")

    def export_item(self, item: Any) -> None:
        with open("/dev/full", "wb", buffering=0) as full:
            full.write(b"x")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--crawl", "9", "a.csv"], 1, "there is no crawl 9 (see: scrapy crawls)"),
        (
            ["--site", "x", "a.csv"],
            1,
            "there is no crawl of site 'x' (see: scrapy crawls)",
        ),
        (["s3://bucket/a.csv"], 1, "s3://bucket/a.csv is no local file"),
        (["/dev/null/a.csv"], 4, "cannot write /dev/null/a.csv: Not a directory"),
        (["/dev/full:csv"], 4, "cannot write /dev/full:csv: No space left on device"),
    ],
)
def test_what_goes_wrong_is_one_line(
    arguments: list[str],
    status: int,
    said: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(Command(), *arguments, folder=folder) == status
    assert capsys.readouterr().err == f"scrapy export: {said}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one file"),
        (["a.csv", "b.csv"], "give one file"),
        (["a.txt"], "'txt'"),
    ],
)
def test_wrong_usage(arguments: list[str], said: str, folder: Path) -> None:
    with pytest.raises(UsageError, match=said):
        run(Command(), *arguments, folder=folder)


def test_as_a_person_runs_it(folder: Path) -> None:
    database = f"CRAWL_DB=sqlite:///{folder}/crawls.db"
    done = scrapy("export", "-:jsonl", "--crawl", "1", "-s", database)
    assert (done.returncode, done.stderr) == (0, "3 articles of crawl 1 (books)\n")
    assert titles(READERS["jsonl"](done.stdout.encode())) == [
        f"Article {n}" for n in (1, 2, 3)
    ]
    done = scrapy("export", "a.csv", "--new", "--changed", "-s", database)
    assert done.returncode == 2
    assert "not allowed with argument" in done.stderr
    assert not os.path.exists("a.csv")
