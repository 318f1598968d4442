"""What kill -9 loses: `python -m tests.redis.lost RUNS`, figures of which are in docs/scrapy-redis.md.

In each run a crawl is killed when a random part of its pages was served, and the same command is run again to its
end; once with the queue and the items in Redis, and once with the crawl database. A page is lost when an article of
it is in neither.
"""

import json
import random
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from scraper.demo.content import DemoSite
from scraper.settings import ITEM_PIPELINES
from scraper.storage import articles, open_database, transaction
from tests.redis.working import items_of, worker
from tests.servers.redis import RedisServer
from tests.sites.server import SiteServer
from tests.sites.site import SiteUnderTest
from tests.storage.crawling import file_url

if TYPE_CHECKING:
    from subprocess import Popen

SITE = DemoSite(topics=15, pages=60, articles=10)
LATENCY = 0.1
WAIT = 300
STORE_IN_REDIS = json.dumps(
    {**ITEM_PIPELINES, "scrapy_redis.pipelines.RedisPipeline": 960}
)

Start = Callable[[], "AbstractContextManager[Popen[str]]"]


def lost_with_redis(server: SiteServer, share: float) -> int:
    with RedisServer() as redis, tempfile.TemporaryDirectory() as folder:

        def start() -> AbstractContextManager["Popen[str]"]:
            return worker(
                server, redis.url, Path(folder), ITEM_PIPELINES=STORE_IN_REDIS
            )

        kill_and_go_on(server, start, share)
        with redis.client() as client:
            pages = items_of(client)
    return lost(server, {row["url"] for page in pages for row in page["articles"]})


def lost_with_database(server: SiteServer, share: float) -> int:
    with tempfile.TemporaryDirectory() as folder:
        url = file_url(Path(folder, "crawls.db"))

        def start() -> AbstractContextManager["Popen[str]"]:
            scheduler = {
                "SCHEDULER": "scrapy.core.scheduler.Scheduler",
                "DUPEFILTER_CLASS": "scrapy.dupefilters.RFPDupeFilter",
            }
            return worker(server, "", Path(folder), CRAWL_DB=url, **scheduler)

        kill_and_go_on(server, start, share)
        with transaction(open_database(url), reads_only=True) as connection:
            had = {row.fields["url"] for row in articles.read_all(connection, 1)}
    return lost(server, had)


def kill_and_go_on(server: SiteServer, start: Start, share: float) -> None:
    """Kill the command when so great a share of the pages was served, and run it again to its end."""
    server.pages.clear()
    with start() as process:
        while len(server.pages) < server.page_count * share:
            assert process.poll() is None, "it ended too early"
            sleep(0.005)
        process.kill()
        process.communicate(timeout=WAIT)
    with start() as process:
        _, log = process.communicate(timeout=WAIT)
        assert process.returncode == 0, log


def lost(server: SiteServer, had: set[object]) -> int:
    """How many pages show an article that is not there."""
    records = server.records()
    return len({(r["topic"], r["page"]) for r in records if r["url"] not in had})


def main() -> None:
    chance = random.Random(5)
    site = SiteUnderTest("query-first", SITE)
    with SiteServer(site, latency=LATENCY) as server:
        print(f"{server.page_count} pages")
        for run in range(int(sys.argv[1])):
            share = chance.uniform(0.2, 0.8)
            redis = lost_with_redis(server, share)
            database = lost_with_database(server, share)
            print(
                f"run {run + 1}: killed after {share:.0%}; "
                f"lost with Redis {redis} pages, with the crawl database {database}"
            )


if __name__ == "__main__":
    main()
