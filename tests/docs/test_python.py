"""The Python of README and docs/ runs, and the profiles in it are right."""

from typing import Any

import pytest

from scraper.site import SiteProfile
from tests.docs.snippets import DOCUMENTS, Snippet, python_blocks

BLOCKS = [block for document in DOCUMENTS for block in python_blocks(document)]


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_it_runs(block: Snippet) -> None:
    names: dict[str, Any] = {"__name__": "snippet"}
    exec(compile(block.text, str(block), "exec"), names)
    sites = names.get("SITES", {})
    for name in sites:
        assert SiteProfile.from_settings(sites, name, None).name == name
