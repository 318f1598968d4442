"""Fixtures of the whole suite."""

from collections.abc import Iterator
from typing import Any

import pytest

from scraper.demo.process import demo_site
from scraper.settings import SITES
from tests.servers.fixtures import (
    postgresql,
    postgresql_url,
    redis_process,
    redis_server,
)
from tests.sites.fixtures import site_server

__all__ = [
    "postgresql",
    "postgresql_url",
    "redis_process",
    "redis_server",
    "site_server",
]


@pytest.fixture(scope="session")
def demo_url() -> Iterator[str]:
    """The index of a small demo site, served for the whole run."""
    with demo_site(topics=5, pages=3, articles=20) as url:
        yield url


@pytest.fixture
def demo_profile(demo_url: str) -> dict[str, Any]:
    """The profile of that site."""
    return {**SITES["demo"], "index": demo_url, "page_size": 20}
