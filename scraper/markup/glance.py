"""A glance: what several selectors take from an element, as far as one walk through it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from scraper.markup.css import NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scraper.markup.selector import Group, Selector, Take

_COMPOUND = re.compile(rf"(?P<tag>[a-z][a-z0-9]*)?(?P<classes>(?:\.{NAME})*)", re.ASCII)

ANY = ""
"""The tag of what is wanted of elements of any name."""


class Wanted(NamedTuple):
    """Of the first element with these classes: `take`, for the selector at `place`."""

    place: int
    classes: frozenset[str]
    take: Take
    attribute: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What to look for: names and classes. `by_tag` has under each name what is wanted of any name too.

    A search costs an engine's CSS as much as a walk through a dozen elements; an article is not much larger.
    """

    places: int
    wanted: int
    by_tag: Mapping[str, Sequence[Wanted]]

    @classmethod
    def of(cls, selectors: Sequence[Selector | None]) -> Self:
        """A glance for those of `selectors` that are so simple; None is a place of which nothing is wanted."""
        wanted = [
            found
            for place, selector in enumerate(selectors)
            if selector is not None
            for found in _wanted(place, selector)
        ]
        by_tag: dict[str, list[Wanted]] = {tag: [] for tag, _ in [*wanted, (ANY, None)]}
        for tag, what in wanted:
            for each in by_tag if tag == ANY else [tag]:
                by_tag[each].append(what)
        places = {what.place for _, what in wanted}
        return cls(len(selectors), len(places), by_tag)


def _wanted(place: int, selector: Selector) -> list[tuple[str, Wanted]]:
    if not (selector.is_plain and selector.is_uniform):
        return []
    found = [_compound(place, group) for group in selector.groups]
    return [each for each in found if each] if all(found) else []


def _compound(place: int, group: Group) -> tuple[str, Wanted] | None:
    match = _COMPOUND.fullmatch(group.css)
    if match is None:
        return None
    classes = frozenset(filter(None, match["classes"].split(".")))
    return match["tag"] or ANY, Wanted(place, classes, group.take, group.attribute)
