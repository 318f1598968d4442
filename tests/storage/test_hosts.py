"""What one worker learns of a host, all know."""

import pytest
from sqlalchemy import Connection

from scraper.storage import hosts
from tests.storage.crawling import begin


def test_a_pause_is_known_to_all_for_as_long_as_it_lasts(
    connection: Connection,
) -> None:
    one, other = begin(connection), begin(connection, "other")
    hosts.pause(connection, one, "x.org", 60)
    hosts.pause(connection, one, "y.org", -1)
    paused = hosts.paused(connection, one)
    assert list(paused) == ["x.org"]
    assert 55 < paused["x.org"] <= 60
    assert hosts.paused(connection, other) == {}


@pytest.mark.parametrize(("then", "left"), [(30, 60), (90, 90)])
def test_the_longer_pause_counts(
    then: float, left: float, connection: Connection
) -> None:
    crawl_id = begin(connection)
    hosts.pause(connection, crawl_id, "x.org", 60)
    hosts.pause(connection, crawl_id, "x.org", then)
    assert hosts.paused(connection, crawl_id)["x.org"] == pytest.approx(left, abs=5)
