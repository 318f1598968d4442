"""The page links among a document's elements: numbered links, the "next" link, "Page 1 of 57"."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from scraper.markup import (
    SIGNPOSTS,
    Document,
    Element,
    Selector,
    compile_selector,
    values,
)
from scraper.markup.selector import Take
from scraper.markup.urls import join
from scraper.pagination.numbering import Link

LINKS = compile_selector("a[href]")
_RELATED = compile_selector("link[rel~=next]::attr(href), a[rel~=next]::attr(href)")
_USUAL_NEXT = compile_selector(
    ".next a::attr(href), a.next::attr(href), a.next_page::attr(href)"
)
# fmt: off
_NEXT_TEXTS = frozenset(
    {
        "next", "next page",
        "older", "older posts", "older entries",
        "›", "»", "⟩", "→", ">", ">>", "››",
        "далее", "дальше", "вперёд", "вперед", "следующая", "следующая страница",
        "weiter", "nächste", "nächste seite", "suivant", "suivante", "page suivante",
        "siguiente", "siguiente página", "próximo", "próxima", "avanti", "successiva",
        "volgende", "następna", "下一页", "下一頁", "次へ", "다음",
    }
)
# fmt: on
_NEXT_WORDS = frozenset(text for text in _NEXT_TEXTS if text[0].isalpha())
"""Those that need no page links around them to be understood."""

_LONGEST = 40
"""No text that says "next" is longer, whatever is around it."""

_ORNAMENTS = re.compile(r"^\W+|\W+$")

_CURRENT = compile_selector("[aria-current], .current, .active, .selected, .is-active")
_UNLINKED = compile_selector("span, li, strong, b, em, td")
_DIGITS = 9
_NUMBER = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+|\d{1,9}")
PAGE_WORD = r"(?:page|seite|p[áa]gin|страниц|стр|stron|sid[ae])\w*"
# "Page 1 of 12 250 items" has 12 pages, "Page 1 of 12 250" and "1 of 12 250 pages" have more.
_TOTAL = (
    rf"\d{{1,3}}(?:[.,']\d{{3}})+|\d{{1,3}}(?: \d{{3}})+(?= {PAGE_WORD}|\W*$)|\d{{1,9}}"
)
_OF_WORD = r"\s*(?:of|/|из|von|sur|de|di|van|av|z|od)\s*"
OF = re.compile(
    rf"\b({_NUMBER.pattern}){_OF_WORD}({_TOTAL})\b", re.IGNORECASE | re.MULTILINE
)
_MAY_SAY_OF = re.compile(rf"\d{_OF_WORD}\d", re.IGNORECASE)


def as_number(text: str) -> int | None:
    """The number that `text` is, thousands separators allowed; None if it is none."""
    if len(text) <= _DIGITS and text.isascii() and text.isdigit():
        return int(text)
    match = _NUMBER.fullmatch(text.strip())
    return int(re.sub(r"\D", "", match[0])) if match else None


def links_in(scopes: Iterable[Document | Element], base_url: str) -> list[Link]:
    """The links below `scopes`, absolute, each with its text as a number."""
    found: dict[str, Link] = {}
    for scope in scopes:
        for anchor in scope.select(LINKS):
            href = (anchor.attribute("href") or "").strip()
            if not href or href.startswith(("#", "javascript:")):
                continue
            if url := join(base_url, href):
                link = Link(as_number(anchor.text()), url)
                known = found.get(url)
                if known is None or known.number is None:
                    found[url] = link
    return list(found.values())


def next_link(
    document: Document,
    elements: Sequence[Element],
    base_url: str,
    selector: Selector | None,
    is_likely: Callable[[str], bool] = bool,
) -> str | None:
    """The URL of the next page's link; None without one, or if it leads nowhere else.

    One that only its class tells, away from the page links, must be likely: a carousel has such, too.
    """
    usual = (
        href
        for href in values(document, _USUAL_NEXT)
        if is_likely(join(base_url, href))
    )
    for href in _next_hrefs(document, elements, selector, usual):
        if not href or href.startswith(("#", "javascript:")):
            continue
        if url := join(base_url, href):
            return url if url.partition("#")[0] != base_url.partition("#")[0] else None
    return None


def _next_hrefs(
    document: Document,
    elements: Sequence[Element],
    selector: Selector | None,
    usual: Iterable[str],
) -> Iterator[str]:
    if selector:
        yield from _hrefs(document, selector)
        return
    has_signposts = bool(document.select(SIGNPOSTS))
    if has_signposts:
        yield from values(document, _RELATED)
        for element in elements:
            yield from values(element, _USUAL_NEXT)
    yield from said_next(elements)
    if has_signposts:
        yield from usual
    if not elements:
        for anchor in document.select(LINKS):
            if _plain(anchor.text()) in _NEXT_WORDS:
                yield (anchor.attribute("href") or "").strip()


def has_next(element: Element) -> bool:
    """Whether an element holds a link to a next page, by its relation, its class or its words."""
    related = (values(element, each) for each in (_RELATED, _USUAL_NEXT))
    return any(map(any, related)) or any(said_next([element]))


def said_next(elements: Iterable[Element]) -> Iterator[str]:
    """The targets of the page links that say "next"."""
    for element in elements:
        for anchor in element.select(LINKS):
            label = anchor.attribute("aria-label") or anchor.attribute("title") or ""
            if _NEXT_TEXTS & {_plain(anchor.text()), _plain(label)}:
                yield (anchor.attribute("href") or "").strip()


def _plain(text: str) -> str:
    """The "older posts" of "← Older posts"; an arrow alone stays."""
    if len(text) > _LONGEST:
        return text
    return _ORNAMENTS.sub("", text.lower()) or text


def _hrefs(document: Document, selector: Selector) -> Iterator[str]:
    """What a profile's selector for the next link means: an attribute, or a link's target."""
    if any(group.take is not Take.TEXT for group in selector.groups):
        yield from values(document, selector)
        return
    for element in document.select(selector):
        anchor = element if element.tag == "a" else element.first(LINKS)
        if anchor:
            yield (anchor.attribute("href") or "").strip()


def current_number(elements: Iterable[Element]) -> int | None:
    """The page number that page links mark as the current one."""
    for element in elements:
        for marked in element.select(_CURRENT):
            number = as_number(marked.text())
            if number is not None:
                return number
    return None


def unlinked_numbers(elements: Iterable[Element]) -> set[int]:
    """The numbers among the page links that are no links themselves."""
    return {
        number
        for element in elements
        for leaf in element.select(_UNLINKED)
        if (number := as_number(leaf.text())) is not None and leaf.first(LINKS) is None
    }


def total_in(elements: Iterable[Element], number: int) -> int | None:
    """The 57 of "Page 1 of 57" in the text of `elements`, on page `number` (counted from 1)."""
    for element in elements:
        if not _MAY_SAY_OF.search(element.text()):
            continue
        for current, total in OF.findall(caption(element)):
            if as_number(current) == number <= (as_number(total) or 0):
                return as_number(total)
    return None


def caption(element: Element, most: int | None = None) -> str:
    """The text of an element, a line for each piece: "Page 1 of 12" is not one number with the links behind it.

    "" if it has more than `most` characters, its line ends included; no more of it is read then.
    """
    pieces: list[str] = []
    length = 0
    for piece in element.texts():
        pieces.append(piece)
        length += len(piece) + 1
        if most is not None and length > most:
            return ""
    return "\n".join(pieces)
