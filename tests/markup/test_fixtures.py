"""Pages as sites have them: what a profile takes from each, the same with both engines."""

import json
from pathlib import Path

import pytest

from scraper.fields import ArticleRules
from scraper.markup import Engine, compile_selector, parse

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/page.html"))


@pytest.mark.parametrize("engine", Engine)
@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}"
)
def test_articles_of_a_page(case: Path, engine: Engine) -> None:
    profile = json.loads((case / "profile.json").read_text(encoding="utf-8"))
    document = parse((case / "page.html").read_text(encoding="utf-8"), engine)

    rules = ArticleRules.parse(profile["fields"])
    base_url = document.base_url(profile["url"])
    elements = document.select(compile_selector(profile["articles"]))
    articles = [rules.extract(element, base_url) for element in elements]

    assert articles == json.loads((case / "expected.json").read_text(encoding="utf-8"))


def test_there_are_fixtures() -> None:
    assert len(CASES) >= 12
