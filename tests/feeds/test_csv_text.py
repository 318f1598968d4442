"""CSV as text: the same, character by character, as the standard library's writer makes it."""

import csv
import io
import random
from datetime import date
from typing import Any

import pytest

from scraper.feeds.csv_text import csv_text, is_usual

ALPHABET = "ab ,;\"\n\r'\t\0é🍣\ud800=-\u2028"


def written(rows: list[list[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("seed", range(20))
def test_it_is_what_a_writer_writes(seed: int) -> None:
    chance = random.Random(seed)
    others = [0, -7, 1.5, 1e300, True, None, date(2026, 1, 2), ["a,b", 'c"d']]

    def cell() -> Any:
        if chance.random() < 0.2:
            return chance.choice(others)
        return "".join(chance.choices(ALPHABET, k=chance.randrange(8)))

    rows = [[cell() for _ in range(chance.randrange(2, 6))] for _ in range(200)]
    assert csv_text(rows) == written(rows)


def test_no_rows_are_no_text() -> None:
    assert csv_text([]) == written([]) == ""


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ";"},
        {"quotechar": "'"},
        {"quoting": csv.QUOTE_ALL},
        {"lineterminator": "\n"},
        {"dialect": "excel-tab"},
        {"escapechar": "\\", "doublequote": False},
    ],
)
def test_other_dialects_are_left_to_the_writer(options: dict[str, Any]) -> None:
    assert is_usual(csv.writer(io.StringIO()).dialect)
    assert not is_usual(csv.writer(io.StringIO(), **options).dialect)
