"""A database of its own for each test, of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine

from scraper.storage import open_database, transaction
from tests.storage.crawling import file_url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return file_url(tmp_path / "crawls.db")
    url: URL = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = open_database(url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as connection:
        yield connection
