"""Four workers, killed and stopped, on a faulty site, while the database restarts: every article once, all the same."""

import random
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from tests.crawls.processes import wait_until
from tests.crawls.stored import database
from tests.crawls.trouble import (
    LONG,
    Trouble,
    check,
    children_of,
    crew,
    faulty_site,
)
from tests.faults.site import serving
from tests.servers.postgresql import PostgreSQL

pytestmark = pytest.mark.slow

KILLS_AND_STOPS = ["kill"] * 4 + ["stop"] * 4
RESTARTS = ["restart"] * 2


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest) -> PostgreSQL | None:
    if request.param == "sqlite":
        return None
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server


@pytest.fixture
def url(request: pytest.FixtureRequest, server: PostgreSQL | None) -> URL:
    if server is None:
        return make_url(database(request.getfixturevalue("tmp_path")))
    url: URL = request.getfixturevalue("postgresql_url")
    return url


@pytest.mark.parametrize("seed", [1])
def test_four_workers(
    seed: int, tmp_path: Path, server: PostgreSQL | None, url: URL
) -> None:
    site, chance = faulty_site(seed), random.Random(seed)
    with serving(site), crew(site, tmp_path, url) as workers:
        for _ in range(4):
            workers.start("crawl")
        trouble = Trouble(
            site,
            lambda: [p.pid for p in workers.processes if p.poll() is None],
            chance,
            server,
            lambda _: workers.start("crawl"),
            lambda: workers.all_have_joined,
        )
        wait_until(lambda: len(site.visits) > 4)
        trouble.make(KILLS_AND_STOPS + RESTARTS * bool(server))
        for process in workers.processes:
            status = process.wait(LONG)
            # One that starts while the database is away says so, and ends.
            if status != -9 and "connection failed" not in workers.said(process):
                assert status == 3, workers.said(process)
        check(workers, site)


@pytest.mark.parametrize("seed", [1])
def test_a_fleet_of_four(
    seed: int, tmp_path: Path, server: PostgreSQL | None, url: URL
) -> None:
    site, chance = faulty_site(seed), random.Random(seed)
    with serving(site), crew(site, tmp_path, url) as started:
        fleet = started.start("fleet", "-n", "4")
        trouble = Trouble(site, lambda: children_of(fleet), chance, server)
        wait_until(lambda: len(site.visits) > 4)
        trouble.make(KILLS_AND_STOPS + RESTARTS * bool(server))
        assert fleet.wait(LONG) == 3, started.said(fleet)
        check(started, site)
