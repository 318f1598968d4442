"""Twenty kills -9 of the process group, of a crawl of a faulty site: then feed and database, row by row."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import make_url

from scraper.demo.content import DemoSite
from tests.crawls.processes import options, wait_until
from tests.crawls.running import PATIENCE, PROJECT, read_csv
from tests.crawls.stored import database, in_database
from tests.crawls.test_paginations import unique
from tests.faults.catalogue import FAULTS
from tests.faults.plans import planned
from tests.faults.site import ALWAYS, FaultySite, serving

pytestmark = pytest.mark.slow

KILLS = 20
CONTENT = DemoSite(topics=8, pages=40, articles=5)
PROMPT = [f for f in FAULTS.values() if not f.is_late and not f.final]
COLUMNS = ("title", "description", "url", "topic", "page")


@contextmanager
def crawling(site: FaultySite, folder: Path) -> Iterator["subprocess.Popen[str]"]:
    settings = {
        "SITES": json.dumps({"site": site.profile()}),
        "SITE": "site",
        "CRAWL_DB": database(folder),
        "CONCURRENT_REQUESTS": 4,
        "RETRY_TIMES": 4,
        "RETRY_BACKOFF_BASE": 0.01,
        "RETRY_BACKOFF_CAP": 0.05,
    }
    outputs = ["-o", str(folder / "articles.csv")]
    with subprocess.Popen(
        [
            sys.executable,
            "-m",
            "scrapy",
            "crawl",
            "topics",
            *options(settings),
            *outputs,
        ],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def kill_some_time_after_it_began(
    process: "subprocess.Popen[str]", site: FaultySite, seconds: float
) -> None:
    shown = len(site.visits)
    wait_until(lambda: len(site.visits) > shown or process.poll() is not None)
    end = monotonic() + seconds
    while monotonic() < end and process.poll() is None:
        sleep(0.005)
    assert process.poll() is None, "it ended before it was killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_twenty_kills_of_a_crawl_of_a_faulty_site(tmp_path: Path) -> None:
    plan = planned(7, 0.3, PROMPT, CONTENT)
    site = FaultySite(plan, CONTENT, latency=0.2)
    chance = random.Random(20)
    with serving(site):
        for _ in range(KILLS):
            with crawling(site, tmp_path) as process:
                kill_some_time_after_it_began(process, site, chance.uniform(0, 0.6))
        site.latency = 0.0
        with crawling(site, tmp_path) as process:
            _, log = process.communicate(timeout=PATIENCE)
        lost = {place for place, bad in plan.items() if bad.times == ALWAYS}
        assert process.returncode == (3 if lost else 0), log
        expected = unique([dict(record) for record in site.records()])
    stored, failed = in_database(make_url(database(tmp_path)), COLUMNS)
    exported = read_csv(tmp_path / "articles.csv")
    assert [tuple(row.values()) for row in exported] == stored, "row by row"
    assert sorted(row["url"] for row in exported) == sorted(
        str(record["url"]) for record in expected
    )
    assert len(stored) == len({row[2] for row in stored})
    names = {topic.name: topic.index for topic in CONTENT.listing}
    assert {(names[topic], number) for topic, number in failed} == lost
