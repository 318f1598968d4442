"""scrapy-redis's scheduler and dupefilter under this project's spider, handler and pipelines."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from scraper.demo.content import DemoSite
from scraper.settings import ITEM_PIPELINES
from scraper.settlement import LOST_AFTER
from tests.crawls.paged_index import PagedIndex
from tests.crawls.processes import end
from tests.crawls.running import PATIENCE, Crawled, crawl, scrapy
from tests.downloader.conftest import Serve
from tests.faults.asking import Asking
from tests.faults.crawling import assert_exact, crawl_quickly
from tests.faults.site import Bad, FaultySite, serving
from tests.redis.working import (
    ITEMS,
    QUEUE,
    SETTINGS,
    items_of,
    rows_of,
    worker,
)
from tests.servers.redis import RedisServer
from tests.sites.fixtures import ServeSite
from tests.sites.server import SiteServer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings(
        "ignore:Passing a 'spider' argument:scrapy.exceptions.ScrapyDeprecationWarning"
    ),
]

SITE = DemoSite(topics=4, pages=40, articles=10)


def crawl_here(
    server: SiteServer, redis: RedisServer, folder: Path, **settings: object
) -> Crawled:
    """A crawl in this process with the queue in Redis."""
    options = {**SETTINGS, "REDIS_URL": redis.url, **settings}
    return crawl(folder, server.profile(), **options)


@pytest.mark.parametrize("style", ["query-first", "next-only", "windowed-no-last"])
def test_one_worker_has_every_article_once(
    style: str, tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server(style)
    crawled = crawl_here(server, redis_server, tmp_path)
    assert crawled.reasons == []
    assert rows(crawled.rows) == known(server)
    assert crawled.stat("scheduler/dequeued/redis") >= server.page_count
    with redis_server.client() as client:
        assert client.exists(QUEUE) == 0


@pytest.mark.parametrize("queue", ["PriorityQueue", "FifoQueue", "LifoQueue"])
def test_in_every_order(
    queue: str, tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server()
    queue_class = f"scrapy_redis.queue.{queue}"
    crawled = crawl_here(
        server, redis_server, tmp_path, SCHEDULER_QUEUE_CLASS=queue_class
    )
    assert rows(crawled.rows) == known(server)


def test_the_pages_of_an_index_go_through_the_queue(
    tmp_path: Path, serve: Serve, redis_server: RedisServer
) -> None:
    index = PagedIndex([3, 3, 2], statuses={3: "500 Oops"})
    peer = serve(index)
    options = {**SETTINGS, "REDIS_URL": redis_server.url}
    crawled = crawl(tmp_path, index.profile(peer.url()), **options)
    assert [failure.url for failure in crawled.frontier.failures()] == [
        peer.url("/?page=3")
    ]
    topics = sorted(index.topics(1, 2))
    assert sorted({row["topic"] for row in crawled.rows}) == topics
    assert len(crawled.rows) == 2 * len(topics)


def test_pages_that_fail_are_retried_and_named(
    tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    faults = {(0, 3): "503-then-ok", (1, 2): "500"}
    server = site_server(faults=faults)
    crawled = crawl_here(server, redis_server, tmp_path)
    assert len(crawled.reasons) == 1
    assert rows(crawled.rows) == known(server)


def test_pages_that_wait_for_their_host_are_no_duplicates(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    site = FaultySite({(0, 2): Bad(Asking("429 Slow Down", 0.5), 1)})
    # One at a time, so that others have left the slot and wait when that is refused.
    options = {**SETTINGS, "REDIS_URL": redis_server.url}
    with serving(site):
        crawled = crawl_quickly(
            tmp_path, site, DOWNLOADER_CONNECTION_LIMIT=1, **options
        )
    kind = "scraper.exceptions.HostPausedError"
    assert crawled.stat(f"downloader/exception_type_count/{kind}")
    assert_exact(crawled, site)


def test_a_finished_crawl_is_not_crawled_again(
    tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server()
    crawl_here(server, redis_server, tmp_path)
    before = len(server.requests)
    again = crawl_here(server, redis_server, tmp_path)
    assert again.stat("finish_reason") == "finished"
    assert len(server.requests) == before, "the dupefilter remembers the index"
    fresh = crawl_here(server, redis_server, tmp_path, SCHEDULER_FLUSH_ON_START=True)
    assert fresh.stat("pages/done") == server.page_count


def test_workers_share_the_queue(
    tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server(content=SITE, latency=0.4)
    names = ["one.jsonl", "two.jsonl", "three.jsonl"]
    settings = {"MAX_IDLE_TIME_BEFORE_CLOSE": 7, "CONCURRENT_REQUESTS": 4}
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                worker(server, redis_server.url, tmp_path, name, **settings)
            )
            for name in names
        ]
        for each in workers:
            end(each)
    shares = [rows_of(tmp_path / name) for name in names]
    assert sum(map(bool, shares)) >= 2, "one worker did it all"
    urls = {row["url"] for share in shares for row in share}
    assert urls == {record["url"] for record in server.records()}
    pages = [{(row["topic"], row["page"]) for row in share} for share in shares]
    assert len(set.union(*pages)) == sum(map(len, pages)), "a page came twice"


def test_an_index_that_another_worker_has_is_no_failure_here(
    tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server()
    settings = {"MAX_IDLE_TIME_BEFORE_CLOSE": 15}
    with (
        redis_server.client() as client,
        worker(server, redis_server.url, tmp_path, "one.jsonl", **settings) as process,
    ):
        # Who waits for it has it before the worker can ask again.
        taken: Any = client.bzpopmin(QUEUE, timeout=PATIENCE)
        _, request, score = taken
        time.sleep(2 * LOST_AFTER + 1)  # the engine looks every five seconds
        client.zadd(QUEUE, {request: score})
        end(process)
    assert rows(rows_of(tmp_path / "one.jsonl")) == known(server)


def test_items_go_to_redis(
    tmp_path: Path, site_server: ServeSite, redis_server: RedisServer
) -> None:
    server = site_server()
    pipelines = {**ITEM_PIPELINES, "scrapy_redis.pipelines.RedisPipeline": 960}
    with worker(
        server,
        redis_server.url,
        tmp_path,
        ITEM_PIPELINES=json.dumps(pipelines),
    ) as process:
        end(process)
    with redis_server.client() as client:
        pages = items_of(client)
        assert client.llen(ITEMS) == server.page_count
    found = [article for page in pages for article in page["articles"]]
    assert rows(found) == known(server)


def test_two_queues_are_one_too_many(redis_server: RedisServer, tmp_path: Path) -> None:
    run = scrapy(
        "crawl",
        "topics",
        *("-s", f"SCHEDULER={SETTINGS['SCHEDULER']}"),
        *("-s", f"CRAWL_DB=sqlite:///{tmp_path}/crawls.db"),
        *("-s", f"REDIS_URL={redis_server.url}"),
        folder=tmp_path,
    )
    assert run.returncode == 1
    assert "has its own queue, and so has the crawl database" in run.stderr


def rows(found: Iterable[Mapping[str, Any]]) -> Counter[tuple[Any, Any]]:
    """Articles, each with how often it came."""
    return Counter((row["title"], row["url"]) for row in found)


def known(server: SiteServer) -> Counter[tuple[Any, Any]]:
    """The articles that the site has, each once."""
    return Counter(set(rows(server.records())))
