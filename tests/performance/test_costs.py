"""What pages and topics may cost: an exceeded budget names a regression, where a clock would need an idle machine."""

import socket
import subprocess
import sys
from collections import Counter

import pytest

from scraper.markup import Engine, parse
from scraper.pagination import following_url
from tests.crawls.running import PROJECT
from tests.performance.counting import (
    CALL,
    CYCLE,
    FEW,
    MANY,
    OWN_CALL,
    RECORD,
    STATEMENT,
    WAKE_UP,
    Costs,
    costs_of_crawl,
    counting,
)

BUDGETS = {
    # Measured: 3,150 to 3,500, by how many pages share a transaction; Scrapy's part of it is two thirds.
    CALL: 4300,
    # Measured: 1,150, 30 for each of 35 articles.
    OWN_CALL: 1400,
    # An order to the downloader, its report, word from the database: one of each a page at
    # the most, as they often serve several pages, and the leases. Measured: 0.9 to 2.2.
    WAKE_UP: 3.2,
    RECORD: 0.05,
    # Six where a page has a transaction of its own, and the leases.
    STATEMENT: 8,
    # Measured: 10, as statements are compiled. A download that is part of a cycle is 30 more, with the page's body.
    CYCLE: 20,
}

TOPIC_BUDGETS = {
    # Measured: 12,800 where a topic has one page: it is read without the profile's keys, too, which may hide others.
    OWN_CALL: 15_500,
    # Measured: 10 to 13.
    STATEMENT: 18,
}


@pytest.fixture(scope="module")
def crawls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Costs, Costs]:
    """A short and a longer crawl, after one that is long enough to fill the caches of URLs (128 each)."""
    costs_of_crawl(tmp_path_factory.mktemp("first"), MANY)
    few = costs_of_crawl(tmp_path_factory.mktemp("few"), FEW)
    return few, costs_of_crawl(tmp_path_factory.mktemp("many"), MANY)


@pytest.fixture(scope="module")
def crawls_of_topics(tmp_path_factory: pytest.TempPathFactory) -> tuple[Costs, Costs]:
    """Crawls of few and of many topics, of one page each."""
    few = costs_of_crawl(tmp_path_factory.mktemp("few"), 1, topics=4)
    return few, costs_of_crawl(tmp_path_factory.mktemp("many"), 1, topics=24)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("kind", BUDGETS)
def test_a_page_keeps_to_its_budget(crawls: tuple[Costs, Costs], kind: str) -> None:
    few, many = crawls
    assert many.pages > few.pages + MANY
    assert many.per_page(few, kind) <= BUDGETS[kind]


@pytest.mark.parametrize("kind", TOPIC_BUDGETS)
def test_a_topic_keeps_to_its_budget(
    crawls_of_topics: tuple[Costs, Costs], kind: str
) -> None:
    few, many = crawls_of_topics
    assert many.pages - few.pages == 20
    assert many.per_page(few, kind) <= TOPIC_BUDGETS[kind]


def test_a_page_that_is_done_leaves_nothing_in_memory(
    crawls: tuple[Costs, Costs],
) -> None:
    """A page that is kept, in the spider's frontier as in a cache, is some objects and hundreds of blocks of memory."""
    few, many = crawls
    assert many.kept_per_page(few) < 5
    assert many.blocks_per_page(few) < 50


def test_an_index_of_twice_as_many_links_takes_twice_as_long() -> None:
    costs = []
    for count in (400, 800):
        links = "".join(
            f'<li><a href="/{name}">{name}</a></li>' for name in range(count)
        )
        document = parse(f"<ul>{links}</ul>", Engine.LEXBOR)
        with counting(calls := Counter[str]()):
            following_url(document, "https://x.org/", "https://x.org/")
        costs.append(calls[OWN_CALL])
    assert costs[1] < 2.2 * costs[0]


def test_a_start_loads_nothing_that_a_crawl_may_not_need() -> None:
    """Up to its first request, and BeautifulSoup never, unless a setting names it."""
    command = (sys.executable, "-X", "importtime", "-m", "scrapy", "crawl", "topics")
    options = ("-a", f"url=http://127.0.0.1:{closed_port()}/", "-s", "RETRY_TIMES=0", "-s", "CRAWL_DB=")  # fmt: skip
    done = subprocess.run(
        [*command, *options], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "aiohttp" in loaded
    assert not loaded & {
        "bs4",
        "scrapy.core.downloader.handlers.http11",
        "soupsieve",
    }
