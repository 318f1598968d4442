"""The ways of numbering pages that sites are served with, and what a profile says of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from html import escape

from tests.sites import paginations
from tests.sites.addresses import (
    Addresses,
    CursorAddresses,
    PathAddresses,
    QueryAddresses,
)
from tests.sites.paginations import Pagination

PAGE_SIZE = object()
"""In `Style.explicit`: the number of articles on a page, whatever it is."""


class PastEnd(Enum):
    """What a site answers for pages after the last one."""

    NOT_FOUND = "404"
    TO_FIRST = "a redirect to the first page"
    LAST_AGAIN = "the last page once more"
    NO_ARTICLES = "a page without articles"


@dataclass(frozen=True, kw_only=True)
class Style:
    """One way of numbering pages.

    `limit` is where hrefs name the page size: "after" or "before" the page, or "no" for a
    site that has one size. `extra` is one more parameter that their query needs. `raw` leaves the &
    of hrefs unescaped, `relative` leaves out the path where that is possible. `base` is the
    path of a base element, which all links of the site are relative to. `first` is the
    number that records give the first page, `label` is added to the numbers that readers
    see. With `newest_first` a topic's own address shows its last page; with `single` only
    the first page can be reached.

    `required` are the profile keys that a user cannot leave out, `explicit` those that
    could be given and agree with what is found out without them.
    """

    addresses: Addresses = field(default_factory=QueryAddresses)
    pagination: Pagination = paginations.every_number
    limit: str = "after"
    extra: str = ""
    raw: bool = False
    relative: bool = False
    base: str | None = None
    first: int = 1
    label: int = 0
    past_end: PastEnd = PastEnd.NOT_FOUND
    newest_first: bool = False
    single: bool = False
    required: Mapping[str, object] = field(default_factory=dict)
    explicit: Mapping[str, object] = field(default_factory=dict)

    def has_extra(self, query: Mapping[str, str]) -> bool:
        """Whether a query has the extra parameter, if the style has one."""
        name, _, value = self.extra.partition("=")
        return query.get(name, "") == value

    def href(self, address: str, limit: int) -> str:
        """Return the href attribute, as in HTML, of a link to path and query `address`."""
        path, _, query = address.partition("?")
        asked = "" if self.limit == "no" else f"limit={limit}"
        parts = (asked, query) if self.limit == "before" else (query, self.extra, asked)
        joined = "&".join(part for part in parts if part)
        if self.base:
            path = ".." + path
        if self.relative and query:
            path = ""
        href = f"{path}?{joined}" if joined else path
        return href if self.raw else escape(href)


_PAGE = {"page_param": "page"}
_PATTERN = {"page_url": "{topic}page/{page}/"}

STYLES: Mapping[str, Style] = {
    "query-first": Style(raw=True, relative=True, explicit=_PAGE),
    "query-last": Style(limit="before", raw=True, relative=True, explicit=_PAGE),
    "query-escaped": Style(relative=True, explicit=_PAGE),
    "query-entity": Style(raw=True, extra="section=all", explicit=_PAGE),
    "no-limit": Style(limit="no", explicit=_PAGE),
    "path": Style(addresses=PathAddresses(), limit="no", explicit=_PATTERN),
    "path-html": Style(
        addresses=PathAddresses("/{topic}.html", "/{topic}-{page}.html"), limit="no"
    ),
    "path-folder": Style(
        addresses=PathAddresses("/{topic}/", "/{topic}/{page}/"), limit="no"
    ),
    "windowed": Style(pagination=paginations.window_and_last, explicit=_PAGE),
    "windowed-path": Style(
        addresses=PathAddresses(),
        pagination=paginations.window_and_last,
        limit="no",
        explicit=_PATTERN,
    ),
    "windowed-no-last": Style(pagination=paginations.window, explicit=_PAGE),
    "windowed-arrow": Style(pagination=paginations.window_and_next, explicit=_PAGE),
    "text-total": Style(pagination=paginations.total_as_text, explicit=_PAGE),
    "text-glued": Style(
        addresses=PathAddresses(),
        pagination=paginations.caption_and_window,
        limit="no",
        explicit=_PATTERN,
    ),
    "text-only": Style(pagination=paginations.total_only, required=_PAGE),
    "newest-first": Style(pagination=paginations.descending, newest_first=True),
    "next-only": Style(
        pagination=paginations.neighbours, explicit={"next": "a[rel=next]"}
    ),
    "next-cursor": Style(
        addresses=CursorAddresses(),
        pagination=paginations.neighbours,
        explicit={"next": "a[rel=next]"},
    ),
    "no-pagination": Style(pagination=paginations.nothing, single=True),
    "from-zero": Style(
        addresses=QueryAddresses(first=0),
        first=0,
        explicit={"page_param": "page", "first_page": 0},
    ),
    "from-zero-labelled": Style(
        addresses=QueryAddresses(first=0),
        first=0,
        label=-1,
        explicit={"page_param": "page", "first_page": 0},
    ),
    "offset": Style(
        addresses=QueryAddresses("start", first=0, by_article=True),
        explicit={"page_param": "start", "first_page": 0, "page_step": PAGE_SIZE},
    ),
    "offset-from-one": Style(
        addresses=QueryAddresses("first", by_article=True),
        explicit={"page_param": "first", "first_page": 1, "page_step": PAGE_SIZE},
    ),
    "offset-ranges": Style(
        addresses=QueryAddresses("skip", first=0, by_article=True),
        pagination=paginations.ranges,
    ),
    "carousel": Style(pagination=paginations.carousel_and_numbers, explicit=_PAGE),
    "pickers": Style(pagination=paginations.pickers_and_numbers, explicit=_PAGE),
    "404-past-end": Style(pagination=paginations.always_next),
    "redirect-past-end": Style(
        pagination=paginations.always_next, past_end=PastEnd.TO_FIRST
    ),
    "last-again-past-end": Style(
        pagination=paginations.always_next, past_end=PastEnd.LAST_AGAIN
    ),
    "empty-past-end": Style(
        pagination=paginations.always_next, past_end=PastEnd.NO_ARTICLES
    ),
    "base-href": Style(base="/assets/", explicit=_PAGE),
}
"""Every style by its name."""
