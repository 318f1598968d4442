"""Operations that lose their session to the server are done again."""

from collections.abc import Callable

import pytest
from sqlalchemy import URL, Connection, Engine, text

from scraper.storage import Writer, open_database, transaction
from scraper.storage.database import read
from scraper.storage.receipts import receipts
from tests.servers.postgresql import PostgreSQL
from tests.storage.crawling import begin, only_postgresql

pytestmark = [only_postgresql, pytest.mark.slow]

WAIT = 60.0


def test_an_operation_that_loses_its_session_is_done_again(
    engine: Engine, postgresql: PostgreSQL
) -> None:
    with Writer(engine) as writer:
        assert writer.submit(_losing_its_session(postgresql)).result(WAIT) == 2


def test_a_worker_that_was_stopped_in_a_transaction_goes_on(
    url: URL, postgresql: PostgreSQL
) -> None:
    impatient = {"options": "-c idle_in_transaction_session_timeout=50ms"}
    with Writer(open_database(url.update_query_dict(impatient))) as writer:
        assert writer.submit(_stopped_for_long(postgresql)).result(WAIT) == 2


def _stopped_for_long(postgresql: PostgreSQL) -> Callable[[Connection], int]:
    """As if SIGSTOP came in the middle of the operation, and SIGCONT after the server has lost its patience."""
    runs: list[int] = []

    def operation(connection: Connection) -> int:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        session = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid}"
        while not runs and postgresql.execute(session):
            pass
        runs.append(pid)
        connection.execute(text("SELECT 1"))
        return len(runs)

    return operation


def _losing_its_session(postgresql: PostgreSQL) -> Callable[[Connection], int]:
    runs: list[int] = []

    def operation(connection: Connection) -> int:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        if not runs:
            postgresql.execute(f"SELECT pg_terminate_backend({pid}, 10000)")
        runs.append(pid)
        connection.execute(text("SELECT 1"))
        return len(runs)

    return operation


def test_reading_is_done_again(engine: Engine, postgresql: PostgreSQL) -> None:
    assert read(engine, _losing_its_session(postgresql)) == 2


def test_a_writer_that_ends_in_order_leaves_no_receipt(engine: Engine) -> None:
    with Writer(engine) as writer:
        writer.submit(begin).result(WAIT)
        with transaction(engine, reads_only=True) as connection:
            assert len(connection.execute(receipts.select()).all()) == 1
    with transaction(engine, reads_only=True) as connection:
        assert connection.execute(receipts.select()).all() == []
