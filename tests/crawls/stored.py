"""Crawls in a database, run by the command in processes of their own; and what they leave."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from sqlalchemy import URL, make_url

from scraper.demo.content import DemoSite
from scraper.storage import articles, open_database, pages, transaction
from tests.crawls.processes import options, running
from tests.crawls.running import read_csv
from tests.sites.server import SiteServer

if TYPE_CHECKING:
    import subprocess

SITE = DemoSite(topics=5, pages=30, articles=10)

READERS: dict[str, Callable[[Path], list[dict[str, str]]]] = {
    "csv": read_csv,
    "jsonl": lambda path: [
        json.loads(line) for line in path.read_text("utf-8").splitlines()
    ],
    "json": lambda path: json.loads(path.read_text("utf-8")),
    "xml": lambda path: [
        {f.tag: f.text or "" for f in item} for item in ET.parse(path).getroot()
    ],
}


def database(folder: Path) -> str:
    return f"sqlite:///{folder}/crawls.db"


def stored_urls(folder: Path, crawl_id: int = 1) -> list[str]:
    return urls_in(make_url(database(folder)), crawl_id)


def urls_in(url: URL, crawl_id: int = 1) -> list[str]:
    engine = open_database(url, create=False)
    with transaction(engine, reads_only=True) as connection:
        rows = articles.read_all(connection, crawl_id)
        urls = sorted(row.fields["url"] for row in rows)
    engine.dispose()
    return urls


def in_database(
    url: URL, columns: Sequence[str]
) -> tuple[list[tuple[str, ...]], list[tuple[str, int | None]]]:
    """The rows of all articles as a CSV file has them, and which pages of which topics failed."""
    engine = open_database(url, create=False)
    with transaction(engine, reads_only=True) as connection:
        rows = [
            tuple(str(row.fields[column]) for column in columns)
            for row in articles.read_all(connection, 1)
        ]
        failed = [(row.topic, row.number) for row in pages.failures(connection, 1)]
    engine.dispose()
    return rows, failed


def all_urls(server: SiteServer) -> list[str]:
    return sorted({str(record["url"]) for record in server.records()})


def command(
    server: SiteServer,
    folder: Path,
    *feeds: str,
    verb: Sequence[str] = ("crawl",),
    settings: Mapping[str, object] | None = None,
    arguments: Mapping[str, str] | None = None,
    **popen: Any,
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """`scrapy crawl topics` on the site; killed if it still runs at the end."""
    values = {
        "SITES": json.dumps({"site": server.profile()}),
        "SITE": "site",
        "CRAWL_DB": database(folder),
        "CONCURRENT_REQUESTS": "8",
        "RETRY_BACKOFF_CAP": "0.1",
        **(settings or {}),
    }
    given = [f"-a{name}={value}" for name, value in (arguments or {}).items()]
    outputs = [part for feed in feeds for part in ("-o", str(folder / feed))]
    return running(*verb, "topics", *options(values), *given, *outputs, **popen)
