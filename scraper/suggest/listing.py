"""A page that lists articles: its records, the selector for them, and their fields."""

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.suggest.fields import Fields, infer_fields
from scraper.suggest.frame import Frame
from scraper.suggest.opened import Opened
from scraper.suggest.outline import Node
from scraper.suggest.records import Records, find_records
from scraper.suggest.selectors import selectors_for

LISTED = 0.15
"""The share of a page's text that its records must hold, where it has no further pages."""

TRIED = 8
"""Selectors for the records of one page that are tried on the others."""


@dataclass(frozen=True)
class Listing:
    """A list of articles: on which page it was found, how to select them, and their fields.

    `agrees` counts the other pages on which the selector finds articles, `others` all other pages.
    """

    page: Opened
    records: Records
    css: str
    fields: Fields
    agrees: int = 0
    others: int = 0

    @property
    def count(self) -> int:
        """Articles on the page."""
        return len(self.records.nodes)


Listed = tuple[Opened, Records]
"""A page that seems to be a list, and its records."""


def lists_among(pages: Sequence[Opened], frame: Frame) -> list[Listed]:
    """Those of some pages that seem to be lists; where one has its records in its content, so must all."""
    listed = [(page, records) for page in pages if (records := _records(page, frame))]
    inside = [each for each in listed if not each[1].is_apart]
    return inside or listed


def _records(page: Opened, frame: Frame) -> Records | None:
    """The records of a page that seems to be a list, and not about one thing."""
    records = None if page.is_detail else find_records(page.outline, frame)
    if records is None:
        return None
    is_much = records.coverage >= LISTED and records.linked >= 0.5
    return records if is_much or page.second_url else None


def find_listing(listed: Sequence[Listed]) -> Listing | None:
    """The list of articles that some pages have in common; None if there is none."""
    found = sorted(listed, key=lambda each: -len(each[1].nodes))
    for page, records in found:
        others = [(other, r) for other, r in found if other is not page]
        if css := _selector(page, records, others):
            return _listing(page, records, css, [other for other, _ in others])
    return None


def _selector(page: Opened, records: Records, others: Sequence[Listed]) -> str | None:
    """The selector for the records that does best on the other pages too."""
    tried = []
    for place, css in enumerate(selectors_for(page.outline, records.nodes)):
        fit = sum(_fit(other.outline.select(css), r.nodes) for other, r in others)
        tried.append((-fit, place, css))
        if place >= TRIED or fit == len(others):
            break
    return min(tried)[2] if tried else None


def _fit(found: Sequence[Node], expected: Sequence[Node]) -> float:
    """How much two sets of nodes have in common, from 0 to 1."""
    a, b = set(found), set(expected)
    return len(a & b) / len(a | b)


def _listing(
    page: Opened, records: Records, css: str, others: Sequence[Opened]
) -> Listing:
    nodes = list(records.nodes)
    agrees = 0
    for other in others:
        found = other.outline.select(css)
        agrees += bool(found)
        nodes += found
    return Listing(page, records, css, infer_fields(nodes), agrees, len(others))
