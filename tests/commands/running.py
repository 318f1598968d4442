"""Running a command in this process, as Scrapy does, on a database of two crawls."""

import argparse
from pathlib import Path
from typing import Any

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.settings import Settings
from sqlalchemy import Connection

from scraper.storage import articles, crawls, open_database, topics, transaction
from scraper.storage.articles import PageArticles
from tests.storage.crawling import article, begin, file_url

COLUMNS = ["title", "url", "topic", "page", "price"]


def run(command: ScrapyCommand, *arguments: str, folder: Path, **settings: Any) -> int:
    """Run `command` with the project's settings and the database in `folder`; returns its exit status."""
    command.settings = Settings()
    command.settings.setmodule("scraper.settings", priority="project")
    command.settings.setdict(
        {"CRAWL_DB": f"sqlite:///{folder}/crawls.db", "SITE": "books", **settings},
        priority="cmdline",
    )
    parser = argparse.ArgumentParser(conflict_handler="resolve", exit_on_error=False)
    command.add_options(parser)
    options, others = parser.parse_known_args(arguments)
    command.process_options(others, options)
    command.run(others, options)
    return command.exitcode


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a database: two finished crawls of `books`, and one of `music` that is not."""
    engine = open_database(file_url(tmp_path / "crawls.db"))
    with transaction(engine) as connection:
        _crawl(connection, "books", {1: "1", 2: "2", 3: "3"})
        _crawl(connection, "books", {2: "2", 3: "33", 4: "=4"})
        _crawl(connection, "music", {1: "1"}, finished=False)
    engine.dispose()
    return tmp_path


def _crawl(
    connection: Connection, site: str, prices: dict[int, str], *, finished: bool = True
) -> None:
    crawl_id = begin(connection, site, columns=COLUMNS)
    topics.add(connection, crawl_id, [("A", "https://x.org/a")])
    found = [article(n, topic="A", page=n, price=price) for n, price in prices.items()]
    articles.add(connection, [PageArticles(crawl_id, 1, found)])
    if finished:
        crawls.finish(connection, crawl_id, "finished")
