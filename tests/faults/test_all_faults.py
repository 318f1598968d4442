"""All faults at once: an exact account, and bounded memory."""

from pathlib import Path

import pytest

from scraper.demo.content import DemoSite
from tests.faults.asking import Asking
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.hoard import crawl_measured, hoard
from tests.faults.plans import planned
from tests.faults.site import Bad, FaultySite, serving

pytestmark = pytest.mark.slow

CONTENT = DemoSite(topics=8, pages=12, articles=4)
ALL = list(FAULTS.values())
PROMPT = [fault for fault in ALL if not fault.is_late and not fault.final]


@pytest.mark.parametrize(
    ("seed", "share", "database"),
    [(1, 0.3, ""), (2, 0.6, "sqlite:///{}/crawls.db"), (3, 1.0, "")],
)
def test_the_account_is_exact(
    seed: int, share: float, database: str, tmp_path: Path
) -> None:
    plan = planned(seed, share, ALL, CONTENT)
    asking = Asking("429 Slow Down", 0.4), Asking("503 Busy", 0.4, as_date=True)
    for place, asks in zip([(0, 2), (1, 3)], asking, strict=True):
        plan[place] = Bad(asks, 1)
    site = FaultySite(plan, CONTENT)
    with serving(site):
        crawled = crawl_quickly(
            tmp_path,
            site,
            DOWNLOAD_TIMEOUT=0.7,
            RETRY_TIMES=5,
            CRAWL_DB=database.format(tmp_path),
        )
    assert_exact(crawled, site)
    for asks in asking:
        assert asks.asked
        assert asks.early(visit.came for visit in site.visits) == []
    assert crawled.stat("retry/count") > len(plan) / 3


def test_no_more_is_in_flight_than_set(tmp_path: Path) -> None:
    site = FaultySite(planned(3, 0.8, PROMPT, CONTENT), CONTENT, latency=0.005)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, CONCURRENT_REQUESTS=4, RETRY_TIMES=5)
    assert_exact(crawled, site)
    assert site.peak == 4


def test_bombs_and_endless_bodies_cost_bounded_memory(tmp_path: Path) -> None:
    site = hoard()
    with serving(site):
        account, peak_mib = crawl_measured(site, tmp_path, RETRY_TIMES=1)
    assert account["totals"]["failed"] == len(site.plan) > 50
    assert account["totals"]["left"] == 0
    assert peak_mib < 400
