"""Crawls of faulty sites, with small waits, and the account that they must leave."""

from pathlib import Path
from typing import Any

from tests.crawls.running import Crawled, crawl
from tests.crawls.test_paginations import identity, unique
from tests.faults.site import ALWAYS, FaultySite
from tests.faults.wire import Fault

RETRIES = 2

QUICK = {
    "DOWNLOAD_MAXSIZE": 2**20,
    "DOWNLOAD_TIMEOUT": 10,
    "RETRY_TIMES": RETRIES,
    "RETRY_BACKOFF_BASE": 0.01,
    "RETRY_BACKOFF_CAP": 0.05,
    "OVERLOAD_MAX_DELAY": 0.05,
    "HOST_PROBE_WAIT": 0.1,
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
}


def crawl_quickly(folder: Path, site: FaultySite, **overrides: Any) -> Crawled:
    """Crawl `site`, which must be served, with waits of parts of a second."""
    return crawl(folder, site.profile(), **{**QUICK, **overrides})


def assert_exact(crawled: Crawled, site: FaultySite) -> None:
    """Every article that can be had is had once, every page that cannot is named, nothing is left open."""
    expected = unique([dict(record) for record in site.records()])
    assert sorted(map(identity, crawled.rows)) == sorted(map(identity, expected))
    lost = {place for place, bad in site.plan.items() if bad.times == ALWAYS}
    names = {topic.name: topic.index for topic in site.content.listing}
    failed = [
        (names[failure.topic], failure.number or 1)
        for failure in crawled.frontier.failures()
    ]
    assert sorted(failed) == sorted(lost)
    for topic in crawled.frontier.topics:
        assert topic.expected == topic.done + topic.failed
    assert crawled.stat("finish_reason") == "finished"


def assert_named(crawled: Crawled, fault: Fault) -> None:
    """Each page that failed says why."""
    for reason in crawled.reasons:
        assert fault.reason in reason
