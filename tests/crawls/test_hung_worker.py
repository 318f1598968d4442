"""A worker of a fleet that hangs for good: it is killed and replaced, and the fleet comes to its end."""

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import make_url

from scraper.storage import open_database, transaction, workers
from scraper.storage.workers import Role
from tests.crawls.processes import children_of, end, wait_until
from tests.crawls.running import read_csv
from tests.crawls.stored import SITE, all_urls, command, database, stored_urls
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

pytestmark = pytest.mark.slow


FLEET = ("fleet", "-n", "2")
SETTINGS = {"CRAWL_WORKER_TIMEOUT": 3}


def check(log: str, server: SiteServer, folder: Path) -> None:
    """See that a worker was killed, and that every article is there once, in the database and in the feed."""
    assert "ended unexpectedly (status -9)" in log
    assert stored_urls(folder) == all_urls(server)
    written = read_csv(folder / "articles.csv")
    assert sorted(row["url"] for row in written) == all_urls(server)


def test_a_worker_that_hangs_is_replaced(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.1)
    with command(
        server, tmp_path, "articles.csv", verb=FLEET, settings=SETTINGS
    ) as process:
        wait_until(lambda: len(server.pages) > 10)
        engine = open_database(make_url(database(tmp_path)), create=False)
        with transaction(engine, reads_only=True) as connection:
            rows = workers.read_all(connection, 1)
        engine.dispose()
        os.kill(next(r.pid for r in rows if r.role is Role.SHARING), signal.SIGSTOP)
        log = end(process)
    check(log, server, tmp_path)


def test_so_is_one_that_hangs_before_it_has_joined(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE)
    with command(
        server, tmp_path, "articles.csv", verb=FLEET, settings=SETTINGS
    ) as process:
        wait_until(lambda: len(children_of(process.pid)) == 2)
        os.kill(children_of(process.pid)[1], signal.SIGSTOP)
        log = end(process)
    check(log, server, tmp_path)
