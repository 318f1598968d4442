"""The strings that a selector takes from a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scraper.markup.element import Document, Element
from scraper.markup.scope import select_group
from scraper.markup.selector import Take
from scraper.markup.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from scraper.markup.selector import Group, Selector


def values(
    scope: Document | Element,
    selector: Selector,
    clean: Callable[[str], str] | None = None,
) -> Iterator[str]:
    """Yield the strings that `selector` takes from what it matches in `scope`, one an element, in document order.

    They are folded, unless `clean` makes them of what an element gives: its folded text, or an attribute as it stands.
    What is "" then is left out.
    """
    for element, groups in _matches(scope, selector):
        for group in groups:
            if value := _value(element, group, clean):
                yield value


def first_value(
    scope: Document | Element,
    selector: Selector,
    clean: Callable[[str], str] | None = None,
) -> str:
    """Return the first of `values`, "" if there is none."""
    # Mostly the first match has a value; only else are the others looked for.
    element = scope.first(selector)
    if element is None:
        return ""
    if selector.is_uniform:
        value = _value(element, selector.groups[0], clean)
        if value:
            return value
    return next(values(scope, selector, clean), "")


def _value(element: Element, group: Group, clean: Callable[[str], str] | None) -> str:
    if group.attribute:
        return (clean or fold)(element.attribute(group.attribute) or "")
    text = element.text() if group.take is Take.TEXT else element.own_text()
    return clean(text) if clean else text


def _matches(
    scope: Document | Element, selector: Selector
) -> Iterator[tuple[Element, Sequence[Group]]]:
    elements = scope.select(selector)
    if selector.is_uniform:
        for element in elements:
            yield element, selector.groups[:1]
        return
    root = scope.root if isinstance(scope, Document) else scope
    matched = [(group, set(select_group(root, group))) for group in selector.groups]
    for element in elements:
        yield element, [group for group, found in matched if element in found]
