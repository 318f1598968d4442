"""Each fault alone: pages that are bad for a while are had, pages that are bad for good are named."""

from pathlib import Path

import pytest

from tests.faults.catalogue import FAULTS
from tests.faults.crawling import RETRIES, assert_exact, crawl_quickly
from tests.faults.plans import HARMLESS as ALL_OF_THEM
from tests.faults.plans import places
from tests.faults.site import CONTENT, Bad, FaultySite, serving

pytestmark = pytest.mark.slow

FOR_A_WHILE = {(0, 1): 1, (0, 2): RETRIES, (1, 3): 1}
FOR_GOOD = [(0, 4), (1, 2)]
HARMFUL = [name for name, fault in FAULTS.items() if fault.reason]
HARMLESS = [name for name, fault in FAULTS.items() if not fault.reason]


@pytest.mark.parametrize("name", HARMFUL)
def test_a_fault(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    plan = {place: Bad(fault.send) for place in FOR_GOOD}
    if not fault.final:
        plan |= {place: Bad(fault.send, times) for place, times in FOR_A_WHILE.items()}
    site = FaultySite(plan)
    late = {"DOWNLOAD_TIMEOUT": 0.3} if fault.is_late else {}
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, **late)
    assert_exact(crawled, site)
    assert [fault.reason in reason for reason in crawled.reasons] == [True, True]
    attempts = 1 if fault.final else 1 + RETRIES
    failures = list(crawled.frontier.failures())
    assert [failure.attempts for failure in failures] == [attempts] * 2
    for place in FOR_GOOD:
        assert attempts <= site.attempts(place) <= attempts * fault.requests
    assert bool(crawled.stat("retry/count")) != fault.final


@pytest.mark.parametrize("name", HARMLESS)
def test_what_looks_bad_and_is_good(name: str, tmp_path: Path) -> None:
    send = FAULTS[name].send
    site = FaultySite({place: Bad(send, ALL_OF_THEM) for place in places(CONTENT)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert crawled.reasons == []
    assert crawled.stat("retry/count") is None
