"""How a topic numbers its pages: from a page's number to its URL and back."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import gcd
from urllib.parse import quote_plus, urlsplit

from w3lib.url import add_or_replace_parameter

_PAGE_WORDS = r"page|paged|pages|pg|pn|p|pageno|page_no|pagenum|pagenumber|seite|pagina"
_OFFSET_WORDS = r"start|offset|from|skip|first"
_KEYWORD = re.compile(rf"(?:{_PAGE_WORDS}|{_OFFSET_WORDS}|pagen_\d+)", re.IGNORECASE)
_OFFSET_KEYWORD = re.compile(rf"(?:{_OFFSET_WORDS})", re.IGNORECASE)
_NO_PAGE_KEYWORD = re.compile(
    r"limit|show|(?:.*[_-])?per[_-]?page|(?:page[_-]?)?size|max[_-]results|year|month|sort|order",
    re.IGNORECASE,
)
_PATH_KEYWORD = re.compile(rf"(?:{_PAGE_WORDS})[/_=.-]?$", re.IGNORECASE)
_MOST_PAIRS = 100  # what so many links do not tell of a series, more do not either
_YEARS = frozenset(range(1900, 2101))
_QUERY_NUMBER = re.compile(r"[?&;]([^=&;?#]+)=(\d{1,9})(?=[&;#]|$)")
_PATH_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class UrlTemplate:
    """A URL with a hole for a number: `before`, the number, `after`.

    With `param` the hole is that query parameter's value, wherever in a query it
    stands; without, the hole is a part of the path.
    """

    before: str
    after: str
    param: str | None = None
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.param:
            pattern = (
                rf"[?&;]{re.escape(quote_plus(self.param))}=(\d{{1,9}})(?=[&;#]|$)"
            )
        else:
            ahead = re.escape(urlsplit(self.before).path)
            behind = re.escape(self.after.partition("?")[0].rstrip("/"))
            pattern = rf"^(?:https?://[^/?#]*)?{ahead}(\d{{1,9}}){behind}/?(?=[?#]|$)"
        object.__setattr__(self, "_pattern", re.compile(pattern))

    @classmethod
    def from_param(cls, url: str, param: str) -> "UrlTemplate":
        """`url` with its query parameter `param` as the hole, added if missing."""
        filled = add_or_replace_parameter(url, param, "0")
        for match in _QUERY_NUMBER.finditer(filled):
            if match[1] == quote_plus(param):
                return cls(filled[: match.start(2)], filled[match.end(2) :], param)
        raise ValueError(f"cannot put the query parameter {param!r} into {url}")

    def fill(self, value: int) -> str:
        """The URL with `value` in the hole."""
        return f"{self.before}{value}{self.after}"

    def value(self, url: str) -> int | None:
        """The number that `url` has in the hole; None if it is no such URL."""
        match = self._pattern.search(url)
        return int(match[1]) if match else None

    def with_parameter(self, name: str, value: str) -> "UrlTemplate":
        """This template with the query parameter `name` set to `value`."""
        if self.param:
            filled = add_or_replace_parameter(self.fill(0), name, value)
            return UrlTemplate.from_param(filled, self.param)
        after = add_or_replace_parameter("http://x/" + self.after, name, value)
        return UrlTemplate(self.before, after.removeprefix("http://x/"))

    @property
    def says_page(self) -> bool:
        """Whether the hole's name says that it holds a page number or an offset."""
        if self.param:
            return _KEYWORD.fullmatch(self.param) is not None
        return _PATH_KEYWORD.search(self.before) is not None

    @property
    def says_offset(self) -> bool:
        """Whether the hole's name says that it counts articles, not pages."""
        return bool(self.param and _OFFSET_KEYWORD.fullmatch(self.param))


@dataclass(frozen=True, slots=True)
class PageScheme:
    """A topic's numbering: page `first` has `offset` in its URL, each next one `step` more.

    Pages from 1: (1, 1, 1). From 0: (0, 0, 1). Offsets of 25 articles: (1, 0, 25).
    People see `label` for page `first`: 1, where they do not count from 0 too.
    """

    template: UrlTemplate
    first: int = 1
    offset: int = 1
    step: int = 1
    label: int = 1

    def url(self, number: int) -> str:
        """The URL of page `number`."""
        return self.template.fill(self.offset + (number - self.first) * self.step)

    def number(self, url: str) -> int | None:
        """The number of the page at `url`; None if it is no page of this scheme."""
        value = self.template.value(url)
        if value is None or (value - self.offset) % self.step:
            return None
        return (value - self.offset) // self.step + self.first

    def labelled(self, label: int) -> int:
        """The number of the page that people see as page `label`."""
        return label - self.label + self.first


@dataclass(frozen=True, slots=True)
class Link:
    """A link among the page links: its text as a number (None if it is no number) and its URL."""

    number: int | None
    url: str


def templates_of(url: str) -> list[UrlTemplate]:
    """Every way to read `url` as a template: each number a hole, but what a query says is a size, a year, an order."""
    query_at = url.find("?") if "?" in url else len(url)
    path_at = url.find("/", url.find("//") + 2)
    holes = [
        UrlTemplate(url[: m.start(2)], url[m.end(2) :], m[1])
        for m in _QUERY_NUMBER.finditer(url, max(0, query_at))
        if not _NO_PAGE_KEYWORD.fullmatch(m[1])
    ]
    if path_at >= 0:
        holes += [
            UrlTemplate(url[: m.start()], url[m.end() :])
            for m in _PATH_NUMBER.finditer(url, path_at, query_at)
        ]
    return holes


def infer_template(links: Sequence[Link], landing: str) -> UrlTemplate | None:
    """The template that page links have in common, or None.

    A number in the URL is a page's when most links, one to page 1 or 2 among them, agree with
    their own texts about it, or when its name says so, or when it directly follows the landing
    page's URL, or below that if it is no year. It is none where the landing page has it too,
    and all links have the same: it is the topic's.
    """
    best: tuple[tuple[bool, bool, int, int, bool], UrlTemplate] | None = None
    tried: set[UrlTemplate] = set()
    stem = landing.partition("?")[0].rstrip("/").removesuffix(".html")
    for link in links:
        for template in templates_of(link.url):
            if template in tried:
                continue
            tried.add(template)
            agreeing = _agreeing(_pairs(links, template))
            extends = not template.param and template.before.rstrip("/-_.") == stem
            starts = not agreeing.isdisjoint({1, 2})
            is_below = not template.param and template.before.startswith(stem + "/")
            # As of a topic that opens at its newest page.
            counts_down = is_below and len(agreeing - _YEARS) > 1
            if not (starts or template.says_page or extends or counts_down):
                continue
            values = {
                value
                for each in links
                if (value := template.value(each.url)) is not None
            }
            if len(values) == 1 and _has(landing, template.fill(*values), template):
                continue
            score = (
                starts,
                template.says_page,
                len(agreeing),
                len(values),
                link.number in agreeing,
            )
            if best is None or score > best[0]:
                best = (score, template)
    return best[1] if best else None


def _has(landing: str, url: str, template: UrlTemplate) -> bool:
    """Whether the landing page has the same number as `url` in the hole of `template`."""
    through = url.removesuffix(template.after)
    follows = landing[len(through) : len(through) + 1]
    return landing.startswith(through) and not follows.isdigit()


def calibrate(
    template: UrlTemplate,
    links: Sequence[Link],
    next_url: str | None,
    first_page: int | None = None,
    page_step: int | None = None,
    unlinked: Container[int] = (),
) -> PageScheme:
    """Find where numbering by `template` starts and how it steps.

    What the profile says (`first_page`: the value of the first page, `page_step`) goes
    before what the links' texts show, and these before what the URLs show.
    `unlinked` holds the numbers among the links that are none, as the current page's.
    """
    if first_page is not None or page_step is not None:
        step = page_step or 1
        offset = first_page if first_page is not None else int(step == 1)
        return PageScheme(template, offset if step == 1 else 1, offset, step)
    values = {v for link in links if (v := template.value(link.url)) is not None}
    series = _series(_pairs(links, template))
    if series == _Series(1, 1) and (0 in values or 0 in unlinked):
        return PageScheme(template, 0, 0, 1, label=0)
    if series is None and template.says_offset:
        series = _offsets(values)
    if series is None:
        from_zero = 0 in values or (next_url and template.value(next_url) == 1)
        series = _Series(0 if from_zero else 1, 1)
    first = 0 if series == _Series(0, 1) else 1
    return PageScheme(template, first, series.start, series.step)


def _pairs(links: Iterable[Link], template: UrlTemplate) -> list[tuple[int, int]]:
    """Each link's number by its text and by its URL."""
    return [
        (link.number, value)
        for link in links
        if link.number is not None and (value := template.value(link.url)) is not None
    ]


@dataclass(frozen=True, slots=True)
class _Series:
    """The values of pages 1, 2, 3 ...: `start`, and each next one `step` more."""

    start: int
    step: int

    def has(self, text: int, value: int) -> bool:
        """Whether the page that people see as `text` has `value`."""
        return value == self.start + (text - 1) * self.step


def _series(pairs: Sequence[tuple[int, int]]) -> _Series | None:
    """The series that most pairs belong to; None where most contradict each."""
    pairs = pairs[:_MOST_PAIRS]
    starts = {0, 1, *islice((value for text, value in pairs if text == 1), 3)}
    possible = {
        _Series(start, (value - start) // (text - 1))
        for text, value in pairs
        for start in starts
        if text > 1 and value > start and (value - start) % (text - 1) == 0
    }

    def likelihood(series: _Series) -> tuple[int, bool, bool]:
        agreeing = sum(series.has(*pair) for pair in pairs)
        return agreeing, series.step == 1, series.start == 0

    best = max(possible, key=likelihood, default=None)
    return best if best and 2 * likelihood(best)[0] >= len(pairs) else None


def _agreeing(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """The texts of the links that agree with most others about how pages are numbered."""
    series = _series(pairs)
    return {text for text, value in pairs if series and series.has(text, value)}


def _offsets(values: Iterable[int]) -> _Series | None:
    """The series with the widest step that has all `values`, if they count articles, from 0 or from 1."""
    series = [
        _Series(start, gcd(*(value - start for value in values if value > start)))
        for start in (0, 1)
    ]
    widest = max(series, key=lambda each: each.step)
    return widest if widest.step > 1 else None
