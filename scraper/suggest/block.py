"""A profile as Python to paste into settings.py."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit


def name_of(url: str) -> str:
    """A name for a site: its host, as an identifier would have it."""
    try:
        host = (urlsplit(url).hostname or "site").removeprefix("www.")
    except ValueError:  # a bracket that is not closed
        host = "site"
    name = "".join(letter if letter.isalnum() else "_" for letter in host)
    return name.strip("_")


def block(
    name: str, profile: Mapping[str, Any], comments: Mapping[str, str]
) -> Iterator[str]:
    """The lines of an entry of SITES, `comments` being remarks on its keys."""
    yield f"SITE = {_text(name)}"
    yield f"SITES[{_text(name)}] = {{"
    for key, value in profile.items():
        if key in comments:
            yield f"    # {comments[key]}"
        if isinstance(value, Mapping):
            yield f"    {_text(key)}: {{"
            yield from (f"        {_text(k)}: {_value(v)}," for k, v in value.items())
            yield "    },"
        else:
            yield f"    {_text(key)}: {_value(value)},"
    yield "}"


def _value(value: Any) -> str:
    """A value as Python, with double quotes, as ruff would have it."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        items = (f"{_text(k)}: {_value(v)}" for k, v in value.items())
        return f"{{{', '.join(items)}}}"
    return repr(value)


def _text(text: str) -> str:
    plain = repr(text)
    if plain[0] == "'" and '"' not in plain:
        return f'"{plain[1:-1]}"'
    return plain
