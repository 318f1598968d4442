"""Feeds of whole crawls, in every format, written anew and appended to."""

import csv
import io
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from scrapy.exporters import CsvItemExporter

from tests.crawls.running import Crawled, crawl, read_csv

COLUMNS = ["title", "description", "url", "topic", "page"]
Profile = dict[str, Any]


def feed(path: Path, profile: Profile, name: str, **settings: Any) -> Crawled:
    options = settings.pop("options", {})
    feeds = {str(path / name): {"format": name.rpartition(".")[2], **options}}
    return crawl(path, profile, FEEDS=feeds, **settings)


def load_pickles(data: bytes) -> list[dict[str, Any]]:
    stream, rows = io.BytesIO(data), []
    while stream.tell() < len(data):
        rows.append(pickle.load(stream))
    return rows


READERS: dict[str, Callable[[bytes], list[dict[str, Any]]]] = {
    "csv": lambda data: list(csv.DictReader(io.StringIO(data.decode(), newline=""))),
    "json": json.loads,
    "jsonl": lambda data: [json.loads(line) for line in data.splitlines()],
    "xml": lambda data: [
        {f.tag: f.text or "" for f in item} for item in ET.fromstring(data)
    ],
    "pickle": load_pickles,
}


@pytest.mark.parametrize("name", list(READERS))
def test_every_format_has_one_row_an_article(
    name: str, tmp_path: Path, demo_profile: Profile
) -> None:
    crawled = feed(tmp_path, demo_profile, f"articles.{name}")
    rows = READERS[name]((tmp_path / f"articles.{name}").read_bytes())
    assert len(rows) == crawled.stat("articles/unique") > 20
    assert list(rows[0]) == COLUMNS
    assert len({row["url"] for row in rows}) == len(rows)


def test_several_feeds_at_once(tmp_path: Path, demo_profile: Profile) -> None:
    feeds = {
        str(tmp_path / "a.csv"): {"format": "csv"},
        str(tmp_path / "b.jsonl"): {"format": "jsonl"},
    }
    crawl(tmp_path, demo_profile, FEEDS=feeds)
    lines = [
        json.loads(line) for line in (tmp_path / "b.jsonl").read_text().splitlines()
    ]
    assert [row["url"] for row in read_csv(tmp_path / "a.csv")] == [
        row["url"] for row in lines
    ]


def test_the_columns_can_be_chosen(tmp_path: Path, demo_profile: Profile) -> None:
    feed(tmp_path, demo_profile, "a.csv", FEED_EXPORT_FIELDS=["url", "topic"])
    assert list(read_csv(tmp_path / "a.csv")[0]) == ["url", "topic"]


def test_the_columns_can_be_renamed(tmp_path: Path, demo_profile: Profile) -> None:
    feed(
        tmp_path,
        demo_profile,
        "a.csv",
        FEED_EXPORT_FIELDS={"url": "link", "topic": "kind"},
    )
    assert list(read_csv(tmp_path / "a.csv")[0]) == ["link", "kind"]


def test_an_own_field_is_a_column(tmp_path: Path, demo_profile: Profile) -> None:
    profile = {**demo_profile, "fields": {**demo_profile["fields"], "heading": "h2"}}
    feed(tmp_path, profile, "a.csv")
    rows = read_csv(tmp_path / "a.csv")
    assert list(rows[0]) == [*COLUMNS, "heading"]
    assert any(row["heading"] == row["title"] != "" for row in rows)


def test_appending_adds_rows_and_no_second_header(
    tmp_path: Path, demo_profile: Profile
) -> None:
    once = len(feed(tmp_path, demo_profile, "a.csv").frontier.topics) and len(
        read_csv(tmp_path / "a.csv")
    )
    feed(tmp_path, demo_profile, "a.csv")
    rows = read_csv(tmp_path / "a.csv")
    assert len(rows) == 2 * once
    assert not any(row["url"] == "url" for row in rows)


def test_rows_are_appended_in_the_dialect_that_is_set(
    tmp_path: Path, demo_profile: Profile
) -> None:
    tabs = {"item_export_kwargs": {"dialect": "excel-tab"}}
    feed(tmp_path, demo_profile, "a.csv", options=tabs)
    once = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    feed(tmp_path, demo_profile, "a.csv", options=tabs)
    assert "\t" in once[0]
    twice = (tmp_path / "a.csv").read_text("utf-8-sig").splitlines()
    assert sorted(twice) == sorted([*once, *once[1:]])


def test_appended_rows_go_under_the_columns_of_the_file(
    tmp_path: Path, demo_profile: Profile
) -> None:
    feed(tmp_path, demo_profile, "a.csv", FEED_EXPORT_FIELDS=["page", *COLUMNS[:-1]])
    feed(tmp_path, demo_profile, "a.csv")
    rows = read_csv(tmp_path / "a.csv")
    assert list(rows[0]) == ["page", *COLUMNS[:-1]]
    assert all(row["page"].isdigit() and row["url"].startswith("http") for row in rows)


def test_a_last_line_that_was_cut_off_does_not_swallow_the_first_new_row(
    tmp_path: Path, demo_profile: Profile
) -> None:
    (tmp_path / "a.csv").write_text("title,description,url,topic,page\ncut,off")
    crawled = feed(tmp_path, demo_profile, "a.csv")
    rows = read_csv(tmp_path / "a.csv")
    assert rows[0]["title"] == "cut"
    assert len(rows) == 1 + crawled.stat("articles/unique")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "name,link\nx,y\n", "its columns are name,link"),
        ("a.json", "[{}]", "a json file has an end"),
        ("a.xml", "<items></items>", "a xml file has an end"),
    ],
)
def test_what_cannot_be_appended_to_is_left_alone(
    name: str,
    content: str,
    said: str,
    tmp_path: Path,
    demo_profile: Profile,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (tmp_path / name).write_text(content)
    crawled = feed(tmp_path, demo_profile, name)
    assert (tmp_path / name).read_text() == content
    assert crawled.stat("finish_reason") == "cannot_write"
    assert crawled.stat("downloader/request_count") is None
    assert said in caplog.text


def test_a_file_is_replaced_if_asked_to(tmp_path: Path, demo_profile: Profile) -> None:
    (tmp_path / "a.json").write_text("[{}]")
    crawled = feed(tmp_path, demo_profile, "a.json", options={"overwrite": True})
    assert len(json.loads((tmp_path / "a.json").read_text())) == crawled.stat(
        "articles/unique"
    )


def test_a_folder_that_is_missing_is_made(
    tmp_path: Path, demo_profile: Profile
) -> None:
    feed(tmp_path, demo_profile, "new/folder/a.csv")
    assert read_csv(tmp_path / "new/folder/a.csv")


def test_a_path_that_cannot_be_written_stops_the_crawl_at_its_start(
    tmp_path: Path, demo_profile: Profile, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    crawled = feed(tmp_path, demo_profile, "file/a.csv")
    assert crawled.stat("finish_reason") == "cannot_write"
    assert crawled.stat("downloader/request_count") is None
    assert f"Cannot write the feed {tmp_path}/file/a.csv" in caplog.text


def test_a_disk_that_is_full_stops_the_crawl(
    demo_profile: Profile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    crawled = crawl(tmp_path, demo_profile, FEEDS={str(full): {"format": "csv"}})
    assert "Cannot write the feed /dev/full: No space left on device" in caplog.text
    assert crawled.stat("feedexport/failed_count/write") == 1


class BrokenExporter(CsvItemExporter):
    """An exporter with a mistake of its own."""

    def export_item(self, item: Any) -> None:
        raise TypeError("my mistake")


def test_an_exporters_own_mistake_is_told_with_its_place(
    demo_profile: Profile, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    exporters = {"csv": "tests.feeds.test_feeds.BrokenExporter"}
    crawled = feed(tmp_path, demo_profile, "a.csv", FEED_EXPORTERS=exporters)
    assert "TypeError: my mistake. What it holds is not complete" in caplog.text
    assert "in export_item" in caplog.text
    assert crawled.stat("feedexport/failed_count/write") == 1
    assert crawled.stat("finish_reason") == "cannot_write"


@pytest.mark.parametrize("escaped", [True, False])
def test_formulas_are_escaped_if_asked_to(
    escaped: bool, tmp_path: Path, demo_profile: Profile
) -> None:
    feed(tmp_path, demo_profile, "a.csv", CSV_ESCAPE_FORMULAS=escaped)
    titles = [row["title"] for row in read_csv(tmp_path / "a.csv")]
    starts = {title[:1] for title in titles}
    assert bool(starts & set("=+-@")) is not escaped
    assert ("'" in starts) is escaped


def test_rows_are_split_into_batches(tmp_path: Path, demo_profile: Profile) -> None:
    crawled = feed(
        tmp_path, demo_profile, "%(batch_id)d.csv", options={"batch_item_count": 10}
    )
    batches = [read_csv(path) for path in tmp_path.glob("*.csv")]
    assert sum(map(len, batches)) == crawled.stat("articles/unique")
    assert sorted(map(len, batches), reverse=True)[0] == 10


def test_a_site_without_articles_leaves_a_header(
    tmp_path: Path, demo_profile: Profile
) -> None:
    feed(tmp_path, {**demo_profile, "articles": ".nothing"}, "a.csv")
    assert (tmp_path / "a.csv").read_text().strip() == ",".join(COLUMNS)
