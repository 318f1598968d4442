"""A database of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine

from scraper.storage import open_database, transaction
from tests.storage.crawling import file_url


@pytest.fixture
def url(tmp_path: Path) -> URL:
    return file_url(tmp_path / "crawls.db")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as connection:
        yield connection
