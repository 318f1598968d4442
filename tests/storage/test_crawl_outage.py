"""A whole crawl whose database server goes away in the middle: it waits, goes on, and has every article once."""

from pathlib import Path

import pytest
from sqlalchemy import URL

from tests.crawls.processes import end, read_until, wait_until
from tests.crawls.running import read_csv
from tests.crawls.stored import SITE, all_urls, command
from tests.servers.postgresql import PostgreSQL
from tests.sites.fixtures import ServeSite

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_the_server_goes_away_and_comes_back(
    mode: str,
    tmp_path: Path,
    site_server: ServeSite,
    postgresql: PostgreSQL,
    postgresql_url: URL,
) -> None:
    server = site_server(content=SITE, latency=0.05)
    settings = {"CRAWL_DB": postgresql_url.render_as_string(hide_password=False)}
    with command(server, tmp_path, "articles.csv", settings=settings) as process:
        wait_until(lambda: len(server.pages) > 20)
        postgresql.restart(mode)
        wait_until(lambda: len(server.pages) > 40)
        postgresql.stop(mode)
        said = read_until(process, "Lost the crawl")
        postgresql.start()
        rest = end(process)
    assert "is back after" in rest
    assert "trying again for up to 120 s" in said
    assert sorted(r["url"] for r in read_csv(tmp_path / "articles.csv")) == all_urls(
        server
    )
