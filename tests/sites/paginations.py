"""What a page shows of the topic's other pages, as HTML."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as its pagination shows it: its number from 1, the last one, and the address of each.

    `href` gives the value of an href attribute, as it stands in the HTML. `label` is added
    to the numbers that a reader sees.
    """

    number: int
    last: int
    href: Callable[[int], str]
    label: int = 0

    def link(self, number: int, text: str | None = None, attributes: str = "") -> str:
        """Return the link to a page, with its number as text if no other is given."""
        shown = str(number + self.label) if text is None else text
        return f'<a href="{self.href(number)}"{attributes}>{shown}</a>'

    def item(self, number: int) -> str:
        """Return the list item of a page: a link, or plain text for the page itself."""
        if number == self.number:
            return f'<li class="active"><span>{number + self.label}</span></li>'
        return f"<li>{self.link(number)}</li>"

    def items(self, numbers: range | list[int]) -> str:
        """Return the list items of pages."""
        return "".join(self.item(number) for number in numbers)


Pagination = Callable[[Shown], str]


def every_number(shown: Shown) -> str:
    """1 2 [3] 4 5: all pages, the page itself without a link."""
    return _list(shown.items(range(1, shown.last + 1)))


def descending(shown: Shown) -> str:
    """5 4 [3] 2 1: all pages, the newest first."""
    return _list(shown.items(range(shown.last, 0, -1)))


def window_and_last(shown: Shown) -> str:
    """1 2 3 … 38: the pages around this one, and the first and the last."""
    near = set(_window(shown, 1)) | {1, shown.last}
    items, previous = "", 0
    for number in sorted(near):
        gap = "<li><span>…</span></li>" if number > previous + 1 else ""
        items, previous = items + gap + shown.item(number), number
    return _list(items)


def window(shown: Shown) -> str:
    """1 2 3 4 5: the pages around this one only; later pages reach further."""
    return _list(shown.items(_window(shown, 2)))


def window_and_next(shown: Shown) -> str:
    """1 2 3 and an arrow: the pages around this one, and an arrow to the next page."""
    return _list(shown.items(_window(shown, 1)) + _next(shown, "›"))


def total_as_text(shown: Shown) -> str:
    """Page 1 of 57, and a link to the next page."""
    return f'<div class="pagination">Page {shown.number} of {shown.last} {_next(shown, "Next")}</div>'


def caption_and_window(shown: Shown) -> str:
    """Page 1 of 57, pages around this one and the last, with no white space between any two."""
    caption = f'<span class="pages">Page {shown.number} of {shown.last}</span>'
    near = (
        f'<span class="current">{number}</span>'
        if number == shown.number
        else shown.link(number)
        for number in _window(shown, 1)
    )
    last = shown.link(shown.last, "Last »") if shown.number < shown.last else ""
    return f'<div class="wp-pagenavi">{caption}{"".join(near)}{last}</div>'


def total_only(shown: Shown) -> str:
    """Page 1 of 57, and no link at all."""
    return f'<div class="pagination"><p>Page {shown.number} of {shown.last}</p></div>'


def neighbours(shown: Shown) -> str:
    """Newer and older pages: no number anywhere."""
    previous = (
        shown.link(shown.number - 1, "Previous", ' rel="prev"')
        if shown.number > 1
        else ""
    )
    return (
        f'<nav class="nav-links">{previous} {_next(shown, "Next", " rel=next")}</nav>'
    )


def carousel_and_numbers(shown: Shown) -> str:
    """A carousel with a next link of its own, and 1 2 [3]."""
    carousel = '<div class="next"><a href="/imprint">›</a></div>'
    return carousel + every_number(shown)


def ranges(shown: Shown) -> str:
    """1-10 11-20 [21-30]: the articles of each page in place of its number."""
    links = (
        shown.link(number, f"{10 * number - 9}-{10 * number}")
        for number in range(1, shown.last + 1)
        if number != shown.number
    )
    return f'<div class="paging">Articles {" ".join(links)}</div>'


def pickers_and_numbers(shown: Shown) -> str:
    """10 20 50, 2010 ... 2024, 1 2 [3]: page sizes and years before the pages."""
    sizes = "".join(f'<a href="?per_page={n}">{n}</a>' for n in (10, 20, 50))
    years = "".join(f'<a href="?y={year}">{year}</a>' for year in range(2010, 2025))
    return f'<div class="pager">{sizes}{years}{every_number(shown)}</div>'


def always_next(shown: Shown) -> str:
    """A link to the next page, also on the last one."""
    return f'<div class="pagination">{shown.link(shown.number + 1, "Next", " rel=next")}</div>'


def nothing(shown: Shown) -> str:
    """No pagination element."""
    return ""


def _list(items: str) -> str:
    return f'<ul class="pagination">{items}</ul>'


def _next(shown: Shown, text: str, attributes: str = "") -> str:
    return (
        shown.link(shown.number + 1, text, attributes)
        if shown.number < shown.last
        else ""
    )


def _window(shown: Shown, reach: int) -> range:
    """Return `2 * reach + 1` numbers around the page, fewer only where there are fewer."""
    first = max(1, min(shown.number - reach, shown.last - 2 * reach))
    return range(first, min(shown.last, max(shown.number + reach, 2 * reach + 1)) + 1)
