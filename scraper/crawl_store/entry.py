"""How a process enters a crawl: it begins one, takes up one that is unfinished, or joins one that others work on."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from scraper.crawl_store.options import CrawlOptions
from scraper.pagination import IndexPage
from scraper.site import SiteProfile
from scraper.storage import CrawlOwnedError, crawls, resume, topics, turns, workers
from scraper.storage.crawls import Beginning, Begun
from scraper.storage.ownership import Ownership
from scraper.storage.resume import Known
from scraper.storage.topics import TopicRow
from scraper.storage.workers import WorkerRow


@dataclass(frozen=True, slots=True)
class Entry:
    """The crawl that was entered, with how many others at work, and what it has.

    `topics`, `known` (how far each is known, by its id) and `index_next` (the page of the
    index to go on at) are those of a crawl that is taken up alone; one that is shared is
    asked for them as it goes on.
    """

    begun: Begun
    others: int = 0
    topics: list[TopicRow] = field(default_factory=list)
    known: dict[int, Known] = field(default_factory=dict)
    index_next: IndexPage | None = None


def enter(
    connection: Connection,
    ownership: Ownership,
    options: CrawlOptions,
    site: SiteProfile,
    *,
    fresh: bool,
) -> Entry:
    """Enter the crawl of `site`, as a worker with the name of `ownership`.

    Pages that failed are open again, unless others are at work on the crawl.

    Raises:
        CrawlOwnedError: others are at work on it, or on one that it would take the place of.
        StorageError: it cannot be claimed.
    """
    ownership.take(connection)
    others = _others(connection, options, site)
    begun = _begin(connection, options, site, fresh=fresh)
    if others and not begun.resumed:
        raise CrawlOwnedError(_why_not(begun.beginning, site, others))
    workers.join(connection, begun.id, ownership.owner, options.role)
    entry = Entry(begun, len(others))
    if not begun.resumed or others or options.crawl_id:
        return entry
    resume.reopen(connection, begun.id)
    if options.shared:
        return entry
    known = resume.known_pages(connection, begun.id)
    found = topics.load(connection, begun.id)
    return Entry(begun, 0, found, known, turns.index_next(connection, begun.id))


def _begin(
    connection: Connection, options: CrawlOptions, site: SiteProfile, *, fresh: bool
) -> Begun:
    if options.crawl_id is not None:
        return Begun(options.crawl_id, Beginning.RESUMED)
    return crawls.begin(
        connection,
        site=site.name,
        index_url=site.index,
        profile=site.digest,
        columns=site.columns,
        fresh=fresh,
    )


def _others(
    connection: Connection, options: CrawlOptions, site: SiteProfile
) -> list[WorkerRow]:
    """The workers that are alive and share a crawl of this site."""
    if not options.shared:
        return []  # or the claim to the crawl would have been refused
    return workers.sharing(connection, site.name, site.index, options.silence)


def _why_not(beginning: Beginning, site: SiteProfile, others: list[WorkerRow]) -> str:
    why = {
        Beginning.FRESH: "-a fresh=1 begins anew only when none is at work",
        Beginning.PROFILE_CHANGED: "their profile is not the same as this one",
    }
    first = others[0]
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    return (
        f"{site.name!r} is being crawled by process {first.pid} on {first.host}{more}: "
        f"{why.get(beginning, 'they are just finishing; the same command begins anew after that')}"
    )
