"""Where on a page its page links are: a selector for the elements that hold them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urlsplit

from scraper.markup import Document, Element, Selector, absolute_url, compile_selector
from scraper.pagination.links import (
    LINKS,
    OF,
    PAGE_WORD,
    as_number,
    caption,
    has_next,
    links_in,
    total_in,
)
from scraper.pagination.numbering import infer_template

USUAL = tuple(
    compile_selector(css)
    for css in (
        ".pagination",
        ".pager",
        ".paginator",
        ".paging",
        ".page-numbers",
        ".wp-pagenavi",
        ".nav-links",
        ".pages",
        "[class*=paginat]",
        "[class*=pager]",
        "nav[aria-label*=aginat]",
        "[role=navigation][aria-label*=aginat]",
    )
)
"""Where page links usually are, the likeliest first."""


_CAPTIONS = compile_selector("p, div, span, li, td, nav, strong, small")
_CAPTION = re.compile(rf"\W*{PAGE_WORD}\W*{OF.pattern}\W*", OF.flags)
_CAPTION_LENGTH = 60
_LEVELS = 4
MOST_LINKS = 100
"""More links than this are a list of something else."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_-]*")


def place_of_page_links(document: Document, url: str, base_url: str) -> Selector | None:
    """What selects the elements with the page links of the landing page at `url`.

    They have a usual class or label and are no mere menu; or they hold links with numbers as their texts that
    stay within the topic; or they say "Page 1 of 57".
    """
    for usual in USUAL:
        elements = document.select(usual)
        if any(_are_page_links(element, url, base_url) for element in elements):
            return usual
    anchors = _page_links(document, url, base_url)
    if anchors:
        return _selector_of(_around(anchors))
    said = _said(document)
    return _selector_of(_with_links(said)) if said else None


def _are_page_links(element: Element, landing: str, base_url: str) -> bool:
    """Whether an element of the page at `landing` holds numbers of pages, a "next" link or "Page 1 of 57"."""
    if has_next(element) or total_in([element], 1) is not None:
        return True
    links = links_in([element], base_url)
    return len(links) <= MOST_LINKS and infer_template(links, landing) is not None


def _page_links(document: Document, url: str, base_url: str) -> Sequence[Element]:
    """The links that lead to pages of the topic, if one of them leads to its second page."""
    found = []
    numbers = set()
    for anchor in document.select(LINKS):
        number = as_number(anchor.text())
        target = absolute_url(anchor.attribute("href") or "", base_url)
        if _is_page_of(target, url, number):
            found.append(anchor)
            numbers.add(number)
    return found if numbers & {1, 2} else []


def _is_page_of(target: str, landing: str, number: int | None) -> bool:
    if number is None:
        return False
    there, here = urlsplit(target), urlsplit(landing)
    stem = here.path.rstrip("/").removesuffix(".html")
    is_within = there.path == here.path or there.path.startswith(stem)
    return there.netloc == here.netloc and is_within and target != landing


def _around(anchors: Sequence[Element]) -> Element:
    """The nearest element around the first of some links that holds all of them, a few levels up at most."""
    scope = anchors[0]
    for scope in islice(_ancestors(anchors[0]), _LEVELS):
        inside = set(scope.select(LINKS))
        if all(anchor in inside for anchor in anchors):
            break
    return scope


def _said(document: Document) -> Element | None:
    """An element whose whole text is "Page 1 of 57"."""
    for element in document.select(_CAPTIONS):
        match = _CAPTION.fullmatch(caption(element, _CAPTION_LENGTH))
        if match and as_number(match[1]) == 1:
            return element
    return None


def _with_links(said: Element) -> Element:
    """What says "Page 1 of 57", or the nearest element around it that holds links too and little else."""
    for around in islice(_ancestors(said), _LEVELS):
        if len(around.text()) > 2 * _CAPTION_LENGTH:
            break
        if around.first(LINKS):
            return around
    return said


def _ancestors(element: Element) -> Iterator[Element]:
    while (parent := element.parent) is not None:
        yield parent
        element = parent


def _selector_of(element: Element) -> Selector:
    """What selects an element, and its like on other pages: its tag and classes, below its parent's."""
    steps = [element, *([element.parent] if element.parent else [])]
    return compile_selector(" > ".join(map(_step_of, reversed(steps))))


def _step_of(element: Element) -> str:
    classes = (element.attribute("class") or "").split()
    return element.tag + "".join(
        f".{name}" for name in classes if _NAME.fullmatch(name)
    )
