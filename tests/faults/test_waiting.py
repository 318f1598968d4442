"""A host that asks for time gets it: server-side times of whole crawls."""

import asyncio
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.asking import UNDER_WAY, Asking
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.plans import places
from tests.faults.site import Bad, FaultySite, serving

PLACES = [(0, 2), (1, 3)]


JITTER = {"DOWNLOAD_DELAY": 0.02, "DOWNLOAD_DELAY_JITTER": 3.0}
AUTOTHROTTLE = {"AUTOTHROTTLE_ENABLED": True, "AUTOTHROTTLE_START_DELAY": 0.02}


@pytest.mark.parametrize(
    ("status", "as_date", "settings"),
    [
        ("429 Slow Down", False, {}),
        ("503 Busy", True, {}),
        ("503 Busy", False, JITTER),
        ("429 Slow Down", False, AUTOTHROTTLE),
    ],
    ids=["seconds", "date", "jitter", "autothrottle"],
)
def test_the_whole_host_waits(
    status: str, as_date: bool, settings: dict[str, Any], tmp_path: Path
) -> None:
    asking = Asking(status, 0.6, as_date)
    site = FaultySite({place: Bad(asking, 1) for place in PLACES})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, CONCURRENT_REQUESTS=4, **settings)
    assert_exact(crawled, site)
    assert len(asking.asked) == len(PLACES)
    assert asking.early([visit.came for visit in site.visits]) == []
    assert crawled.stat("politeness/pauses") >= 1


def test_a_wait_over_the_limit_is_cut_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    asking = Asking("503 Busy", 86_400)
    site = FaultySite({(0, 2): Bad(asking, 1)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, RETRY_AFTER_MAX=0.6)
    assert_exact(crawled, site)
    assert asking.early([visit.came for visit in site.visits], at_most=0.6) == []
    assert "asks to wait 86400 s" in caplog.text
    assert "more than RETRY_AFTER_MAX" in caplog.text


def test_a_robots_txt_that_asks_to_wait_is_waited_for(
    tmp_path: Path, serve: Serve
) -> None:
    asking = Asking("503 Busy", 0.6)
    site = FaultySite({})
    arrivals: list[float] = []

    async def busy_at_first(call: Call) -> None:
        arrivals.append(monotonic())
        await (site.answer(call) if asking.asked else asking(call, b""))

    site.index = serve(busy_at_first).url()
    crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert asking.early(arrivals) == []


def test_other_hosts_go_on_meanwhile(serve: Serve) -> None:
    asking = Asking("429 Slow Down", 1)
    arrivals: dict[str, list[float]] = {"many": [], "chain": []}

    async def many(call: Call) -> None:
        arrivals["many"].append(monotonic())
        bad = len(asking.asked) < 4
        await (asking(call, b"") if bad else call.reply(b"well"))

    async def chain(call: Call) -> None:
        arrivals["chain"].append(monotonic())
        await asyncio.sleep(0.005)
        over = asking.asked and monotonic() > asking.asked[-1][1] + 0.5
        await call.reply(b"", "404 Over" if over else "200 OK")

    first, second = serve(many), serve(chain, host="127.0.0.2")
    urls = [first.url(f"/{number}") for number in range(40)]
    spider, _ = ask(urls, {"CONCURRENT_REQUESTS": 4}, chain=second.url())
    begun, over = asking.asked[0][0], asking.asked[0][1]
    meanwhile = [at for at in arrivals["chain"] if begun + UNDER_WAY < at < over]
    assert len(meanwhile) > 20
    assert asking.early(arrivals["many"]) == []
    assert set(urls) < set(spider.done)


def test_garbage_is_no_time_to_wait(tmp_path: Path) -> None:
    async def garbage(call: Call, html: bytes) -> None:
        await call.reply(b"", "503 Busy", "Retry-After: soon", "Retry-After: -1")

    site = FaultySite({(0, 2): Bad(garbage, 1)})
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    assert crawled.stat("politeness/pauses") is None


def test_the_crawl_delay_of_robots_txt_is_kept(tmp_path: Path) -> None:
    site = FaultySite({}, robots=b"User-agent: *\nCrawl-delay: 0.1\n")
    with serving(site):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)
    came = [visit.came for visit in site.visits]
    assert came[-1] - came[0] > 0.1 * (len(came) - 1) - UNDER_WAY
    # The server's own clock is late now and then.
    assert min(after - before for before, after in pairwise(came)) > 0.02
    assert site.peak == 1


def test_the_crawl_delay_can_be_left_aside(tmp_path: Path) -> None:
    site = FaultySite({}, robots=b"User-agent: *\nCrawl-delay: 60\n")
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, ROBOTSTXT_CRAWL_DELAY=False)
    assert_exact(crawled, site)


def test_an_overloaded_host_gets_less_at_once(tmp_path: Path, serve: Serve) -> None:
    site = FaultySite({}, DemoSite(topics=5, pages=12, articles=4))
    open_now = refused = 0

    async def answer(call: Call) -> None:
        nonlocal open_now, refused
        open_now += 1
        overloaded = open_now > 2
        await asyncio.sleep(0.02)
        if overloaded:
            refused += 1
            await call.reply(b"", "429 Slow Down")
        else:
            await site.answer(call)
        open_now -= 1

    site.index = serve(answer).url()
    crawled = crawl_quickly(tmp_path, site, RETRY_TIMES=8)
    assert_exact(crawled, site)
    assert crawled.stat("politeness/pace_changes")
    assert 0 < refused < len(site.visits)


@pytest.mark.parametrize(
    "settings",
    [
        {"CONCURRENT_REQUESTS_PER_DOMAIN": 3},
        {"DOWNLOAD_SLOTS": {"127.0.0.1": {"concurrency": 3}}},
        {"CONCURRENT_REQUESTS": 3},
    ],
)
def test_no_more_is_in_flight_than_set(settings: dict[str, Any], serve: Serve) -> None:
    open_now = peak = 0

    async def answer(call: Call) -> None:
        nonlocal open_now, peak
        open_now += 1
        peak = max(peak, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1
        await call.reply(b"well")

    url = serve(answer).url()
    urls = [f"{url}{number}" for number in range(60)]
    spider, _ = ask(urls, {"CONCURRENT_REQUESTS": 16, **settings})
    assert len(spider.done) == 60
    assert peak == 3


@pytest.mark.parametrize("share", [0.2, 1.0])
@pytest.mark.parametrize("status", ["429 Slow Down", "503 Busy"])
def test_pages_that_are_refused_for_good_hold_nothing_up(
    status: str, share: float, tmp_path: Path
) -> None:
    content = DemoSite(topics=4, pages=12, articles=4)

    async def refuse(call: Call, html: bytes) -> None:
        await call.reply(b"", status)

    pages = [place for place in places(content) if place[1] > 1]
    plan = {place: Bad(refuse, 1) for place in pages}
    plan |= {place: Bad(refuse) for place in pages[:: round(1 / share)]}
    site = FaultySite(plan, content)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, OVERLOAD_MAX_DELAY=0.1)
    assert_exact(crawled, site)
    assert {f"HTTP {status[:3]}" in reason for reason in crawled.reasons} == {True}
    assert crawled.stat("politeness/pace_changes") >= 4
