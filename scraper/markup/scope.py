"""Matching as parsel does it: the scope element may match too, and every part of a selector lies within the scope."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scraper.markup.element import Element
    from scraper.markup.selector import Group, Selector, Step


def select_within(scope: Element, selector: Selector) -> Iterator[Element]:
    """Yield what `selector` matches in `scope`, in document order, each element once."""
    if len(selector.groups) == 1:
        return select_group(scope, selector.groups[0])
    matched = {
        element for group in selector.groups for element in select_group(scope, group)
    }
    return (element for element in scope.find(selector.css) if element in matched)


def first_within(scope: Element, selector: Selector) -> Element | None:
    """Return the first of `select_within`."""
    if len(selector.groups) > 1 or selector.groups[0].outermost:
        return next(select_within(scope, selector), None)
    element = scope
    for index, step in enumerate(selector.groups[0].steps):
        match = element.find_first(step.css)
        if match is None and index == 0:
            return None
        if match is None or not _lies_below(element, match, step):
            return next(select_within(scope, selector), None)
        element = match
    return element


def select_group(scope: Element, group: Group) -> Iterator[Element]:
    """Yield what one group of a selector matches in `scope`, in document order, each element once."""
    found = _descend(scope, group.steps, 0) if group.steps else iter([scope])
    return _outermost(found, scope) if group.outermost else found


def _descend(start: Element, steps: tuple[Step, ...], index: int) -> Iterator[Element]:
    step = steps[index]
    found = (match for match in start.find(step.css) if _lies_below(start, match, step))
    if index + 1 == len(steps):
        yield from found
        return
    for match in _outermost(found, start):
        yield from _descend(match, steps, index + 1)


def _lies_below(start: Element, match: Element, step: Step) -> bool:
    """Tell whether `match`, which is `start` or inside of it, lies as far below it as `step` asks for."""
    element: Element | None = match
    for _ in range(step.depth):
        if element is None or element == start:
            return False
        element = element.parent
    return element == start if step.exact else True


def _outermost(found: Iterable[Element], scope: Element) -> Iterator[Element]:
    """Leave out what lies inside of an earlier element: that one holds all that it holds."""
    seen: set[Element] = set()
    for element in found:
        inside = bool(seen) and _is_inside(element, seen, scope)
        # Those left out too, so that a page nested 5,000 deep is not climbed from each.
        seen.add(element)
        if not inside:
            yield element


def _is_inside(element: Element, others: set[Element], scope: Element) -> bool:
    around: Element | None = element
    while around is not None and around not in others:
        around = None if around == scope else around.parent
    return around is not None
