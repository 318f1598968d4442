"""A profile is suggested for each layout, and a crawl with it finds exactly the articles there are."""

from pathlib import Path
from typing import Any

import pytest

from scraper.suggest import Confidence
from tests.suggest.sites import LAYOUTS
from tests.suggest.suggesting import crawled_as_suggested

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_crawl_with_the_suggested_profile_is_right(name: str, tmp_path: Path) -> None:
    site = LAYOUTS[name]()
    outcome = crawled_as_suggested(site, tmp_path)
    profile = outcome.found.profile
    assert outcome.failures == [], profile
    assert outcome.topics == site.topics, profile
    fields = list(site.expected[0])
    assert _table(outcome.rows, fields) == _table(site.expected, fields), profile
    assert outcome.found.confidence != Confidence.LOW, outcome.found.doubts


def _table(rows: Any, fields: list[str]) -> list[list[str]]:
    return sorted([row[name] for name in fields] for row in rows)
