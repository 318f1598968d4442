"""Masking: settings can be shown to others without their passwords and keys."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

_SECRET_NAME = re.compile(
    r"pass(?!ive)|pwd|secret|token|key(?!word)|credential|authorization|cookie(?!s_)",
    re.I,
)
_URL_CREDENTIALS = re.compile(r"(?<=://)[^/?#\s\"']*@")
_QUERY_SECRET = re.compile(
    r"(?<=[?&;])([\w.-]*(?:pass|pwd|secret|token|key(?!word)|signature|credential)[\w.-]*=)[^&#;\s\"']+",
    re.I,
)


def is_secret(name: str) -> bool:
    """Whether a setting, header or key of this name holds what must not be shown."""
    return bool(_SECRET_NAME.search(name))


def mask_text(text: str) -> str:
    """`text` without the credentials of the URLs in it: neither `user:password@` nor `?key=...`."""
    text = _URL_CREDENTIALS.sub(f"{MASK}@", text)
    return _QUERY_SECRET.sub(rf"\g<1>{MASK}", text)


def mask(name: str, value: Any) -> Any:
    """The value of `name` as plain values, with what is secret in it masked, at any depth."""
    if isinstance(value, Mapping):
        return {_masked_key(key): mask(str(key), each) for key, each in value.items()}
    if is_secret(name) and value and not isinstance(value, bool | int | float):
        return MASK
    if isinstance(value, list | tuple | set | frozenset):
        return [mask("", each) for each in value]
    if isinstance(value, bool | int | float) or value is None:
        return value
    return mask_text(str(value))


def _masked_key(key: Any) -> str:
    return mask_text(key if isinstance(key, str) else _name(key))


def _name(key: Any) -> str:
    return getattr(key, "__qualname__", None) or str(key)
