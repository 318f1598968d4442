"""The search for a site's topics: which group of links leads to pages that list articles."""

from collections.abc import Sequence
from dataclasses import dataclass

from scraper.preview import Fetch
from scraper.site import SiteProfile
from scraper.suggest.frame import Frame, frame_of
from scraper.suggest.links import LinkGroup, link_groups
from scraper.suggest.listing import Listing, find_listing, lists_among
from scraper.suggest.opened import Opened, open_those
from scraper.suggest.records import find_records
from scraper.suggest.selectors import selector_for

TRIED_GROUPS = 6
SAMPLE = 3
"""Links of a group that are followed."""

VERIFIED = 0.5
"""The share of these that must lead to lists, those aside that are empty."""

EMPTY = 150
"""Characters of its own that a topic without articles shows at most: its name, and that there is nothing."""


@dataclass(frozen=True)
class SiteMap:
    """Where a site's articles are: the list they are in, and the links to the topics with their selector.

    Without these, the index is itself the one topic. Of the `tried` links of the group,
    `lists` led to lists of articles, `empty` to pages of the same frame with nothing in it;
    `has_pages` says that one of the lists has further pages.
    """

    listing: Listing
    topics: LinkGroup | None = None
    topics_css: str | None = None
    tried: int = 0
    lists: int = 0
    empty: int = 0
    has_pages: bool = False


async def map_site(fetch: Fetch, site: SiteProfile, index: Opened) -> SiteMap | None:
    """Find the topics and the articles of the site at `index`; None if there seem to be no articles."""
    itself = await _itself(fetch, site, index)
    records = find_records(index.outline)
    pages = frozenset(filter(None, [index.second_url]))
    groups = link_groups(index.outline, site, records, pages)
    best = None
    for group in groups[:TRIED_GROUPS]:
        if itself and itself.has_pages and not _beats_pages(group, index):
            continue
        found = await _follow(fetch, site, index, group, itself)
        if found and (best is None or _rank(found) > _rank(best)):
            best = found
        if best and best.topics and best.has_pages:
            break
    return best or itself


def _beats_pages(group: LinkGroup, index: Opened) -> bool:
    """Whether a group is rather to be followed, though the index is itself a list of several pages."""
    return group.is_strong and not group.is_own and index.url not in group.urls


def _rank(found: SiteMap) -> tuple[bool, float]:
    prior = found.topics.prior if found.topics else 0.0
    return found.has_pages, prior


async def _itself(fetch: Fetch, site: SiteProfile, index: Opened) -> SiteMap | None:
    """The index as the one topic, if it lists articles."""
    further = [index.second_url] if index.second_url else []
    second = await open_those(fetch, site, further)
    pages = [index, *second]
    frame = frame_of([page.outline for page in pages])
    listing = find_listing(lists_among(pages, frame))
    if listing is None and second:
        # Its second page shows what the first does: less than the frame is not known then.
        listing = find_listing(lists_among([index], Frame()))
    if listing is None:
        return None
    return SiteMap(listing, has_pages=bool(second) and _differ(pages, listing.css))


def _differ(pages: Sequence[Opened], css: str) -> bool:
    """Whether the second of two pages shows articles, and others than the first."""
    first, second = (
        {node.text for node in page.outline.select(css)} for page in pages[:2]
    )
    return bool(second) and second != first


async def _follow(
    fetch: Fetch,
    site: SiteProfile,
    index: Opened,
    group: LinkGroup,
    itself: SiteMap | None,
) -> SiteMap | None:
    """What a group of links leads to, if that is lists of articles."""
    css = _selector(index, group)
    if css is None:
        return None
    pages, frame = await _opened(fetch, site, index, group)
    listed = lists_among(pages, frame)
    lists = [page for page, _ in listed]
    empty = sum(page not in lists and _is_empty(page, frame) for page in pages)
    if len(lists) < max(1, VERIFIED * (len(pages) - empty)):
        return None
    listing = find_listing(listed)
    has_pages = any(page.second_url for page in lists)
    if listing is None or (
        not has_pages and _is_about_articles(listing, group, itself)
    ):
        return None
    return SiteMap(
        listing, group, css, len(pages), len(lists), empty, has_pages=has_pages
    )


async def _opened(
    fetch: Fetch, site: SiteProfile, index: Opened, group: LinkGroup
) -> tuple[list[Opened], Frame]:
    """Some pages that a group leads to, in place of each that is empty another one, and the frame of all."""
    pages = await open_those(fetch, site, group.sample(SAMPLE))
    frame = _frame(pages, index)
    empty = sum(_is_empty(page, frame) for page in pages)
    further = [url for url in group.urls if not fetch.has(url)][:empty]
    pages += await open_those(fetch, site, further)
    pages = [page for page in pages if page.url != index.url]
    return pages, _frame(pages, index)


def _frame(pages: Sequence[Opened], index: Opened) -> Frame:
    """The frame of some pages; one alone has that in common with the index."""
    compared = pages if len(pages) > 1 else [*pages, index]
    return frame_of([page.outline for page in compared])


def _is_empty(page: Opened, frame: Frame) -> bool:
    """Whether a page is one of the site's, and shows nothing: a topic that has no articles yet."""
    is_known = bool(frame.marks) and page.second_url is None
    return is_known and 0 < frame.own_length(page.outline) <= EMPTY


def _selector(index: Opened, group: LinkGroup) -> str | None:
    """The selector of a group's links, or of all links to the same pages: there may be pictures that lead there too."""
    if css := selector_for(index.outline, group.links):
        return css
    urls = set(group.urls)
    every = [node for node in index.outline.nodes if node.url in urls]
    return selector_for(index.outline, every)


def _is_about_articles(
    listing: Listing, group: LinkGroup, itself: SiteMap | None
) -> bool:
    """Whether what a group leads to are the index's articles themselves, which show others of their kind."""
    if not group.is_own or itself is None:
        return False
    same = listing.page.outline.select(itself.listing.css)
    return bool(same) and set(same) >= set(listing.records.nodes)
