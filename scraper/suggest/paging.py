"""Whether a profile has to say where the page links are, and the selector if so."""

from collections.abc import Sequence
from itertools import takewhile

from scraper.pagination.links import next_link
from scraper.preview import Fetch
from scraper.site import SiteProfile
from scraper.suggest.listing import Listing
from scraper.suggest.opened import Opened, open_those
from scraper.suggest.outline import Node, Outline
from scraper.suggest.selectors import selector_for, selectors_for

LEVELS = 4


def pagination_selector(listing: Listing, page: Opened) -> str | None:
    """The selector of the page links of `page`, where what is found without one has to do with articles too.

    Forums show, beside each thread, links to the thread's own pages; where no class says
    what page links are, what is around them may be like what is around articles.
    """
    place = page.landing.pages.elements
    if place is None:
        return None
    found = page.outline.select(place.source)
    articles = page.outline.select(listing.css)
    if not any(_touches(node, articles) for node in found):
        return None
    outside = [node for node in found if not _touches(node, articles)]
    kept = [node for node in outside if any(map(_is_numbered, node.links))]
    css = selector_for(page.outline, kept) if kept else None
    return css or _of_blocks(page.outline, articles)


async def next_selector(
    fetch: Fetch, site: SiteProfile, listing: Listing
) -> str | None:
    """The selector of a "next" link that only its text tells, where a page has no page links that a crawl would see.

    It must lead from the page's second page to a third one, or nowhere.
    """
    page = listing.page
    if page.second_url is not None or (link := _said_next(page, listing.css)) is None:
        return None
    for second in await open_those(fetch, site, [link.url]):
        following = _said_next(second, listing.css)
        if not second.outline.select(listing.css):
            return None
        for css in selectors_for(page.outline, [link]):
            found = second.outline.select(css)[:1]
            if found == ([following] if following else []):
                return css
    return None


def _said_next(page: Opened, articles_css: str) -> Node | None:
    """The link outside of articles that says "next"."""
    articles = page.outline.select(articles_css)
    links = [n for n in page.outline.nodes if n.url and not _touches(n, articles)]
    read = page.read
    url = next_link(read.document, [n.element for n in links], read.base_url, None)
    return next((node for node in links if node.url == url), None)


def _touches(node: Node, articles: Sequence[Node]) -> bool:
    """Whether a node lies in an article, or around one."""
    return any(node.is_inside(each) or each.is_inside(node) for each in articles)


def _of_blocks(page: Outline, articles: Sequence[Node]) -> str | None:
    """The selector of what holds the links with a number as their text that are in no article."""
    chains = {
        tuple(_around(node, articles)): None
        for node in page.nodes
        if _is_numbered(node) and not _touches(node, articles)
    }
    for level in range(LEVELS):
        nodes = [chain[min(level, len(chain) - 1)] for chain in chains if chain]
        if nodes and (css := selector_for(page, list(dict.fromkeys(nodes)))):
            return css
    return None


def _is_numbered(node: Node) -> bool:
    return bool(node.url) and node.text.isdigit()


def _around(link: Node, articles: Sequence[Node]) -> list[Node]:
    """What is around a page link and touches no article, from the nearest that holds all page links in there."""
    around = list(
        takewhile(lambda node: not _touches(node, articles), link.ancestors())
    )
    every = _count(around[-1]) if around else 0
    return [node for node in around if _count(node) == every]


def _count(node: Node) -> int:
    return sum(map(_is_numbered, node.links))
