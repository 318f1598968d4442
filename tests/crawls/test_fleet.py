"""`scrapy fleet`: one command, several processes, one crawl."""

import os
import re
import signal
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, make_url, select

from scraper.demo.content import DemoSite
from scraper.failed_pages import read_failed_pages, write_failed_pages
from scraper.fleet import Fleet, Outcome, Worker
from scraper.frontier import FailedPage
from scraper.storage import open_database, transaction, workers
from scraper.storage.schema import is_leased, pages
from scraper.storage.workers import Role
from tests.crawls.processes import children_of, end, is_alive, wait_until
from tests.crawls.running import PATIENCE, read_csv, scrapy
from tests.crawls.stored import (
    SITE,
    all_urls,
    command,
    database,
    stored_urls,
)
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

pytestmark = pytest.mark.slow

FLEET = ("fleet", "-n", "2")


def check(server: SiteServer, folder: Path) -> None:
    """See that every article is there once, in the database and in the feed."""
    assert stored_urls(folder) == all_urls(server)
    rows = read_csv(folder / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)


def test_a_fleet_crawls_a_site_once(tmp_path: Path, site_server: ServeSite) -> None:
    server = site_server(content=SITE, latency=0.05)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        log = end(process)
    check(server, tmp_path)
    assert set(server.pages.values()) == {1}, "a page was fetched twice"
    assert log.count("Account of the crawl") == 1
    assert f"{server.page_count} pages: {server.page_count} done, 0 failed" in log
    assert f"{len(all_urls(server)):,} unique" in log


@pytest.mark.parametrize(
    ("setting", "status", "said"),
    [
        ('FEEDS={"there": {"format": "csv"}}', 4, "Cannot write the feed there: "),
        ('FEEDS={"old.json": {"format": "json"}}', 4, "a json file has an end"),
        ('FEEDS={"old.csv": {"format": "csv"}}', 4, "its columns are a,b"),
        ('FEEDS={"new": {"format": "quark"}}', 1, "FEEDS: cannot be used as set"),
        ("CRAWL_REPORT=there", 1, "CRAWL_REPORT = 'there' cannot be written"),
        ("REPORT_JSON=there", 1, "REPORT_JSON = 'there' cannot be written"),
        ("FAILED_PAGES=there", 1, "FAILED_PAGES = 'there' cannot be written"),
    ],
)
def test_what_cannot_be_written_is_told_before_the_crawl(
    setting: str, status: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "old.json").write_text("[]")
    (tmp_path / "old.csv").write_text("a,b\n")
    place = ("-s", f"CRAWL_DB={database(tmp_path)}", "-s", setting)
    done = scrapy(*FLEET, "topics", "-a", "url=http://x.org/", *place, folder=tmp_path)
    assert done.returncode == status
    assert said in done.stderr
    assert not (tmp_path / "crawls.db").exists()


def test_a_worker_that_crashes_is_replaced(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=4)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        wait_until(lambda: server.pages)
        os.kill(workers_of(tmp_path)[0], signal.SIGKILL)
        wait_until(lambda: len(workers_of(tmp_path)) == 3)
        server.latency = 0.02
        log = end(process)
    check(server, tmp_path)
    assert re.search(r"Worker \d ended unexpectedly \(status -9\)", log)


def test_workers_that_crash_again_and_again_are_given_up(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=4)
    once = {"FLEET_RESTARTS": 0}
    with command(
        server, tmp_path, "articles.csv", verb=FLEET, settings=once
    ) as process:
        wait_until(lambda: server.pages and len(workers_of(tmp_path)) == 2)
        for pid in workers_of(tmp_path):
            os.kill(pid, signal.SIGKILL)
        log = end(process, 3)
    assert "NOT DONE" in log
    assert not (tmp_path / "articles.csv").exists()
    server.latency = 0.02
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        log = end(process)
    assert "Crawl 1 goes on with 2 workers" in log
    check(server, tmp_path)


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_all_workers_and_the_same_command_goes_on(
    times: int, tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.5)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        wait_until(lambda: len(server.pages) > 10)
        server.latency = 2.0  # the second Ctrl-C comes while pages are under way
        sleep(0.6)
        for _ in range(times):
            process.send_signal(signal.SIGINT)
            sleep(1.0)  # two at once are one: signals do not queue
        log = end(process, 130)
    assert not any(is_alive(pid) for pid in workers_of(tmp_path))
    assert not leased_pages(tmp_path), "who goes on would wait for them"
    assert ("NOT DONE" in log) == (times == 1)
    server.latency = 0.02
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        log = end(process)
    check(server, tmp_path)


def test_a_second_ctrl_c_ends_even_a_worker_that_stands_still(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.5)
    never = {"CRAWL_WORKER_TIMEOUT": 10 * PATIENCE}
    with command(server, tmp_path, verb=FLEET, settings=never) as process:
        wait_until(lambda: len(children_of(process.pid)) == 2)
        pids = children_of(process.pid)
        os.kill(pids[1], signal.SIGSTOP)
        wait_until(lambda: server.pages)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            sleep(1.0)  # two at once are one: signals do not queue
        end(process, 130)
    assert not any(is_alive(pid) for pid in pids)


def test_workers_end_with_a_fleet_that_is_killed(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=0.5)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        wait_until(lambda: len(server.pages) > 5)
        process.kill()
        pids = workers_of(tmp_path)
        wait_until(lambda: not any(is_alive(pid) for pid in pids))
    assert not leased_pages(tmp_path)
    server.latency = 0.02
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        end(process)
    check(server, tmp_path)


def test_workers_that_are_starting_end_with_it_too(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=SITE, latency=4)
    with command(server, tmp_path, "articles.csv", verb=FLEET) as process:
        wait_until(lambda: len(children_of(process.pid)) == 2)
        pids = children_of(process.pid)
        process.kill()
        wait_until(lambda: not any(is_alive(pid) for pid in pids))
    assert len(server.pages) < SITE.pages, "they went on, and ended at its end"


@pytest.mark.parametrize(
    ("verb", "settings", "status", "said"),
    [
        (("fleet", "-n", "0"), {}, 2, "-n must be 1 or more"),
        (FLEET, {"CRAWL_DB": ""}, 1, "a fleet needs the crawl database"),
        (FLEET, {"SITE": "none"}, 1, "none"),
        (FLEET, {"DEDUP_FIELDS": "colour"}, 1, "articles have no field 'colour'"),
        (FLEET, {"FLEET_RESTARTS": "many"}, 1, "FLEET_RESTARTS = 'many' is wrong"),
        (FLEET, {"PROGRESS_INTERVAL": "now"}, 1, "PROGRESS_INTERVAL = 'now' is wrong"),
    ],
)
def test_what_cannot_be_is_one_line(
    verb: tuple[str, ...],
    settings: dict[str, str],
    status: int,
    said: str,
    tmp_path: Path,
    site_server: ServeSite,
) -> None:
    with command(site_server(), tmp_path, verb=verb, settings=settings) as process:
        log = end(process, status)
    assert said in log
    assert "Traceback" not in log


def test_a_list_of_pages_is_not_for_a_fleet(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    page = FailedPage("science", 2, f"{server.url}science?page=2", 3, "HTTP 500")
    failed = tmp_path / "failed.csv"
    write_failed_pages(failed, [page])
    with command(
        server, tmp_path, "articles.csv", verb=FLEET, arguments={"pages": str(failed)}
    ) as process:
        log = end(process, 1)
    assert "-a pages: a list is crawled by one process" in log
    assert read_failed_pages(failed) == [page]
    assert not server.requests


@pytest.mark.parametrize("verb", [("crawl",), FLEET])
def test_a_feed_that_cannot_hold_a_character_is_told_and_written_by_the_same_command(
    verb: tuple[str, ...], tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server()
    ascii_only = {"FEED_EXPORT_ENCODING": "ascii"}
    with command(
        server, tmp_path, "articles.csv", verb=verb, settings=ascii_only
    ) as process:
        log = end(process, 4)
    assert "Cannot write the feed" in log
    assert "UnicodeEncodeError" in log
    assert "Traceback" not in log
    with command(server, tmp_path, "articles.csv", verb=verb) as process:
        log = end(process)
    assert "Crawl 1 goes on" in log
    check(server, tmp_path)


def leased_pages(folder: Path) -> int:
    """How many pages some worker still has in work, as far as the database knows."""
    engine = open_database(make_url(database(folder)), create=False)
    with transaction(engine, reads_only=True) as connection:
        count = select(func.count()).select_from(pages).where(is_leased)
        leased = connection.execute(count).scalar_one()
    engine.dispose()
    return leased


def workers_of(folder: Path) -> list[int]:
    """The process ids of all workers that the fleet ever had, in the order they joined."""
    engine = open_database(make_url(database(folder)), create=False)
    with transaction(engine, reads_only=True) as connection:
        rows = workers.read_all(connection, 1)
    engine.dispose()
    return [row.pid for row in rows if row.role is Role.SHARING]


def test_who_is_told_to_stop_while_workers_start_starts_no_more() -> None:
    started = []

    def start(number: int) -> Worker:
        started.append(number)
        worker = Worker(number, ["version"], lambda *_: None)
        os.kill(os.getpid(), signal.SIGINT)
        return worker

    fleet = Fleet(
        size=4,
        start=start,
        crashed=lambda *_: None,
        tick=lambda: None,
        hung=lambda _: None,
        restarts=0,
    )
    fleet.run()
    assert started == [1]
    assert fleet.outcome is Outcome.INTERRUPTED


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["topic"], 2, "a fleet crawls `topics`: scrapy fleet topics"),
        (["topics", "-s", "RETRY_HTTP_CODES=x"], 1, "Error: RETRY_HTTP_CODES = 'x' is"),
    ],
)
def test_a_mistake_is_told_before_a_worker_starts(
    arguments: list[str], status: int, said: str
) -> None:
    done = scrapy("fleet", *arguments)
    assert done.returncode == status
    assert done.stderr.count(said) == 1
    assert "workers" not in done.stderr


def test_a_misspelt_setting_is_told_once(
    tmp_path: Path, site_server: ServeSite
) -> None:
    server = site_server(content=DemoSite(topics=2, pages=2, articles=5))
    misspelt = {"CRAWL_REPROT": "a.html"}
    with command(server, tmp_path, verb=FLEET, settings=misspelt) as process:
        assert end(process).count("Is CRAWL_REPORT meant?") == 1
