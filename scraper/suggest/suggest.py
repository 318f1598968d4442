"""From the address of a site to a profile: look, infer, and see whether the profile holds."""

from collections.abc import Iterator
from typing import Any

from scraper.preview import CannotFetchError, Fetch, Preview, preview, warnings_on
from scraper.site import SiteProfile
from scraper.spiders.checks import NotAPageError
from scraper.suggest.block import name_of
from scraper.suggest.opened import Opened, open_page
from scraper.suggest.paging import next_selector, pagination_selector
from scraper.suggest.site_map import SiteMap, map_site
from scraper.suggest.suggestion import Confidence, NoSuggestion, Suggestion

FEW = 3


async def suggest(fetch: Fetch, url: str) -> Suggestion | NoSuggestion:
    """Suggest a profile for the site whose index is at `url`, an http or https URL.

    Raises:
        ConfigurationError: `url` is none.
    """
    blank = SiteProfile.parse(
        name_of(url), {"index": url, "topics": None, "articles": "*"}
    )
    try:
        index = await open_page(fetch, blank, url)
    except (CannotFetchError, NotAPageError) as error:
        return NoSuggestion(f"{url} cannot be read: {error}", fetch.count)
    found = await map_site(fetch, blank, index)
    if found is None:
        return NoSuggestion(_nothing(index), fetch.count)
    profile = _profile(url, found)
    if next_css := await next_selector(fetch, blank, found.listing):
        profile["next"] = next_css
    seen = await preview(fetch, SiteProfile.parse(blank.name, profile))
    return _judged(profile, found, seen, fetch.count)


def _profile(url: str, found: SiteMap) -> dict[str, Any]:
    """The profile of what was found."""
    profile: dict[str, Any] = {
        "index": url,
        "topics": found.topics_css,
        "articles": found.listing.css,
        "fields": dict(found.listing.fields.specs),
    }
    if pagination := pagination_selector(found.listing, found.listing.page):
        profile["pagination"] = pagination
    return profile


def _judged(
    profile: dict[str, Any], found: SiteMap, seen: Preview, requests: int
) -> Suggestion:
    doubts = [*_doubts(found), *warnings_on(seen)]
    reasons = list(_reasons(found, seen))
    confidence = Confidence.HIGH if not doubts else Confidence.MEDIUM
    if len(doubts) >= FEW or not seen.topic or not seen.topic.articles:
        confidence = Confidence.LOW
    return Suggestion(
        profile, confidence, reasons, doubts, _comments(found), seen, requests
    )


def _reasons(found: SiteMap, seen: Preview) -> Iterator[str]:
    listing, group = found.listing, found.topics
    if group:
        why = f" ({group.why})" if group.why else ""
        yield (
            f"topics: {len(group.urls)} links{why}; {found.lists} of {found.tried} that were followed lead to "
            "lists of articles"
            + f", {found.empty} to a page with nothing in it"
            * bool(found.empty)
        )
    else:
        yield "topics: none; the page is itself a list of articles"
    yield (
        f"articles: {listing.count} on {listing.page.url}, {listing.records.coverage:.0%} of its own text"
        + f"; the selector also matches on {listing.agrees} of {listing.others} other pages"
        * bool(listing.others)
    )
    for name, why in listing.fields.reasons.items():
        yield f"{name}: {why}"
    topic = seen.topic
    if topic and topic.has_more_pages:
        last = f", {topic.first} to {topic.last}" if topic.last else ""
        yield f"pages: found by {topic.found}{last}"


def _doubts(found: SiteMap) -> Iterator[str]:
    listing = found.listing
    if not listing.fields.has_title:
        yield "no part of the articles is a title that tells them apart"
    if not listing.fields.has_url:
        yield "the articles have no link of their own: they are told apart by title and description"
    if "description" not in listing.fields.specs and listing.records.has_text_between:
        yield "what stands between the articles is inside of none of them, and is left out"
    if listing.count < FEW:
        yield f"there are only {listing.count} articles to learn from"
    other = found.tried - found.lists - found.empty
    if found.topics and other:
        yield f"{other} of {found.tried} topics that were followed show no list of articles"
    if found.topics and not found.topics.why and not found.has_pages:
        yield "whether these links are the topics is a guess: nothing names them so, and no topic has a second page"


def _comments(found: SiteMap) -> dict[str, str]:
    if found.topics is None:
        return {"topics": "The page is itself the one topic."}
    return {}


def _nothing(index: Opened) -> str:
    return (
        f"{index.url} shows no repeating element with titles, nor links to pages that do. If the site needs JavaScript "
        "to show its content, it cannot be crawled; else give a page that lists articles, or topics"
    )
