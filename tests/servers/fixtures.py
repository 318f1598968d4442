"""The fixtures that start servers; import them in a conftest.

Each process of pytest-xdist has servers of its own, started when a first test asks for
them: a cluster takes under a second of CPU to make, and a test may restart its server.
"""

from collections.abc import Iterator

import pytest
from sqlalchemy import URL

from tests.servers.postgresql import PostgreSQL
from tests.servers.redis import RedisServer


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL server."""
    with PostgreSQL() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[URL]:
    """The URL of an empty database on it; one for each test."""
    with postgresql.new_database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_process() -> Iterator[RedisServer]:
    """A Redis server, with what other tests left in it."""
    with RedisServer() as server:
        yield server


@pytest.fixture
def redis_server(redis_process: RedisServer) -> RedisServer:
    """A Redis server that is empty."""
    redis_process.clear()
    return redis_process
