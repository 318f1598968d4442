"""`scrapy crawl topics` as a person runs it: what is left behind, what is said, and the exit status."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from contextlib import AbstractContextManager
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from sqlalchemy import URL, make_url, select

from scraper.demo.process import demo_site
from scraper.storage import StorageError, open_database, transaction
from scraper.storage.schema import crawls
from tests.crawls.processes import (
    end,
    is_alive,
    options,
    read_until,
    running,
    wait_until,
)
from tests.crawls.running import FINDS_PROJECT, PATIENCE, PROJECT, read_csv, scrapy


def crawling(
    *arguments: str, **popen: Any
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """`scrapy crawl topics` under way, without a database."""
    return running("crawl", "topics", "-s", "CRAWL_DB=", *arguments, **popen)


def test_with_nothing_configured_it_crawls_the_demo_site_it_serves(
    tmp_path: Path,
) -> None:
    feed, report = tmp_path / "articles.csv", tmp_path / "report.json"
    options = {"REPORT_JSON": report, "CRAWL_DB": f"sqlite:///{tmp_path}/crawls.db"}
    settings = [
        part for name, value in options.items() for part in ("-s", f"{name}={value}")
    ]
    done = scrapy("crawl", "topics", "-o", str(feed), *settings)
    assert done.returncode == 0, done.stderr
    account = json.loads(report.read_text("utf-8"))
    totals = account["totals"]
    assert len(account["topics"]) == 15
    assert totals["expected"] == totals["done"] > 200
    assert totals["seen"] == totals["unique"] + totals["duplicates"]
    assert totals["duplicates"] > 0
    rows = read_csv(feed)
    assert len(rows) == totals["unique"] == len({row["url"] for row in rows})
    assert f"{totals['unique']:,} unique" in done.stderr
    assert done.stdout == ""
    assert "WARNING" not in done.stderr


def test_a_feed_on_standard_output_is_nothing_but_the_feed(demo_url: str) -> None:
    done = scrapy("crawl", "topics", "-a", f"url={demo_url}", "-o", "-:jsonl")
    assert done.returncode == 0
    assert all(json.loads(line)["url"] for line in done.stdout.splitlines())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (
            ["topics", "-a", "site=nowhere"],
            1,
            "Error: SITE: no profile named 'nowhere' in SITES (there are: demo)",
        ),
        (
            ["topics", "-a", "url=x.org"],
            1,
            "Error: SITES['demo']['index'] = 'x.org' is no http or https URL",
        ),
        (
            ["topics", "-a", "ulr=https://x.org/"],
            1,
            "Error: -a ulr: the spider has no such argument",
        ),
        (
            ["topics", "-s", "MARKUP_ARTICLE_ENGINE=lxml"],
            1,
            "Error: MARKUP_ARTICLE_ENGINE = 'lxml' is no engine",
        ),
        (
            ["topics", "-s", "DEDUP_FIELDS=sku"],
            1,
            "Error: DEDUP_FIELDS: articles have no field 'sku'",
        ),
        (["topics", "-s", "DOWNLOADER_THREADS=many"], 1, "DOWNLOADER_THREADS"),
        (["topics", "-s", "CONCURRENT_REQUESTS=abc"], 1, "CONCURRENT_REQUESTS = 'abc'"),
        (["topics", "-s", "ROBOTSTXT_CRAWL_DELAY=x"], 1, "ROBOTSTXT_CRAWL_DELAY = 'x'"),
        (["topics", "-s", "SITES=books"], 1, "SITES = 'books' is no dict of profiles"),
        (["topics", "-s", "PROGRESS_INTERVAL=now"], 1, "PROGRESS_INTERVAL = 'now' is"),
        (["topics", "-s", "SHUTDOWN_GRACE=nan"], 1, "SHUTDOWN_GRACE = 'nan' is wrong"),
        (
            ["topics", "-s", "REPORT_JSON=/dev/null/x"],
            1,
            "Error: REPORT_JSON = '/dev/null/x' cannot be written",
        ),
        (
            ["topics", "-s", 'FEEDS={"a.nonsense": {"format": "nonsense"}}'],
            1,
            "Error: FEEDS: cannot be used as set",
        ),
        (
            ["topics", "-s", "STATS_CLASS=scrapy.statscollectors.DummyStatsCollector"],
            1,
            "DummyStatsCollector' keeps no counts",
        ),
        (
            [
                *("topics", "-s"),
                "TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor",
            ],
            1,
            "SelectReactor' is no asyncio reactor",
        ),
        (["topics", "-L", "VERBOSE"], 1, "Error: LOG_LEVEL = 'VERBOSE' is wrong: it"),
        (
            ["topics", "-s", "SPIDER_MIDDLEWARES=7"],
            1,
            "Error: SPIDER_MIDDLEWARES = '7' is wrong: it must be a mapping, as JSON",
        ),
        (
            ["topics", "-s", "SCHEDULER=a.b"],
            1,
            "Error: SCHEDULER = 'a.b' is wrong: No module named 'a'",
        ),
        (
            ["topics", "-s", "CRAWL_REPROT=a.html", "-a", "url=x.org"],
            1,
            "Warning: there is no setting CRAWL_REPROT. Is CRAWL_REPORT meant?",
        ),
        (["topics", "-s", "JOBDIR=jobs"], 1, "JOBDIR = 'jobs' is not for this spider"),
        (["topics", "-o", "a.nonsense"], 2, "Unrecognized output format 'nonsense'"),
        (
            ["topics", "-o", "-:csv", "-s", "FEED_EXPORT_ENCODING=nix"],
            1,
            "Error: FEED_EXPORT_ENCODING: there is no encoding 'nix' (stdout:)",
        ),
        (
            ["topics", "-o", "-:csv", "-s", "CSV_ESCAPE_FORMULAS=yes"],
            1,
            "Error: CSV_ESCAPE_FORMULAS = 'yes' is neither true nor false",
        ),
        (
            ["topics", "-o", "/dev/null/%(date)s.csv"],
            4,
            "FEEDS: a feed's name cannot be made: KeyError('date') (placeholders are",
        ),
        (
            ["topics", "-o", "/dev/null/a.csv", "-s", "FEED_URI_PARAMS=no.such"],
            4,
            "a feed's name cannot be made: ModuleNotFoundError(\"No module named 'no'\")",
        ),
        (["topcis"], 2, "Spider not found: topcis"),
        ([], 2, "give the name of one spider"),
        (
            ["topics", "-o", "/dev/null/articles.csv"],
            4,
            "Cannot write the feed /dev/null/articles.csv",
        ),
    ],
)
def test_a_mistake_gets_one_line_and_a_status(
    arguments: list[str], status: int, said: str
) -> None:
    done = scrapy("crawl", *arguments)
    assert done.returncode == status, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_index_cannot_be_reached(tmp_path: Path) -> None:
    done = scrapy(
        "crawl",
        "topics",
        "-a",
        "url=http://127.0.0.1:9/",
        "-s",
        "RETRY_TIMES=0",
        "-s",
        "ROBOTSTXT_OBEY=0",
    )
    assert done.returncode == 3
    assert "FAILED the index, 1 attempt: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_crawl_with_its_feed_and_account(
    number: signal.Signals, tmp_path: Path
) -> None:
    feed, report = tmp_path / "a.csv", tmp_path / "report.json"
    with (
        demo_site(topics=3, pages=500, articles=5, latency=0.02) as url,
        crawling(
            "-a",
            f"url={url}",
            "-o",
            str(feed),
            "-s",
            f"REPORT_JSON={report}",
        ) as crawl,
    ):
        wait_for_rows(feed)
        crawl.send_signal(number)
        log = end(crawl, 130)
    assert "Traceback" not in log
    totals = json.loads(report.read_text("utf-8"))["totals"]
    assert totals["left"] > 0
    assert totals["expected"] == totals["done"] + totals["failed"] + totals["left"]
    assert len(read_csv(feed)) == totals["unique"]
    assert "NOT DONE" in log


@pytest.mark.parametrize("delay", ["0", "30"])
def test_stopping_is_bounded_whatever_is_in_flight_or_waits(delay: str) -> None:
    settings = {"SHUTDOWN_GRACE": 0.5, "DOWNLOAD_DELAY": delay, "ROBOTSTXT_OBEY": 0}
    latency = 0.5 if delay == "0" else 0.0
    with (
        demo_site(topics=8, pages=5, articles=5, latency=latency) as url,
        crawling("-a", f"url={url}", *options(settings)) as crawl,
    ):
        read_until(crawl, "Found 8 topics")
        crawl.send_signal(signal.SIGINT)
        log = end(crawl, 130)
    assert "NOT DONE" in log
    assert " 0 failed, " in log
    assert "Traceback" not in log


def test_a_second_ctrl_c_ends_it_at_once() -> None:
    long = 2 * PATIENCE
    settings = {"ROBOTSTXT_OBEY": 0, "DOWNLOAD_TIMEOUT": long, "SHUTDOWN_GRACE": long}
    with (
        demo_site(topics=3, pages=5, articles=5, latency=long) as url,
        crawling("-a", f"url={url}", *options(settings)) as crawl,
    ):
        read_until(crawl, "Spider opened")
        crawl.send_signal(signal.SIGINT)
        read_until(crawl, "Send again to force")
        crawl.send_signal(signal.SIGINT)
        end(crawl, 130)


@pytest.mark.parametrize("command", ["crawl", "preview", "suggest"])
def test_ctrl_c_while_a_command_is_imported_says_nothing(command: str) -> None:
    tells_of_imports = os.environ | FINDS_PROJECT | {"PYTHONPROFILEIMPORTTIME": "1"}
    with running(command, "-h", env=tells_of_imports) as process:
        read_until(process, " scraper.checked_command\n")
        process.send_signal(signal.SIGINT)
        log = end(process, 130)
    assert not [line for line in log.splitlines() if "import time" not in line]


def test_ctrl_c_leaves_scrapys_shell_open() -> None:
    typed = 'raise KeyboardInterrupt\nprint("still", "here")\n'
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "shell", "--nolog"],
        input=typed,
        env=os.environ | {"SCRAPY_PYTHON_SHELL": "python"},
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert "still here" in done.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_nothing_stops_a_crawl_that_is_finished(
    number: signal.Signals, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/crawls.db"
    with (
        demo_site(topics=2, pages=2) as url,
        running(
            "crawl", "topics", "-a", f"url={url}", "-s", f"CRAWL_DB={database}"
        ) as crawl,
    ):
        wait_until(lambda: is_finished(make_url(database)))
        while crawl.poll() is None:
            crawl.send_signal(number)
            sleep(0.002)
        log = end(crawl)
    assert "Spider closed (finished)" in log
    assert "Received" not in log
    assert "Traceback" not in log


def test_ctrl_c_while_feeds_are_stored_leaves_the_crawl_unfinished(
    tmp_path: Path,
) -> None:
    database = f"sqlite:///{tmp_path}/crawls.db"
    slow = {"slow": "tests.crawls.components.SlowStorage"}
    settings = {"CRAWL_DB": database, "FEED_STORAGES": json.dumps(slow)}
    with (
        demo_site(topics=2, pages=2) as url,
        running(
            *("crawl", "topics", "-a", f"url={url}", "-o", "slow://feed:csv"),
            *options(settings),
        ) as crawl,
    ):
        read_until(crawl, "Closing spider (finished)")
        sleep(0.5)
        crawl.send_signal(signal.SIGINT)
        end(crawl, 130)
    assert not is_finished(make_url(database))


def is_finished(database: URL) -> bool:
    """Whether the first crawl of a database has come to its end."""
    try:
        engine = open_database(database, create=False)
    except StorageError:
        return False
    with transaction(engine, reads_only=True) as connection:
        states = connection.execute(select(crawls.c.state)).scalars().all()
    engine.dispose()
    return states == ["finished"]


def test_the_demo_site_ends_with_a_crawl_that_is_killed() -> None:
    with crawling() as crawl:
        read_until(crawl, "Found 15 topics")
        children = subprocess.run(
            ["pgrep", "-P", str(crawl.pid)],
            capture_output=True,
            encoding="utf-8",
            check=True,
        )
        demo = [int(pid) for pid in children.stdout.split()]
        assert len(demo) == 1
        crawl.kill()
    wait_until(lambda: not is_alive(demo[0]))


def test_a_terminal_shows_a_bar_that_log_lines_do_not_tear() -> None:
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    with demo_site(topics=3, pages=20, latency=0.1) as url:
        arguments = ("-a", f"url={url}", "-s", "CONCURRENT_REQUESTS=4", "-L", "DEBUG")
        with crawling(*arguments, stderr=follower, stdout=subprocess.DEVNULL) as crawl:
            os.close(follower)
            shown = read_all(leader)
            assert crawl.wait(PATIENCE) == 0
    os.close(leader)
    states = re.findall(
        r"(\d+)/(\d+) \[[^\]]*page[^\]]*, ([\d,]+) articles, 0 failed\]", shown
    )
    assert len(states) > 3
    assert states[-1][0] == states[-1][1]
    lines = [
        line for line in shown.replace("\r", "\n").split("\n") if "[scrapy" in line
    ]
    assert lines
    assert not [line for line in lines if "page/s" in line]


def test_elsewhere_a_line_says_the_same_now_and_then() -> None:
    with demo_site(topics=3, pages=20, latency=0.1) as url:
        done = scrapy(
            "crawl",
            "topics",
            "-a",
            f"url={url}",
            "-s",
            "CONCURRENT_REQUESTS=4",
            "-s",
            "PROGRESS_INTERVAL=0.3",
        )
    assert re.search(
        r"\d+ of \d+ pages done, \d+ articles, 0 failed, [\d.]+ pages/s, [\d:]+ left",
        done.stderr,
    )


def test_progress_can_be_turned_off(demo_url: str) -> None:
    done = scrapy(
        "crawl",
        "topics",
        "-a",
        f"url={demo_url}",
        "-s",
        "PROGRESS_ENABLED=0",
        "-s",
        "PROGRESS_INTERVAL=0.01",
    )
    assert done.returncode == 0
    assert "pages done" not in done.stderr


def wait_for_rows(feed: Path) -> None:
    wait_until(lambda: feed.exists() and feed.stat().st_size > 1000)


def read_all(descriptor: int) -> str:
    """Everything written to the terminal until its other side is closed."""
    chunks = []
    while True:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:  # how Linux says that nobody holds the other side any more
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks).decode()
