"""Several processes at one crawl: nothing is lost and nothing twice, whoever is killed or stopped."""

import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL, Connection, make_url

from scraper.storage import hosts, open_database, read, transaction, turns, workers
from tests.crawls.processes import end, wait_until
from tests.crawls.running import crawl, read_csv
from tests.crawls.stored import (
    SITE,
    all_urls,
    command,
    database,
    urls_in,
)
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    import subprocess

SILENCE = 5.0
"""Seconds after which a silent worker is taken for dead."""

SHARED = {"CRAWL_SHARED": "1", "CRAWL_WORKER_TIMEOUT": str(SILENCE)}


FAST = """
import time
right = time.time
time.time = lambda: right() + 3600
"""


class Workers:
    """Starts workers of one crawl of `server`, each the same command, and ends them all."""

    def __init__(
        self, server: SiteServer, folder: Path, url: URL, stack: ExitStack
    ) -> None:
        self.server = server
        self._feed = folder / "articles.csv"
        self._folder = folder
        self._url = url
        self._stack = stack

    def start(
        self,
        arguments: dict[str, str] | None = None,
        environment: dict[str, str] | None = None,
        **settings: object,
    ) -> "subprocess.Popen[str]":
        started = command(
            self.server,
            self._folder,
            self._feed.name,
            settings={
                **SHARED,
                "CRAWL_DB": self._url.render_as_string(hide_password=False),
                **settings,
            },
            arguments=arguments,
            env=environment,
        )
        return self._stack.enter_context(started)

    def start_and_join(
        self, count: int, **settings: object
    ) -> list["subprocess.Popen[str]"]:
        """Start so many workers, and wait until all have joined the crawl."""
        processes = [self.start(None, None, **settings) for _ in range(count)]
        self.wait_until_joined(count)
        return processes

    def wait_until_joined(self, count: int) -> None:
        """Wait until so many workers have ever joined the crawl."""
        wait_until(lambda: self.server.requests)
        self.wait_for(lambda connection: len(workers.read_all(connection, 1)) >= count)

    def kill(self, process: "subprocess.Popen[str]") -> None:
        """Kill the only worker, and wait until it is taken for dead."""
        process.kill()
        process.wait()
        self.wait_for(lambda connection: not workers.living(connection, 1, SILENCE))

    def wait_for(self, condition: Callable[[Connection], bool]) -> None:
        """Wait until something is so in the database."""
        engine = open_database(self._url, create=False)
        wait_until(lambda: read(engine, condition))
        engine.dispose()

    def check(self) -> None:
        """See that every article is there once, in the database and in the feed."""
        assert urls_in(self._url) == all_urls(self.server)
        rows = read_csv(self._feed)
        assert sorted(row["url"] for row in rows) == all_urls(self.server)


ServeWorkers = Callable[..., Workers]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return make_url(database(tmp_path))
    url: URL = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def workers_at(
    tmp_path: Path, site_server: ServeSite, url: URL
) -> Iterator[ServeWorkers]:
    """Workers of a site that is served as is said."""
    with ExitStack() as stack:
        yield lambda *style, **site: Workers(
            site_server(*style, **site), tmp_path, url, stack
        )


def test_two_workers_share_the_pages(workers_at: ServeWorkers) -> None:
    started = workers_at(content=SITE, latency=4)
    server = started.server
    processes = started.start_and_join(2)
    server.latency = 0.02
    logs = [end(process) for process in processes]
    started.check()
    fetched = Counter(server.pages)
    assert set(fetched.values()) == {1}, "a page was fetched by both"
    assert sum("Found 5 topics" in log for log in logs) == 1, "both read the index"
    for log in logs:
        assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log
        assert f"{len(all_urls(server)):,} unique" in log
    finished = [log for log in logs if "Another worker finishes" not in log]
    assert len(finished) == 1


@pytest.mark.parametrize(
    "style", ["next-only", "windowed-no-last", "last-again-past-end"]
)
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_what_one_learns_of_a_topic_the_other_goes_on_with(
    style: str, workers_at: ServeWorkers
) -> None:
    started = workers_at(style, latency=4)
    processes = started.start_and_join(2, CONCURRENT_REQUESTS=2)
    started.server.latency = 0.1
    for process in processes:
        end(process)
    started.check()


def test_limits_and_pauses_are_those_of_all_workers_together(
    workers_at: ServeWorkers, url: URL
) -> None:
    started = workers_at(content=SITE, latency=2)
    server = started.server
    processes = started.start_and_join(3, CONCURRENT_REQUESTS=5)
    wait_until(lambda: len(server.pages) > 5)
    engine, asked_at = open_database(url, create=False), monotonic()
    with transaction(engine) as connection:
        hosts.pause(connection, 1, "127.0.0.1", 14)
    engine.dispose()
    wait_until(lambda: monotonic() > asked_at + 9)  # all have heard, and none has more
    server.peak = 0
    wait_until(lambda: server.requests[-1].at > asked_at + 13)
    for process in processes:
        end(process)
    assert not [r for r in server.requests if 9 < r.at - asked_at < 13]
    assert 2 < server.peak <= 5
    started.check()


def test_a_pause_that_one_is_asked_for_is_told_to_all(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, faults={(0, 2): "429-then-ok"})
    settings: dict[str, Any] = SHARED | {"CRAWL_DB": database(tmp_path)}
    crawl(tmp_path, server.profile(), **settings)
    engine = open_database(make_url(database(tmp_path)), create=False)
    with transaction(engine, reads_only=True) as connection:
        rows = connection.exec_driver_sql("SELECT host FROM hosts").all()
    engine.dispose()
    assert [row.host for row in rows] == ["127.0.0.1"]


def test_a_worker_whose_clock_is_an_hour_wrong_takes_no_page_from_another(
    tmp_path: Path, workers_at: ServeWorkers
) -> None:
    started = workers_at(content=SITE, latency=4)
    server = started.server
    (tmp_path / "sitecustomize.py").write_text(FAST)
    fast = {**os.environ, "PYTHONPATH": str(tmp_path)}
    processes = [started.start(), started.start(environment=fast)]
    started.wait_until_joined(2)
    server.latency = 0.02
    for process in processes:
        end(process)
    started.check()
    assert set(server.pages.values()) == {1}, "a page was fetched by both"


def test_workers_are_killed_and_others_join(workers_at: ServeWorkers) -> None:
    faults = {(0, 3): "503-then-ok", (1, 5): "reset-then-ok", (3, 7): "503-then-ok"}
    started = workers_at(content=SITE, latency=4, faults=faults)
    server, chance = started.server, random.Random(6)
    processes = started.start_and_join(3)
    for kills in range(1, 5):
        shown = len(server.pages)
        wait_until(lambda: len(server.pages) > shown)  # noqa: B023
        processes.pop(chance.randrange(3)).kill()
        processes.append(started.start())
        started.wait_until_joined(3 + kills)
    server.latency = 0.02
    logs = [end(process) for process in processes]
    started.check()
    for log in logs:
        assert f"{len(all_urls(server)):,} unique" in log


def stop(process: "subprocess.Popen[str]", file: Path) -> None:
    """Stop a process, but not while it writes to the SQLite file: nobody else could then (see test_hung_worker)."""
    while True:
        process.send_signal(signal.SIGSTOP)
        if not file.exists():
            return
        with closing(sqlite3.connect(file, timeout=0.5)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                process.send_signal(signal.SIGCONT)
                sleep(0.05)
            else:
                return


def test_a_worker_that_was_stopped_for_long_commits_nothing_twice(
    tmp_path: Path, workers_at: ServeWorkers
) -> None:
    started = workers_at(content=SITE, latency=0.5)
    server = started.server
    late = started.start()
    wait_until(lambda: len(server.pages) > 20)
    stop(late, tmp_path / "crawls.db")
    server.latency = 0.02
    end(started.start())  # it has to wait for what the other one has
    started.check()
    before = (tmp_path / "articles.csv").read_bytes()
    late.send_signal(signal.SIGCONT)
    log = end(late)
    started.check()
    assert (tmp_path / "articles.csv").read_bytes() == before
    assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log


def test_who_would_be_alone_is_refused_by_those_who_share_and_the_other_way_round(
    workers_at: ServeWorkers,
) -> None:
    started = workers_at(content=SITE, latency=4)
    server = started.server
    first = started.start()
    wait_until(lambda: server.pages)
    said = end(started.start(CRAWL_SHARED=0), 1)
    assert f"'site' is being crawled by process {first.pid} on" in said
    assert "Join them with -s CRAWL_SHARED=1" in said
    started.kill(first)
    shown = len(server.pages)
    alone = started.start(CRAWL_SHARED=0)
    wait_until(lambda: len(server.pages) > shown)
    said = end(started.start(), 1)
    assert f"'site' is being crawled by process {alone.pid} on" in said
    assert "`scrapy fleet`" in said


def test_a_crawl_does_not_begin_anew_while_others_are_at_work(
    workers_at: ServeWorkers,
) -> None:
    started = workers_at(content=SITE, latency=4)
    first = started.start()
    wait_until(lambda: started.server.pages)
    said = end(started.start({"fresh": "1"}), 1)
    assert f"'site' is being crawled by process {first.pid} on" in said
    assert "-a fresh=1 begins anew only when none is at work" in said


def test_a_feed_that_a_killed_worker_did_not_finish_is_written_by_the_same_command(
    tmp_path: Path, workers_at: ServeWorkers
) -> None:
    started = workers_at(content=SITE, latency=0.05)
    server = started.server
    process = started.start()
    wait_until(lambda: len(server.pages) > 10)
    os.mkfifo(tmp_path / "articles.csv")  # nobody reads it: to write it takes for ever
    started.wait_for(lambda connection: turns.finisher(connection, 1) is not None)
    started.kill(process)
    (tmp_path / "articles.csv").unlink()
    fetched = len(server.requests)
    end(started.start())
    started.check()
    assert len(server.requests) == fetched, "a page was fetched again"


def test_an_index_that_cannot_be_had_is_told_by_all(workers_at: ServeWorkers) -> None:
    started = workers_at(content=SITE)
    nobody = started.server.url.replace("127.0.0.1", "127.0.0.2")
    processes = [started.start({"url": nobody}, RETRY_TIMES=3) for _ in range(2)]
    for process in processes:
        assert "FAILED the index" in end(process, 3)
