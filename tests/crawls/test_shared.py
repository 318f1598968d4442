"""Several processes at one crawl: nothing is lost and nothing twice, whoever is killed or stopped."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import URL, Engine, make_url

from scraper.storage import hosts, open_database, transaction, turns, workers
from tests.crawls.running import crawl, read_csv
from tests.crawls.stored import (
    SITE,
    all_urls,
    command,
    database,
    urls_in,
    wait_until,
)
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    import subprocess

SHARED = {"CRAWL_SHARED": "1", "CRAWL_WORKER_TIMEOUT": "5"}
ALONE = {**SHARED, "CRAWL_SHARED": "0"}


FAST = """
import time
right = time.time
time.time = lambda: right() + 3600
"""


class Workers:
    """Starts workers of one crawl, each the same command, and ends them all."""

    def __init__(
        self, server: SiteServer, folder: Path, url: URL, stack: ExitStack
    ) -> None:
        self._server = server
        self._folder = folder
        self._url = url
        self._stack = stack

    def start(
        self,
        arguments: dict[str, str] | None = None,
        environment: dict[str, str] | None = None,
        **settings: object,
    ) -> "subprocess.Popen[str]":
        return self._stack.enter_context(
            command(
                self._server,
                self._folder,
                "articles.csv",
                settings={
                    **SHARED,
                    "CRAWL_DB": self._url.render_as_string(hide_password=False),
                    **settings,
                },
                arguments=arguments,
                env=environment,
            )
        )

    def wait_until_joined(self, count: int) -> None:
        """Wait until so many workers have ever joined the crawl."""
        wait_until(lambda: self._server.requests)
        engine = open_database(self._url, create=False)
        wait_until(lambda: self._joined(engine) >= count)
        engine.dispose()

    def _joined(self, engine: Engine) -> int:
        with transaction(engine, reads_only=True) as connection:
            return len(workers.read_all(connection, 1))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> URL:
    if request.param == "sqlite":
        return make_url(database(tmp_path))
    url: URL = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def end(process: "subprocess.Popen[str]", status: int = 0) -> str:
    """Wait until a worker has ended; returns its log."""
    _, log = process.communicate(timeout=90)
    assert process.returncode == status, log
    return log


def check(server: SiteServer, folder: Path, url: URL) -> None:
    """See that every article is there once, in the database and in the feed."""
    assert urls_in(url) == all_urls(server)
    rows = read_csv(folder / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_two_workers_share_the_pages(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=4)
    started = Workers(server, tmp_path, url, stack)
    processes = [started.start() for _ in range(2)]
    started.wait_until_joined(2)
    server.latency = 0.02
    logs = [end(process) for process in processes]
    check(server, tmp_path, url)
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
def test_what_one_learns_of_a_topic_the_other_goes_on_with(
    style: str, tmp_path: Path, site_server: ServeSite, stack: ExitStack
) -> None:
    server = site_server(style, latency=4)
    started = Workers(server, tmp_path, make_url(database(tmp_path)), stack)
    processes = [started.start(CONCURRENT_REQUESTS=2) for _ in range(2)]
    started.wait_until_joined(2)
    server.latency = 0.1
    for process in processes:
        end(process)
    check(server, tmp_path, make_url(database(tmp_path)))


def test_limits_and_pauses_are_those_of_all_workers_together(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=2)
    started = Workers(server, tmp_path, url, stack)
    processes = [started.start(CONCURRENT_REQUESTS=5) for _ in range(3)]
    started.wait_until_joined(3)
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
    check(server, tmp_path, url)


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
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=4)
    (tmp_path / "sitecustomize.py").write_text(FAST)
    started = Workers(server, tmp_path, url, stack)
    fast = {**os.environ, "PYTHONPATH": str(tmp_path)}
    processes = [started.start(), started.start(environment=fast)]
    started.wait_until_joined(2)
    server.latency = 0.02
    for process in processes:
        end(process)
    check(server, tmp_path, url)
    assert set(server.pages.values()) == {1}, "a page was fetched by both"


def test_workers_are_killed_and_others_join(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    faults = {(0, 3): "503-then-ok", (1, 5): "reset-then-ok", (3, 7): "503-then-ok"}
    server = site_server(content=SITE, latency=4, faults=faults)
    chance = random.Random(6)
    started = Workers(server, tmp_path, url, stack)
    processes = [started.start() for _ in range(3)]
    started.wait_until_joined(3)
    for kills in range(1, 5):
        shown = len(server.pages)
        wait_until(lambda: len(server.pages) > shown)  # noqa: B023
        processes.pop(chance.randrange(3)).kill()
        processes.append(started.start())
        started.wait_until_joined(3 + kills)
    server.latency = 0.02
    logs = [end(process) for process in processes]
    check(server, tmp_path, url)
    for log in logs:
        assert f"{len(all_urls(server)):,} unique" in log


def test_a_worker_that_was_stopped_for_long_commits_nothing_twice(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=0.5)
    started = Workers(server, tmp_path, url, stack)
    late = started.start()
    wait_until(lambda: len(server.pages) > 20)
    late.send_signal(signal.SIGSTOP)
    server.latency = 0.02
    end(started.start())  # it has to wait for what the other one has
    check(server, tmp_path, url)
    before = (tmp_path / "articles.csv").read_bytes()
    late.send_signal(signal.SIGCONT)
    log = end(late)
    check(server, tmp_path, url)
    assert (tmp_path / "articles.csv").read_bytes() == before
    assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log


def test_who_would_be_alone_is_refused_by_those_who_share_and_the_other_way_round(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=4)
    started = Workers(server, tmp_path, url, stack)
    first = started.start()
    wait_until(lambda: len(server.pages) > 0)
    alone = stack.enter_context(
        command(server, tmp_path, settings=ALONE | {"CRAWL_DB": str(url)})
    )
    said = end(alone, status=1)
    assert f"'site' is being crawled by process {first.pid} on" in said
    assert "Join them with -s CRAWL_SHARED=1" in said
    first.kill()
    first.wait()
    sleep(6)  # longer than CRAWL_WORKER_TIMEOUT: it is taken for dead
    alone = stack.enter_context(
        command(server, tmp_path, settings=ALONE | {"CRAWL_DB": str(url)})
    )
    shown = len(server.pages)
    wait_until(lambda: len(server.pages) > shown)
    said = end(started.start(), status=1)
    assert f"'site' is being crawled by process {alone.pid} on" in said
    assert "`scrapy fleet`" in said


def test_a_crawl_does_not_begin_anew_while_others_are_at_work(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=4)
    first = Workers(server, tmp_path, url, stack).start()
    wait_until(lambda: len(server.pages) > 0)
    anew = stack.enter_context(
        command(
            server,
            tmp_path,
            settings=SHARED | {"CRAWL_DB": str(url)},
            arguments={"fresh": "1"},
        )
    )
    said = end(anew, status=1)
    assert f"'site' is being crawled by process {first.pid} on" in said
    assert "-a fresh=1 begins anew only when none is at work" in said


def test_a_feed_that_a_killed_worker_did_not_finish_is_written_by_the_same_command(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE, latency=0.05)
    started = Workers(server, tmp_path, url, stack)
    process = started.start()
    wait_until(lambda: len(server.pages) > 10)
    os.mkfifo(tmp_path / "articles.csv")  # nobody reads it: to write it takes for ever
    engine = open_database(url, create=False)
    wait_until(lambda: is_being_finished(engine))
    engine.dispose()
    process.kill()
    process.wait()
    (tmp_path / "articles.csv").unlink()
    fetched = len(server.requests)
    sleep(6)
    end(started.start())
    check(server, tmp_path, url)
    assert len(server.requests) == fetched, "a page was fetched again"


def test_an_index_that_cannot_be_had_is_told_by_all(
    tmp_path: Path, site_server: ServeSite, url: URL, stack: ExitStack
) -> None:
    server = site_server(content=SITE)
    nobody = server.url.replace("127.0.0.1", "127.0.0.2")
    started = Workers(server, tmp_path, url, stack)
    processes = [started.start({"url": nobody}, RETRY_TIMES=3) for _ in range(2)]
    for process in processes:
        assert "FAILED the index" in end(process, status=3)


def is_being_finished(engine: Engine) -> bool:
    with transaction(engine, reads_only=True) as connection:
        return turns.finisher(connection, 1) is not None
