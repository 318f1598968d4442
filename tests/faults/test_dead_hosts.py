"""A host that answers nothing any more is paused, probed, and given up in the end."""

import asyncio
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from scraper.middlewares.answers import PATIENCE
from tests.crawls.listing import LISTING, listing
from tests.crawls.running import crawl, read_csv
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.catalogue import FAULTS
from tests.faults.crawling import QUICK, assert_exact, crawl_quickly
from tests.faults.plans import places
from tests.faults.site import CONTENT, Bad, FaultySite, serving

pytestmark = pytest.mark.slow

IMPATIENT: dict[str, Any] = {
    "HOST_FAILURES": 5,
    "HOST_PROBE_WAIT": 0.1,
    "HOST_GIVE_UP": 1.0,
}


class Dying:
    """Answers as `site` does, but after `after` requests it is dead for `seconds`: it answers `status`, or resets."""

    def __init__(
        self, site: FaultySite, after: int, seconds: float, status: str = ""
    ) -> None:
        self._site = site
        self._after = after
        self._seconds = seconds
        self._status = status
        self._requests = 0
        self.failed: list[float] = []

    async def __call__(self, call: Call) -> None:
        self._requests += 1
        now = monotonic()
        is_dead = self._requests > self._after
        if self.failed and now > self.failed[0] + self._seconds:
            is_dead = False
        if not is_dead:
            await self._site.answer(call)
        elif self._status:
            self.failed.append(now)
            await call.reply(b"", self._status)
        else:
            self.failed.append(now)
            call.reset()


@pytest.mark.parametrize("status", ["", "502 Bad Gateway"])
def test_a_host_that_comes_back_has_cost_no_page(
    status: str, tmp_path: Path, serve: Serve
) -> None:
    site = FaultySite({})
    dying = Dying(site, after=5, seconds=0.5, status=status)
    site.index = serve(dying).url()
    crawled = crawl_quickly(tmp_path, site, RETRY_TIMES=5, **IMPATIENT)
    assert_exact(crawled, site)
    assert crawled.stat("hosts/pauses") >= 2
    assert crawled.stat("retry/count") < PATIENCE * QUICK["CONCURRENT_REQUESTS"]


@pytest.mark.parametrize("status", ["", "503 Busy"])
def test_a_host_that_does_not_is_given_up(
    status: str, tmp_path: Path, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    site = FaultySite({})
    dying = Dying(site, after=5, seconds=1000, status=status)
    site.index = serve(dying).url()
    crawled = crawl_quickly(tmp_path, site, RETRY_TIMES=1, **IMPATIENT)
    assert crawled.stat("finish_reason") == "site_dead"
    assert crawled.stat("hosts/given_up") == 1
    assert "127.0.0.1 was given up, it did not come back within 1 s" in caplog.text
    took = dying.failed[-1] - dying.failed[0]
    assert IMPATIENT["HOST_GIVE_UP"] <= took < 3 * IMPATIENT["HOST_GIVE_UP"]
    gaps = [after - before for before, after in pairwise(dying.failed)]
    # A probe on a kept connection may come twice, as one that was closed meanwhile is tried again at once.
    waits = [gap for gap in gaps if gap > IMPATIENT["HOST_PROBE_WAIT"]]
    assert 3 <= len(waits) <= 8
    assert max(waits) > 2 * IMPATIENT["HOST_PROBE_WAIT"]


def test_pages_that_fail_at_first_do_not_make_a_dead_host(tmp_path: Path) -> None:
    reset, times = FAULTS["reset at once"].send, 4
    site = FaultySite({place: Bad(reset, times) for place in places(CONTENT)})
    patient = {"HOST_FAILURES": 3, "HOST_GIVE_UP": 10.0, "RETRY_TIMES": 5}
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, **patient)
    assert_exact(crawled, site)
    assert 1 <= crawled.stat("hosts/pauses") < 10


def test_pages_that_are_broken_for_good_do_not_make_a_dead_host(tmp_path: Path) -> None:
    content = DemoSite(topics=6, pages=12, articles=4)
    reset = FAULTS["reset at once"].send
    broken = [place for place in places(content) if place[1] % 2 == 0]
    site = FaultySite({place: Bad(reset) for place in broken}, content)
    with serving(site):
        crawled = crawl_quickly(tmp_path, site, HOST_FAILURES=5, HOST_GIVE_UP=10.0)
    assert_exact(crawled, site)
    assert len(broken) > 5 * IMPATIENT["HOST_FAILURES"]
    assert (crawled.stat("hosts/pauses") or 0) < 5


@pytest.mark.parametrize("at_once", [1, 8])
def test_where_only_broken_pages_are_left_the_host_is_not_dead(
    at_once: int, tmp_path: Path
) -> None:
    content = DemoSite(topics=6, pages=12, articles=4)
    reset = FAULTS["reset at once"].send
    broken = [place for place in places(content) if place[1] > 3]
    site = FaultySite({place: Bad(reset) for place in broken}, content)
    with serving(site):
        crawled = crawl_quickly(
            tmp_path,
            site,
            HOST_FAILURES=5,
            HOST_GIVE_UP=10.0,
            CONCURRENT_REQUESTS=at_once,
        )
    assert_exact(crawled, site)
    assert 1 <= crawled.stat("hosts/pauses") < 10


def test_a_host_that_lives_in_a_cache_only_does_not_hold_the_crawl_up(
    tmp_path: Path, serve: Serve
) -> None:
    site = FaultySite({}, DemoSite(topics=6, pages=12, articles=4))
    cached: set[str] = set()

    async def answer(call: Call) -> None:
        if len(cached) < 12 or call.target in cached:
            cached.add(call.target)
            await site.answer(call)
        else:
            await call.reply(b"", "502 Bad Gateway")

    site.index = serve(answer).url()
    crawled = crawl_quickly(tmp_path, site, RETRY_TIMES=30, **IMPATIENT)
    # Whether the host is given up first, or the attempts, depends on how long each takes.
    assert crawled.stat("finish_reason") in {"site_dead", "finished"}
    assert crawled.stat("hosts/pauses") > 1
    assert crawled.reasons
    for topic in crawled.frontier.topics:
        assert topic.expected == topic.done + topic.failed


def test_other_hosts_go_on_and_the_dead_one_is_named(serve: Serve) -> None:
    async def dead(call: Call) -> None:
        call.reset()

    async def alive(call: Call) -> None:
        await call.reply(b"well")

    first, second = serve(dead), serve(alive, host="127.0.0.2")
    lost = [first.url(f"/{number}") for number in range(30)]
    had = [second.url(f"/{number}") for number in range(30)]
    spider, stats = ask([*lost, *had], {**IMPATIENT, "RETRY_TIMES": 20})
    assert sorted(spider.done) == sorted(had)
    assert sorted(spider.failed) == sorted(lost)
    reason = "127.0.0.1 was given up, it did not come back within 1 s. Last: Download"
    assert {reason in why for why in spider.failed.values()} == {True}
    assert [host for host, _ in spider.given_up] == ["127.0.0.1"]
    assert stats["finish_reason"] == "finished"


def test_a_dead_host_costs_no_page_of_another(tmp_path: Path, serve: Serve) -> None:
    async def answer(call: Call) -> None:
        is_dead = (call.header("Host") or "").startswith("localhost")
        if is_dead and call.target != "/robots.txt":
            await call.reply(b"", "503 Busy")
        elif call.target == "/":
            lost = peer.url("/lost").replace("127.0.0.1", "localhost")
            await listing(index=["/had", lost])(call)
        else:
            await asyncio.sleep(0.05)
            await listing(last=300)(call)

    peer = serve(answer)
    profile = {**LISTING, "index": peer.url(), "allowed_domains": ["localhost"]}
    soon = {**IMPATIENT, "HOST_FAILURES": 3}
    crawled = crawl(tmp_path, profile, **soon, RETRY_TIMES=3, CONCURRENT_REQUESTS=4)
    had, lost = crawled.frontier.topics
    assert (lost.done, lost.failed) == (0, 1)
    assert (had.done, had.failed) == (300, 0)
    assert "localhost was given up" in crawled.reasons[0]
    assert crawled.stat("finish_reason") == "finished"


def test_a_site_that_dies_behind_its_index_leaves_the_list_of_all_topics(
    tmp_path: Path, serve: Serve
) -> None:
    async def answer(call: Call) -> None:
        if len(peer.calls) <= 2:  # robots.txt, and the index
            await listing(index=[f"/t{topic}" for topic in range(150)])(call)
        else:
            await call.reply(b"", "503 Busy")

    peer = serve(answer)
    profile = {**LISTING, "index": peer.url()}
    failed = tmp_path / "failed.csv"
    crawled = crawl(
        tmp_path,
        profile,
        **IMPATIENT,
        RETRY_TIMES=1,
        CRAWL_DB=f"sqlite:///{tmp_path}/crawls.db",
        FAILED_PAGES=str(failed),
    )
    assert crawled.stat("finish_reason") == "site_dead"
    assert len(read_csv(failed)) == 150


def test_what_was_put_by_for_a_host_goes_on_when_it_is_back(serve: Serve) -> None:
    first_failure, arrivals = 0.0, []

    async def dead_at_first(call: Call) -> None:
        nonlocal first_failure
        first_failure = first_failure or monotonic()
        if monotonic() < first_failure + 1.0:
            call.reset()
        else:
            arrivals.append(monotonic())
            await call.reply(b"well")

    async def alive(call: Call) -> None:
        await call.reply(b"well")

    first, second = serve(dead_at_first), serve(alive, host="127.0.0.2")
    urls = [peer.url(f"/{n}") for n in range(30) for peer in (first, second)]
    spider, stats = ask(urls, IMPATIENT)
    assert sorted(spider.done) == sorted(urls)
    assert stats["hosts/pauses"] >= 2
    assert arrivals[-1] - arrivals[0] < 2.5
