"""The settings that docs/scrapy-redis.md tells users to set are those that the tests set."""

from typing import Any

from tests.docs.snippets import PROJECT, python_blocks
from tests.redis.working import SETTINGS


def test_the_settings_are_those_of_the_tests() -> None:
    (block,) = python_blocks(PROJECT / "docs" / "scrapy-redis.md")
    names: dict[str, Any] = {}
    exec(block.text, {}, names)
    assert names.pop("REDIS_URL").startswith("redis://")
    assert names == SETTINGS
