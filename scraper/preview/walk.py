"""The walk of a look: the index, a topic's first page, its second and its last."""

from scraper.exceptions import ConfigurationError
from scraper.markup import Engine
from scraper.pagination import Landing, read_landing
from scraper.preview.fetch import CannotFetchError, Fetch
from scraper.preview.seen import PageSeen, Preview, TopicSeen
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError, gate_of
from scraper.spiders.index import further_index
from scraper.spiders.reading import ReadPage, read_page
from scraper.spiders.topic_links import topic_links

TRIED_TOPICS = 3
"""Topics that are opened, until one has more than one page with articles."""

Link = tuple[str, str]


async def preview(fetch: Fetch, site: SiteProfile, topic: str | None = None) -> Preview:
    """Look at a site as its profile has it: at the topic named `topic`, or at one that shows most.

    Raises:
        ConfigurationError: the site has no topic of that name.
    """
    try:
        index = read_page(await fetch(site.index), Engine.LEXBOR, site)
    except (CannotFetchError, NotAPageError) as error:
        return Preview(site, problem=f"{site.index}: {error}")
    links = list(topic_links(index, site))
    onsite = tuple(link for link in links if site.is_onsite(link[1]))
    offsite = tuple(url for _, url in links if not site.is_onsite(url))
    if not onsite:
        gate = gate_of(index.document)
        return Preview(
            site, (), offsite, problem=f"{index.url}: {gate}" if gate else None
        )
    best, others = await _best_topic(fetch, site, _chosen(onsite, topic))
    further, _ = further_index(index, site, onsite)
    return Preview(
        site, onsite, offsite, best, others, requests=fetch.count, further=further
    )


def _chosen(links: tuple[Link, ...], name: str | None) -> tuple[Link, ...]:
    """The topics to open."""
    if name is None:
        return links[:TRIED_TOPICS]
    named = tuple(link for link in links if name in link)
    if not named:
        known = ", ".join(name for name, _ in links[:10])
        raise ConfigurationError(f"-a topic={name}: there is none (there are: {known})")
    return named[:1]


async def _best_topic(
    fetch: Fetch, site: SiteProfile, links: tuple[Link, ...]
) -> tuple[TopicSeen, tuple[TopicSeen, ...]]:
    """The first topic with more than one page and articles, else that with most articles; and the others opened."""
    seen: list[TopicSeen] = []
    for name, url in links:
        topic = await look_at_topic(fetch, site, name, site.pagination.sized(url))
        seen.append(topic)
        if topic.has_more_pages and topic.articles:
            break
    best = max(seen, key=lambda t: (t.has_more_pages, len(t.articles)))
    return best, tuple(topic for topic in seen if topic is not best)


async def look_at_topic(
    fetch: Fetch, site: SiteProfile, name: str, url: str
) -> TopicSeen:
    """Look at the first, second and last page of the topic whose landing page is at `url`."""
    try:
        read = read_page(await fetch(url), Engine.LEXBOR, site)
    except (CannotFetchError, NotAPageError) as error:
        return TopicSeen(name, url, pages=(PageSeen(None, url, problem=str(error)),))
    landing = read_landing(read.document, read.url, read.base_url, site.pagination)
    first = PageSeen(
        landing.number, read.url, _articles(site, read, name, landing.number)
    )
    pages, last = [first], landing.reach.last
    for number, page_url in _further(landing):
        page, reach = await _page(fetch, site, landing, name, (number, page_url))
        pages.append(page)
        last = max(last or 0, reach or 0) or None
    return TopicSeen(
        name,
        read.url,
        landing.found,
        landing.first,
        None if _is_open(landing) else last,
        landing.reach.next_url,
        landing.pages.elements.source if landing.pages.elements else None,
        tuple(pages),
    )


def _is_open(landing: Landing) -> bool:
    """Whether how far the topic reaches is only known at its end: there is a next page, but no number of the last."""
    last = landing.reach.last
    shows_more = last is not None and last > landing.first
    return landing.pages.scheme is None or (
        landing.reach.next_url is not None and not shows_more
    )


def _further(landing: Landing) -> list[tuple[int | None, str]]:
    """Number and URL of the pages to look at beside the landing page."""
    scheme, last = landing.pages.scheme, landing.reach.last
    if scheme is None or last is None or last <= landing.first:
        url = landing.reach.next_url
        return [(landing.first + 1, url)] if url else []
    start = landing.first if landing.number is None else landing.first + 1
    return [(number, scheme.url(number)) for number in sorted({start, last})]


async def _page(
    fetch: Fetch,
    site: SiteProfile,
    landing: Landing,
    topic: str,
    target: tuple[int | None, str],
) -> tuple[PageSeen, int | None]:
    """A numbered page, and the last page that it shows."""
    number, url = target
    try:
        read = read_page(await fetch(url), Engine.LEXBOR, site)
    except (CannotFetchError, NotAPageError) as error:
        return PageSeen(number, url, problem=str(error)), None
    articles = _articles(site, read, topic, number)
    reach = landing.pages.read(read.document, read.base_url, number or landing.first)
    return PageSeen(number, read.url, articles), reach.last


def _articles(
    site: SiteProfile, read: ReadPage, topic: str, number: int | None
) -> tuple[dict[str, object], ...]:
    blank = dict.fromkeys(site.columns, "")
    place = {"topic": topic, "page": number}
    return tuple(
        {**blank, **site.fields.extract(element, read.base_url), **place}
        for element in read.document.select(site.articles)
    )
