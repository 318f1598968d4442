"""Values as the text that a row holds: articles' fields and page schemes as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from scraper.pagination import IndexPage, PageScheme
from scraper.pagination.numbering import UrlTemplate

Fields = dict[str, Any]
"""An article's fields."""

NewArticle = tuple[int, int, bytes | None, str]
"""A row to be added: its crawl, its page, its key and its fields as JSON."""

# No text has a line break of its own in JSON: one in the separator shows where an article ends.
_encoder = json.JSONEncoder(
    ensure_ascii=False, separators=(",\n", ":"), default=str, check_circular=False
)
_ascii_encoder = json.JSONEncoder(separators=(",\n", ":"), default=str)


def encode_all(articles: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each article's fields as JSON; what JSON has no type for, a date say, as its text.

    All are encoded at once and then cut apart: an encoder is made anew for each call,
    which for so small values takes as long as encoding them.
    """
    if not articles:
        return []
    parts = _encode(articles)[1:-1].split("},\n{")
    if len(parts) != len(articles):  # a field holds a list of dicts
        return [_encode(article) for article in articles]
    parts[0] = parts[0].removeprefix("{")
    parts[-1] = parts[-1].removesuffix("}")
    return [f"{{{part}}}" for part in parts]


def _encode(value: Any) -> str:
    text = _encoder.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no database takes
        return _ascii_encoder.encode(value)
    return text


def decode(text: str) -> Fields:
    """The fields of an article."""
    fields: Fields = json.loads(text)
    return fields


def decode_all(texts: Sequence[str]) -> list[Fields]:
    """The fields of articles, decoded all at once: in half the time."""
    all_fields: list[Fields] = json.loads(f"[{','.join(texts)}]")
    return all_fields


def encode_scheme(scheme: PageScheme | None) -> str | None:
    """How a topic numbers its pages, as JSON."""
    if scheme is None:
        return None
    template = scheme.template
    return json.dumps(
        {
            "before": template.before,
            "after": template.after,
            "param": template.param,
            "first": scheme.first,
            "offset": scheme.offset,
            "step": scheme.step,
            "label": scheme.label,
        }
    )


def decode_scheme(text: str | None) -> PageScheme | None:
    """The scheme that `encode_scheme` wrote."""
    if text is None:
        return None
    values = json.loads(text)
    template = UrlTemplate(
        values.pop("before"), values.pop("after"), values.pop("param")
    )
    return PageScheme(template, **values)


def encode_index_page(page: IndexPage | None) -> str | None:
    """A page of the index as JSON."""
    return None if page is None else json.dumps(asdict(page))


def decode_index_page(text: str | None) -> IndexPage | None:
    """The page that `encode_index_page` wrote."""
    return None if text is None else IndexPage(**json.loads(text))


def storable(text: str) -> str:
    """`text` without what a database does not take: halves of surrogate pairs, NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "")
