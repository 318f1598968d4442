"""Articles and schemes as text, and back."""

from datetime import date
from typing import Any

import pytest

from scraper.pagination import PageScheme
from scraper.pagination.numbering import UrlTemplate
from scraper.storage.rows import (
    decode,
    decode_scheme,
    encode_all,
    encode_scheme,
    storable,
)


@pytest.mark.parametrize(
    "articles",
    [
        [],
        [{}],
        [{}, {}],
        [{"title": "one", "page": 1, "price": 1.5, "old": None, "sold": True}],
        [{"title": "a"}, {"title": "b"}, {"title": "c"}],
        [{"title": 'ends "},\n{" there'}, {"title": "},\n{"}],
        [{"tags": ["a", "b"], "of": {"x": {"y": 1}}}, {"tags": []}],
        [{"offers": [{"price": 1}, {"price": 2}]}, {"offers": []}],
        [{"title": "Ünïcødé 漢字 \U0001f600"}, {"title": "line\nbreak\ttab\0nul"}],
        [{"title": "half a pair \ud83d"}, {"title": "é"}],
    ],
)
def test_articles_come_back_as_they_were(articles: list[dict[str, Any]]) -> None:
    assert [decode(text) for text in encode_all(articles)] == articles


def test_what_json_does_not_know_becomes_text() -> None:
    (text,) = encode_all([{"day": date(2026, 11, 22)}])
    assert decode(text) == {"day": "2026-11-22"}


def test_texts_can_be_stored_whatever_a_site_sends() -> None:
    for text in encode_all([{"title": "half a pair \ud83d \0"}]):
        assert "\0" not in text
        text.encode()
    assert storable("a\0b \udcff") == "ab \\udcff"


@pytest.mark.parametrize(
    "scheme",
    [
        PageScheme(UrlTemplate("https://x.org/?q=a&page=", "&size=35", "page")),
        PageScheme(UrlTemplate("https://x.org/page/", "/"), 0, 0, 25, 1),
    ],
)
def test_a_scheme_comes_back_as_it_was(scheme: PageScheme) -> None:
    assert decode_scheme(encode_scheme(scheme)) == scheme


def test_no_scheme_is_none() -> None:
    assert encode_scheme(None) is None
    assert decode_scheme(None) is None
