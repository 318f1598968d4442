"""Crawls in a database, run by the command in processes of their own; and what they leave."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from xml.etree import ElementTree as ET

from sqlalchemy import URL, make_url

from scraper.demo.content import DemoSite
from scraper.storage import articles, open_database, transaction
from tests.crawls.running import PROJECT, read_csv
from tests.sites.server import SiteServer

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


def all_urls(server: SiteServer) -> list[str]:
    return sorted({str(record["url"]) for record in server.records()})


@contextmanager
def command(
    server: SiteServer,
    folder: Path,
    *feeds: str,
    verb: Sequence[str] = ("crawl",),
    settings: Mapping[str, object] | None = None,
    arguments: Mapping[str, str] | None = None,
    **popen: Any,
) -> Iterator["subprocess.Popen[str]"]:
    """`scrapy crawl topics` on the site; killed if it still runs at the end."""
    values = {
        "SITES": json.dumps({"site": server.profile()}),
        "SITE": "site",
        "CRAWL_DB": database(folder),
        "CONCURRENT_REQUESTS": "8",
        "RETRY_BACKOFF_CAP": "0.1",
        **(settings or {}),
    }
    options = [
        part for name, value in values.items() for part in ("-s", f"{name}={value}")
    ]
    for name, value in (arguments or {}).items():
        options += ["-a", f"{name}={value}"]
    outputs = [part for feed in feeds for part in ("-o", str(folder / feed))]
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *verb, "topics", *options, *outputs],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        **popen,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(condition: Any, timeout: float = 60) -> None:
    deadline = monotonic() + timeout
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        sleep(0.01)
