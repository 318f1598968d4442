"""A suggested profile: its keys, how sure it is, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scraper.preview import Preview


class Confidence(StrEnum):
    """How sure a suggestion is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Suggestion:
    """A profile as SITES holds it, with what speaks for it and against it, in words.

    `preview` is what it gives on the site itself, `requests` how many pages were fetched for all of this.
    """

    profile: Mapping[str, Any]
    confidence: Confidence
    reasons: Sequence[str] = ()
    doubts: Sequence[str] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    requests: int = 0


@dataclass(frozen=True)
class NoSuggestion:
    """Why nothing can be suggested, in one line, and what was seen."""

    reason: str
    requests: int = 0
