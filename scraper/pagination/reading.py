"""What a page says of its topic's pages: how they are numbered, how far they reach, which comes next."""

from collections.abc import Sequence
from dataclasses import dataclass

from w3lib.url import add_or_replace_parameter

from scraper.markup import Document, Element, Selector
from scraper.pagination.links import (
    current_number,
    links_in,
    next_link,
    total_in,
    unlinked_numbers,
)
from scraper.pagination.numbering import (
    Link,
    PageScheme,
    UrlTemplate,
    calibrate,
    infer_template,
)
from scraper.pagination.opening import Opening
from scraper.pagination.pattern import from_pattern
from scraper.pagination.places import place_of_page_links

DEFAULT_PARAM = "page"
"""The query parameter for pages when a site says how many there are and links to none."""

MOST_PAGES = 1_000_000
"""No topic has more: a higher number is a mistake, of the site or of its reader, and would take all memory."""


@dataclass(frozen=True, slots=True)
class PaginationRules:
    """What a profile says of a site's pagination; None means: find out.

    `elements` matches what holds the page links, `next_link` the next page's link.
    `param` names the query parameter with the page number; `pattern` is a page's URL
    with `{page}` in it (and `{topic}` for the landing page's URL). `first_page` and
    `page_step` are as in `calibrate`. Every page is asked for with the query
    parameter `size_param` = `size` (articles a page).
    """

    elements: Selector | None = None
    next_link: Selector | None = None
    param: str | None = None
    pattern: str | None = None
    first_page: int | None = None
    page_step: int | None = None
    size_param: str | None = None
    size: int | None = None

    def sized(self, url: str) -> str:
        """`url` with the page size asked for."""
        if self.size_param is None:
            return url
        return add_or_replace_parameter(url, self.size_param, str(self.size))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a page shows its topic to reach.

    `last` is the highest page number it shows, `next_url` its "next" link, and
    `ends_here` says that its page links show nothing beyond it.
    """

    last: int | None = None
    next_url: str | None = None
    ends_here: bool = False


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page shows of other pages: its page links and the "next" link."""

    elements: Sequence[Element]
    links: Sequence[Link]
    next_url: str | None
    base_url: str

    @classmethod
    def of(
        cls,
        document: Document,
        selector: Selector | None,
        base_url: str,
        rules: PaginationRules,
        scheme: PageScheme | None = None,
    ) -> "_Shown":
        elements = document.select(selector) if selector else []
        links = links_in(elements, base_url)
        is_numbered = any(link.number is not None for link in links)

        def is_likely(url: str) -> bool:
            return not is_numbered or scheme is None or scheme.number(url) is not None

        next_url = next_link(document, elements, base_url, rules.next_link, is_likely)
        return cls(elements, links, next_url, base_url)

    @property
    def all_links(self) -> Sequence[Link]:
        """The page links, and the next link."""
        return [*self.links, Link(None, self.next_url)] if self.next_url else self.links

    def current(self, scheme: PageScheme) -> int | None:
        """The number that is marked as the current page's."""
        number = current_number(self.elements)
        if number is None or number > MOST_PAGES:
            return None
        return scheme.labelled(number)

    def linked(self, scheme: PageScheme) -> set[int]:
        """The numbers of the pages that are linked to.

        A "next" link alone proves no page: many sites show one on their last page too.
        """
        return {
            number
            for link in self.links
            if (number := scheme.number(link.url)) is not None
            and (link.number is not None or link.url != self.next_url)
            and number <= MOST_PAGES
        }

    def leads_back(self, scheme: PageScheme, number: int) -> bool:
        """Whether the next link leads no further than page `number`, by numbers that its own URL or texts vouch for."""
        following = scheme.number(self.next_url) if self.next_url else None
        if following is None or following > number:
            return False
        return scheme.number(self.base_url) == number or any(
            link.number is not None
            and scheme.labelled(link.number) == scheme.number(link.url)
            for link in self.links
        )

    def total(self, scheme: PageScheme, number: int) -> int | None:
        """The last page that "Page 1 of 57" tells page `number` of, unless a link to the last one tells less."""
        total = total_in(self.elements, number - scheme.first + 1)
        if total is None or total > MOST_PAGES:
            return None
        last = scheme.first + total - 1
        named = (link.url for link in self.links if link.number is None)
        beyond = [n for url in named if (n := scheme.number(url)) and n > number + 1]
        return None if last > max(beyond, default=last) else last


@dataclass(frozen=True, slots=True)
class TopicPages:
    """How to read the pages of one topic, learned from its landing page."""

    rules: PaginationRules
    elements: Selector | None
    scheme: PageScheme | None

    def read(self, document: Document, base_url: str, number: int) -> Reach:
        """How far page `number`, whose links are relative to `base_url`, shows the topic to reach."""
        return self.reach(self.shown(document, base_url), number)

    def shown(self, document: Document, base_url: str) -> _Shown:
        """What a page, whose links are relative to `base_url`, shows of other pages."""
        return _Shown.of(document, self.elements, base_url, self.rules, self.scheme)

    def reach(self, shown: _Shown, number: int) -> Reach:
        """How far what page `number` shows reaches."""
        scheme, next_url = self.scheme, shown.next_url
        if scheme is None:
            return Reach(next_url=next_url and self.rules.sized(next_url))
        numbers = shown.linked(scheme)
        told = shown.total(scheme, number)
        last = max(numbers if told is None else {*numbers, told}, default=None)
        if not self.rules.next_link and shown.leads_back(scheme, number):
            next_url = None
        ends_here = last is not None and last <= number and next_url is None
        return Reach(last, next_url and self.rules.sized(next_url), ends_here)

    def is_page(self, document: Document, url: str, number: int | None) -> bool:
        """Whether what came from `url` may be page `number`, by its URL or else by its marks."""
        if self.scheme is None:
            return True
        told = self.scheme.number(url)
        if told is None:
            told = self.shown(document, url).current(self.scheme)
        return told == number


@dataclass(frozen=True, slots=True)
class Landing:
    """What a topic's landing page says.

    `first` is the number of the topic's first page. `number` is the landing page's own:
    None when it repeats a page that has a number (and a URL) of its own, as where a
    topic opens at its newest, highest page. `found` tells in words what was found.
    """

    pages: TopicPages
    first: int
    number: int | None
    reach: Reach
    found: str

    @property
    def is_first_of_many(self) -> bool:
        """Whether the topic has pages beyond its first."""
        return self.reach.last is not None and self.reach.last > self.first

    @property
    def has_more(self) -> bool:
        """Whether the topic has other pages than this one."""
        return self.is_first_of_many or self.number is None or bool(self.reach.next_url)

    @property
    def opening(self) -> Opening:
        """What of it is kept."""
        pages = self.pages
        return Opening(
            self.number,
            self.first,
            self.reach.last if pages.scheme else None,
            pages.scheme,
            pages.elements.source if pages.elements else None,
        )


def read_landing(
    document: Document, url: str, base_url: str, rules: PaginationRules
) -> Landing:
    """Read the pagination from the landing page at `url`, whose links are relative to `base_url`."""
    selector = rules.elements or place_of_page_links(document, url, base_url)
    shown = _Shown.of(document, selector, base_url, rules)
    template, found = _template(shown, url, base_url, rules)
    if template is None:
        pages = TopicPages(rules, selector, None)
        return Landing(pages, 1, 1, pages.reach(shown, 1), found)
    if rules.size_param:
        template = template.with_parameter(rules.size_param, str(rules.size))
    scheme = calibrate(
        template,
        shown.all_links,
        shown.next_url,
        rules.first_page,
        rules.page_step,
        unlinked_numbers(shown.elements),
    )
    pages = TopicPages(rules, selector, scheme)
    # Now that the scheme is known, a next link can be told from a carousel's.
    return _numbered(pages, scheme, pages.shown(document, base_url), url, found)


def _template(
    shown: _Shown, url: str, base_url: str, rules: PaginationRules
) -> tuple[UrlTemplate | None, str]:
    """The template of the page URLs and how it was found: by the profile, else by the links."""
    if rules.pattern:
        return from_pattern(rules.pattern, url, base_url), f"pattern {rules.pattern!r}"
    if rules.param:
        linked = UrlTemplate.from_param(url, rules.param)
        for link in shown.all_links:
            if linked.value(link.url) is not None:
                linked = UrlTemplate.from_param(link.url, rules.param)
                break
        return linked, f"query parameter {rules.param!r}"
    if template := infer_template(shown.all_links, url):
        return template, f"links like {template.before}N{template.after}"
    if total_in(shown.elements, 1) is not None:
        return UrlTemplate.from_param(url, DEFAULT_PARAM), "a text like 'Page 1 of N'"
    return None, "a next link" if shown.next_url else "no page links"


def _numbered(
    pages: TopicPages, scheme: PageScheme, shown: _Shown, url: str, found: str
) -> Landing:
    """Settle the landing page's own number and the last one, from marks and texts without links."""
    linked = shown.linked(scheme)
    highest = max(scheme.first, *linked) if linked else scheme.first
    reach = pages.reach(shown, scheme.first)
    last = max(scheme.first, reach.last or 0)
    if highest + 1 in map(scheme.labelled, unlinked_numbers(shown.elements)):
        last = max(last, highest + 1)
    current = shown.current(scheme) or scheme.first
    # Its window may end before the first page; but a first page shows the second one.
    goes_back = current - 1 in linked and scheme.first + 1 not in linked
    opens_at_newest = scheme.first < current >= highest and (
        scheme.first in linked or goes_back
    )
    if opens_at_newest and scheme.template.value(url) is None:
        newest = Reach(max(last, current), reach.next_url)
        return Landing(pages, scheme.first, None, newest, found)
    return Landing(
        pages, scheme.first, scheme.first, Reach(last, reach.next_url), found
    )
