"""A site that answers no worker any more: the last one fails what is left, and the same command goes on with it."""

from pathlib import Path

import pytest

from tests.crawls.processes import end, wait_until
from tests.crawls.running import read_csv
from tests.crawls.stored import SITE, all_urls, command, stored_urls
from tests.sites.fixtures import ServeSite

pytestmark = pytest.mark.slow

IMPATIENT = {
    "CRAWL_SHARED": 1,
    "HOST_FAILURES": 5,
    "HOST_PROBE_WAIT": 0.1,
    "HOST_GIVE_UP": 0.5,
    "RETRY_TIMES": 2,
    "RETRY_BACKOFF_BASE": 0.01,
}


@pytest.mark.parametrize("verb", [("crawl",), ("fleet", "-n", "2")])
def test_the_last_worker_fails_what_is_left(
    verb: tuple[str, ...], tmp_path: Path, site_server: ServeSite
) -> None:
    gone: dict[tuple[int, int], str] = {}
    server = site_server(content=SITE, faults=gone, latency=0.05)
    with command(
        server, tmp_path, "articles.csv", verb=verb, settings=IMPATIENT
    ) as process:
        wait_until(lambda: len(server.requests) > 20)
        gone |= {(topic, page): "500" for topic in range(5) for page in range(40)}
        log = end(process, 3)
    assert "was given up, it did not come back within 0.5 s" in log
    assert "NOT DONE" not in log
    gone.clear()
    with command(
        server, tmp_path, "articles.csv", verb=verb, settings=IMPATIENT
    ) as process:
        log = end(process)
    assert "Crawl 1 goes on" in log
    assert stored_urls(tmp_path) == all_urls(server)
    rows = read_csv(tmp_path / "articles.csv")
    assert sorted(row["url"] for row in rows) == all_urls(server)
