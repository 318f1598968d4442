"""An index of several pages, and processes that are killed while they read it or share it."""

import json
import os
import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import URL, Connection, make_url, select

from scraper.storage import open_database, read, workers
from scraper.storage.schema import crawls
from tests.crawls.paged_index import PagedIndex
from tests.crawls.processes import end, options, running, wait_until
from tests.crawls.running import read_csv
from tests.crawls.stored import database
from tests.downloader.conftest import Serve
from tests.downloader.peer import Peer

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.slow

SHARED = {"CRAWL_SHARED": "1"}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return make_url(database(tmp_path))
    url: URL = request.getfixturevalue("postgresql_url")
    return url


def command(
    peer: Peer,
    folder: Path,
    url: URL,
    verb: Sequence[str] = ("crawl",),
    **settings: object,
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """`scrapy crawl topics` on the site, with its feed in `articles.csv`."""
    values = {
        "SITES": json.dumps({"site": PagedIndex([]).profile(peer.url())}),
        "SITE": "site",
        "CRAWL_DB": url.render_as_string(hide_password=False),
        "RETRY_TIMES": 2,
        "RETRY_BACKOFF_BASE": 0.01,
        "CRAWL_WORKER_TIMEOUT": 5,
        **settings,
    }
    feed = folder / "articles.csv"
    return running(*verb, "topics", *options(values), "-o", str(feed))


def topics_of(folder: Path) -> list[str]:
    """The topics of the feed's rows; each has two pages."""
    rows = sorted(row["topic"] for row in read_csv(folder / "articles.csv"))
    assert rows[::2] == rows[1::2]
    return rows[::2]


def asked(peer: Peer) -> int:
    """How many further pages of the index were asked for."""
    return sum(target.startswith("/?page=") for target in peer.targets)


def reader_of(connection: Connection) -> int | None:
    """The process that reads the index."""
    name = connection.execute(select(crawls.c.index_reader)).scalar()
    rows = workers.read_all(connection, 1)
    return next((row.pid for row in rows if row.name == name), None)


def test_kills_in_the_middle_of_the_index_lose_no_topic(
    serve: Serve, tmp_path: Path, url: URL
) -> None:
    site = PagedIndex([3] * 12, latency=0.2)
    peer = serve(site)
    for upto in (2, 6, 9):
        with command(peer, tmp_path, url) as process:
            wait_until(lambda: asked(peer) >= upto)  # noqa: B023
            process.kill()
    with command(peer, tmp_path, url) as process:
        end(process)
    assert topics_of(tmp_path) == sorted(site.topics())
    assert peer.targets.count("/") == 1, "it began at the first page again"


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_another_worker_goes_on_in_the_index(
    sent: signal.Signals, serve: Serve, tmp_path: Path, url: URL
) -> None:
    site = PagedIndex([3] * 12, latency=0.4)
    peer = serve(site)
    with ExitStack() as stack:
        started = {}
        for _ in range(2):
            process = stack.enter_context(command(peer, tmp_path, url, **SHARED))
            started[process.pid] = process
        wait_until(lambda: asked(peer) >= 3)
        engine = open_database(url, create=False)
        wait_until(lambda: read(engine, lambda c: len(workers.read_all(c, 1))) == 2)
        reader = read(engine, reader_of)
        engine.dispose()
        assert reader is not None
        stopped = started.pop(reader)
        sleep(
            site.latency / 2
        )  # one that is stopped while it writes keeps SQLite's lock
        os.kill(reader, sent)
        (other,) = started.values()
        log = end(other)
        assert "Found" in log, "it did not read the index to its end"
        if sent is signal.SIGSTOP:
            os.kill(reader, signal.SIGCONT)
            end(stopped)
    assert topics_of(tmp_path) == sorted(site.topics())
    assert peer.targets.count("/") == 1, "it began at the first page again"


def test_a_page_of_the_index_that_is_missing_is_told_by_all(
    serve: Serve, tmp_path: Path, url: URL
) -> None:
    site = PagedIndex([3] * 4, latency=1, statuses={4: "500 Oops"})
    peer = serve(site)
    with ExitStack() as stack:
        both = [
            stack.enter_context(command(peer, tmp_path, url, **SHARED))
            for _ in range(2)
        ]
        for process in both:
            log = end(process, 3)
            assert log.count("FAILED the index") == 1, log
            assert peer.url("/?page=4") in log
    assert topics_of(tmp_path) == site.topics(1, 2, 3)


def test_a_fleet_reads_the_whole_index(serve: Serve, tmp_path: Path, url: URL) -> None:
    site = PagedIndex([3] * 12, latency=0.2)
    peer = serve(site)
    verb = ("fleet", "-n", "2")
    with command(peer, tmp_path, url, verb) as process:
        wait_until(lambda: asked(peer) >= 3)
        engine = open_database(url, create=False)
        reader = read(engine, reader_of)
        engine.dispose()
        assert reader is not None
        os.kill(reader, signal.SIGKILL)
        end(process)
    assert topics_of(tmp_path) == sorted(site.topics())
    site.statuses[4] = "500 Oops"
    with command(peer, tmp_path, url, verb) as process:
        log = end(process, 3)
    assert log.count("FAILED the index") == 1, log
    assert peer.url("/?page=4") in log
