"""Reports of crawls that never were, with everything in them that a site may say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from scraper.frontier import MemoryFrontier
from scraper.report.comparison import Change, Comparison, Listing, ShownArticle
from scraper.report.contents import Report, Run, draw_up
from scraper.report.sampling import Counts, Sample, Series
from scraper.report.shown_settings import ShownSetting
from scraper.storage.comparison import EarlierCrawl

NASTY = '<script>alert("x")</script>\'"&amp;'
STARTED = datetime(2026, 11, 22, 17, 43, 27, tzinfo=UTC)


def frontier(names: Sequence[str], *, failures: int = 1) -> MemoryFrontier:
    """One page each of these topics; those of the first `failures` have failed. The first has no address to link to."""
    found = MemoryFrontier()
    urls = ["javascript:alert(1)", *(f"https://x.org/{n}" for n in range(len(names)))]
    found.add_topics(zip(names, urls, strict=False))
    for place in range(len(names)):
        page = found.next_page()
        assert page is not None
        if place < failures:
            found.failed(page, attempts=3, reason=f"HTTP 500 {NASTY}")
        else:
            found.done(page, seen=30, unique=29, duplicates=1)
    return found


def series(seconds: int = 90) -> Series:
    found = Series()
    for second in range(seconds):
        found.add(Sample(1.0, Counts(50 + second % 7, 1500, second % 3, 0), 30.0))
        found.samples[-1].latencies.add(0.1)
    return found


def run(**changes: Any) -> Run:
    settings = [ShownSetting("-a url", NASTY, True), ShownSetting("SITE", NASTY, False)]
    usual = Run(
        site=f"site {NASTY}",
        index="https://me:hunter2@x.org/",
        crawl_id=7,
        resumed=False,
        shared=False,
        finish_reason="finished",
        started=STARTED,
        ended=STARTED + timedelta(seconds=90),
        series=series(),
        settings=settings,
        version="Scrapy 2.19",
    )
    return replace(usual, **changes)


def comparison() -> Comparison:
    article = ShownArticle(NASTY, "javascript:alert(1)", (Change("price", NASTY, "2"),))
    link = ShownArticle("Good", "https://x.org/?a=1&b=2")
    return Comparison(
        EarlierCrawl(6, STARTED - timedelta(days=1)),
        new=Listing(1234, [article, link]),
        gone=Listing(1, [article]),
        changed=Listing(1, [article]),
    )


def report(
    names: Sequence[str] = (NASTY, "Science", "x" * 500),
    *,
    failures: int = 1,
    compared: Comparison | None = None,
    **changes: Any,
) -> Report:
    pages = frontier(names, failures=failures)
    return draw_up(pages, run(**changes), compared or comparison())
