"""All faults at once: an exact account, and bounded memory."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from scraper.demo.content import DemoSite
from tests.crawls.running import PROJECT
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.site import ALWAYS, Bad, FaultySite, Place, serving
from tests.faults.wire import FAULTS, LATE, Fault

CONTENT = DemoSite(topics=8, pages=12, articles=4)
TRANSIENT = [fault for fault in FAULTS.values() if not fault.final]
QUICK = [fault for fault in FAULTS.values() if fault.reason != LATE]


def planned(seed: int, share: float, faults: list[Fault]) -> dict[Place, Bad]:
    """A plan in which `share` of the pages are bad: most for one or two requests, some for good."""
    dice = random.Random(seed)
    plan: dict[Place, Bad] = {}
    for topic in CONTENT.listing:
        for number in range(1, topic.pages(CONTENT.articles) + 1):
            if dice.random() > share:
                continue
            fault = dice.choice(faults)
            # A topic whose first page is lost has no other pages.
            for_good = fault in QUICK and number > 1 and dice.random() < 0.2
            if for_good or not fault.final:
                times = ALWAYS if for_good else dice.randint(1, 2)
                plan[topic.index, number] = Bad(fault.send, times)
    return plan


@pytest.mark.parametrize(("seed", "share"), [(1, 0.5), (2, 1.0)])
def test_the_account_is_exact(seed: int, share: float, tmp_path: Path) -> None:
    site = FaultySite(planned(seed, share, list(FAULTS.values())), CONTENT)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, DOWNLOAD_TIMEOUT=0.7, RETRY_TIMES=5)
    assert_exact(crawled, site)
    assert len(site.plan) > share * 0.7 * CONTENT.page_count
    assert crawled.stat("retry/count") > len(site.plan) / 2


def test_no_more_is_in_flight_than_set(tmp_path: Path) -> None:
    prompt = [fault for fault in QUICK if not fault.final]
    site = FaultySite(planned(3, 0.8, prompt), CONTENT, latency=0.005)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, CONCURRENT_REQUESTS=4, RETRY_TIMES=5)
    assert_exact(crawled, site)
    assert site.peak == 4


def test_bombs_and_endless_bodies_cost_bounded_memory(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.hoard", str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    result = json.loads(run.stdout)
    assert result["failed"] == result["expected"] > 20
    assert result["peak_mib"] < 400
