"""kill -9 at each step of the writer: what was reported is there, pages are whole or untouched, and it goes on."""

import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection, select

from scraper.storage import articles, open_database, transaction
from scraper.storage.schema import articles as articles_table
from scraper.storage.schema import pages
from scraper.storage.states import PageState
from tests.storage.crawling import article, only_sqlite, topic
from tests.storage.killed import AT_ONCE, PAGES, numbers_on

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]


def start(url: URL, step: str, commits: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.storage.killed", str(url), step, str(commits)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def run(url: URL, step: str, commits: int = 0) -> tuple[int, set[int]]:
    """Run the program to its end; returns its exit status, and the pages it reported as stored."""
    with start(url, step, commits) as process:
        said, _ = process.communicate(timeout=60)
    return process.returncode, {int(line) for line in said.split()}


def check(connection: Connection, reported: set[int]) -> set[int]:
    """See that what was reported is stored, and that every page is whole or untouched; returns the pages stored."""
    if connection.dialect.name == "sqlite":
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    rows = connection.execute(
        select(pages.c.id, pages.c.number, pages.c.state, pages.c.new)
    ).all()
    per_page = Counter(connection.execute(select(articles_table.c.page_id)).scalars())
    done = {row.number for row in rows if row.state == PageState.DONE}
    assert reported <= done
    assert len(rows) == PAGES
    for row in rows:
        assert per_page[row.id] == (row.new if row.number in done else 0)
    return done


def check_all(url: URL) -> None:
    """See that the database holds every page and every article once."""
    with transaction(open_database(url), reads_only=True) as connection:
        assert len(check(connection, set())) == PAGES
        titles = [row.fields["title"] for row in articles.read_all(connection, 1)]
        expected = {n for page in range(1, PAGES + 1) for n in numbers_on(page)}
        assert sorted(titles) == sorted(str(article(n)[1]["title"]) for n in expected)
        counts = topic(connection, 1)
        assert counts.seen == counts.new + counts.duplicates
        assert counts.new == len(expected)


@pytest.mark.parametrize(
    ("step", "stored"),
    [("operation", {0}), ("committed", {AT_ONCE})],
)
def test_killed_at_a_step_of_the_writer(step: str, stored: set[int], url: URL) -> None:
    kill_once(url, step, stored)


@only_sqlite
def test_killed_while_it_is_written(url: URL) -> None:
    kill_once(url, "commit", {0, AT_ONCE})


def kill_once(url: URL, step: str, stored: set[int]) -> None:
    status, reported = run(url, step, commits=1)
    assert status == -signal.SIGKILL
    with transaction(open_database(url), reads_only=True) as connection:
        done = check(connection, reported)
    assert len(done) in stored, "a part of a transaction is there"
    status, reported = run(url, "never")
    assert status == 0
    assert reported == set(range(1, PAGES + 1)) - done, "pages were stored again"
    check_all(url)


@only_sqlite
def test_killed_again_and_again(url: URL) -> None:
    chance = random.Random(5)
    reported: set[int] = set()
    for _ in range(4):
        step = chance.choice(["operation", "commit", "committed"])
        status, more = run(url, step, commits=chance.randrange(1, 3))
        assert not more & reported, "pages were stored again"
        reported |= more
        with transaction(open_database(url), reads_only=True) as connection:
            reported |= check(connection, reported)
        if status == 0:
            break
    run(url, "never")
    check_all(url)


def test_killed_from_outside(url: URL) -> None:
    with start(url, "never", 0) as process:
        assert process.stdout is not None
        reported = {int(process.stdout.readline())}
        process.kill()
        reported |= {int(line) for line in process.stdout}
    with transaction(open_database(url), reads_only=True) as connection:
        assert check(connection, reported)
    run(url, "never")
    check_all(url)
