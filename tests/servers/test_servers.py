"""The servers that tests start are real, come back, and leave nothing behind."""

import os
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, create_engine, text

from tests.servers.postgresql import PostgreSQL
from tests.servers.programs import program
from tests.servers.redis import RedisServer


def answer(url: URL) -> int:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT 42")).scalar_one())
    finally:
        engine.dispose()


def test_each_test_has_an_empty_database(
    postgresql: PostgreSQL, postgresql_url: URL
) -> None:
    assert answer(postgresql_url) == 42
    with postgresql.new_database() as other:
        assert other != postgresql_url
        assert answer(other) == 42


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_a_database_outlives_its_server(
    mode: str, postgresql: PostgreSQL, postgresql_url: URL
) -> None:
    postgresql.stop(mode)
    with pytest.raises(psycopg.OperationalError):
        postgresql.execute("SELECT 1")
    postgresql.start()
    assert answer(postgresql_url) == 42


def test_redis_answers_and_comes_back_empty(redis_server: RedisServer) -> None:
    with redis_server.client() as client:
        client.set("key", "value")
    redis_server.stop()
    redis_server.start()
    with redis_server.client() as client:
        assert client.get("key") is None


def test_servers_leave_nothing_behind() -> None:
    with PostgreSQL() as server, RedisServer() as redis:
        folders = [server.folder, redis.folder]
        pid = server.pid
        assert all(folder.exists() for folder in folders)
    assert not any(folder.exists() for folder in folders)
    assert not Path(f"/proc/{pid}").exists()


def test_a_program_that_is_missing_skips_but_not_on_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-server is not installed"):
        program("no-such-server")
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-server"):
        program("no-such-server")
    assert os.access(program("sh"), os.X_OK)
