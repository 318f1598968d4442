"""The fields of a profile, as records have them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scraper.suggest.details import infer_details
from scraper.suggest.outline import Node
from scraper.suggest.slots import slots_of
from scraper.suggest.titles import infer_title, infer_url

SAMPLE = 36
"""Records that are looked into, from all pages alike."""

_ORDER = ("title", "description", "url", "date", "price", "author", "image")


@dataclass(frozen=True)
class Fields:
    """The `fields` of a profile, and a reason for each, in words."""

    specs: Mapping[str, Any] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    has_title: bool = False
    has_url: bool = False


def infer_fields(records: Sequence[Node]) -> Fields:
    """Find the fields of records of one or more pages."""
    count = min(SAMPLE, len(records))
    sample = [records[place * len(records) // count] for place in range(count)]
    slots = slots_of(sample)
    slot, title = infer_title(slots, sample)
    found = infer_details(slots, slot)
    if title:
        found["title"] = title
    if url := infer_url(slots, sample, slot):
        spec = {"css": f"{url}::attr(href)", "url": True}
        found["url"] = spec, "leads to a page of its own from each article"
    ordered = {name: found[name] for name in _ORDER if name in found}
    return Fields(
        {name: spec for name, (spec, _) in ordered.items()},
        {name: reason for name, (_, reason) in ordered.items()},
        "title" in ordered,
        "url" in ordered,
    )
