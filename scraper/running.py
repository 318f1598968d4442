"""Running a crawl in Scrapy's process, of which there are two kinds: one has tasks, the other Deferreds."""

from asyncio import CancelledError, ensure_future
from typing import TYPE_CHECKING, Any

from scrapy.crawler import Crawler, CrawlerProcessBase
from twisted.internet.defer import Deferred

if TYPE_CHECKING:
    from twisted.python.failure import Failure


def run(
    process: CrawlerProcessBase, crawler: Crawler, **kwargs: Any
) -> BaseException | None:
    """Run a crawl until it ends, or Ctrl-C breaks it off; returns what it failed with, if it did."""
    crawl = process.crawl(crawler, **kwargs)
    if not isinstance(crawl, Deferred):
        crawl = Deferred.fromFuture(ensure_future(crawl))
    failures: list[Failure] = []
    crawl.addErrback(failures.append)
    process.start()
    errors = (failure.value for failure in failures)
    return next((e for e in errors if not isinstance(e, CancelledError)), None)
