"""One process at a time works on a crawl, and a dead one does not hold it."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, Engine, make_url, select, update

from scraper.crawl_store import CrawlOptions, CrawlStore, heartbeat
from scraper.crawl_store.heartbeat import Heartbeat
from scraper.site import SiteProfile
from scraper.storage import CrawlOwnedError, StorageError, topics, transaction
from scraper.storage.ownership import HEARTBEAT, Ownership
from scraper.storage.schema import owners
from tests.storage.crawling import (
    begin_with_pages,
    lease,
    only_postgresql,
    only_sqlite,
)

PROJECT = Path(__file__).parents[2]
SERVER = make_url("postgresql+psycopg://host/name")  # no file: ownership is a row

OWNER = """
import sys
from sqlalchemy import make_url
from scraper.storage import open_database, transaction
from scraper.storage.ownership import Ownership
url = make_url(sys.argv[1])
ownership = Ownership(url, "site", "https://x.org/")
with transaction(open_database(url)) as connection:
    ownership.take(connection)
print("taken", flush=True)
sys.stdin.read()
"""


def own(url: URL, index: str = "https://x.org/") -> Ownership:
    return Ownership(url, "site", index)


@contextmanager
def other_process(url: URL) -> Iterator["subprocess.Popen[str]"]:
    """Another process that owns the crawl until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(url)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "taken\n"
            yield process
        finally:
            process.kill()


@only_sqlite
def test_a_second_process_is_refused_until_the_first_is_killed(
    engine: Engine, url: URL
) -> None:
    ownership = own(url)
    with other_process(url) as process:
        with (
            pytest.raises(CrawlOwnedError) as refused,
            transaction(engine) as connection,
        ):
            ownership.take(connection)
        said = str(refused.value)
        assert said.startswith(f"'site' is being crawled by process {process.pid} on ")
        assert ", since 20" in said
        assert str(url.database) in said
        assert "\n" not in said
        process.kill()
        process.wait()
        with transaction(engine) as connection:
            ownership.take(connection)
    ownership.unlock()


def test_another_site_may_be_crawled_meanwhile(engine: Engine, url: URL) -> None:
    one, other = own(url), own(url, "https://y.org/")
    with transaction(engine) as connection:
        one.take(connection)
        other.take(connection)
    one.unlock()
    other.unlock()


@only_sqlite
def test_two_in_one_process_are_two(engine: Engine, url: URL) -> None:
    one, two = own(url), own(url)
    with transaction(engine) as connection:
        one.take(connection)
        one.take(connection)
        with pytest.raises(CrawlOwnedError, match=f"process {os.getpid()} on"):
            two.take(connection)
        one.release(connection)
        with pytest.raises(CrawlOwnedError, match="by another process"):
            two.take(connection)
        one.unlock()
        two.take(connection)
    two.unlock()
    two.unlock()


def test_a_lock_that_cannot_be_made(
    engine: Engine, tmp_path: Path, connection: Connection
) -> None:
    ownership = own(make_url(f"sqlite:///{tmp_path}/none/crawls.db"))
    (tmp_path / "none").touch()
    with pytest.raises(StorageError, match="cannot be locked"):
        ownership.take(connection)


def test_on_a_server_a_claim_is_renewed(connection: Connection) -> None:
    one, two = own(SERVER), own(SERVER)
    assert one.must_be_renewed
    one.take(connection)
    one.take(connection)
    assert one.renew(connection)
    assert not two.renew(connection)
    with pytest.raises(CrawlOwnedError, match=f"process {os.getpid()} on"):
        two.take(connection)


def test_on_a_server_a_claim_that_is_not_renewed_is_lost(
    connection: Connection,
) -> None:
    one, two = own(SERVER), own(SERVER)
    one.take(connection)
    connection.execute(update(owners).values(until=owners.c.until - HEARTBEAT - 1))
    two.take(connection)
    assert not one.renew(connection)
    with pytest.raises(CrawlOwnedError):
        one.take(connection)


def test_who_lost_the_claim_hears_of_it_at_the_next_renewal(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LONGEST_RENEWAL", 0.0)
    crawl_id = begin_with_pages(connection, last=1)
    one, two = own(SERVER), own(SERVER)
    beat = Heartbeat(crawl_id, one, CrawlOptions(SERVER))
    one.take(connection)
    beat.operation({})(connection)

    connection.execute(update(owners).values(until=owners.c.until - HEARTBEAT - 1))
    two.take(connection)
    with pytest.raises(CrawlOwnedError, match="is being crawled by process"):
        beat.operation({})(connection)
    two.release(connection)  # its turn is over, and something may be left to do
    beat.operation({})(connection)
    assert one.renew(connection)


@only_postgresql
def test_a_crawl_whose_claim_is_lost_is_told_to_close_and_leaves_the_others_leases(
    engine: Engine, url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "LONGEST_RENEWAL", 0.0)
    profile = {"index": "https://x.org/", "topics": "a", "articles": "p"}
    site = SiteProfile.from_settings({"site": profile}, "site")
    failures: list[StorageError] = []

    async def crawl() -> None:
        store = CrawlStore.open(CrawlOptions(url), site, fresh=False)
        store.start(failures.append)
        await store.heartbeat({})
        assert failures == []
        with transaction(engine) as connection:
            connection.execute(update(owners).values(owner="another"))
            topics.add(connection, store.crawl_id, [("a", "https://x.org/a")])
            assert len(lease(connection, store.crawl_id, owner="another")) == 1
        with pytest.raises(CrawlOwnedError):
            await store.heartbeat({})
        await store.close(finished=False, reason="database_failed")
        with transaction(engine) as connection:
            assert lease(connection, store.crawl_id) == []
            assert connection.execute(select(owners.c.owner)).scalar() == "another"

    asyncio.run(crawl())
    assert "is being crawled by process" in str(failures)


def test_on_a_server_a_claim_can_be_given_up(connection: Connection) -> None:
    one, two = own(SERVER), own(SERVER)
    one.take(connection)
    two.release(connection)
    with pytest.raises(CrawlOwnedError):
        two.take(connection)
    one.release(connection)
    one.unlock()
    two.take(connection)


@only_sqlite
def test_a_file_needs_no_renewal(url: URL) -> None:
    assert not own(url).must_be_renewed
