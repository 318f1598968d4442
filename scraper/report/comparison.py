"""A crawl compared with the one before it: articles new, gone and changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from scraper.storage import comparison as stored
from scraper.storage.comparison import EarlierCrawl, Window
from scraper.storage.history import ChangedRow, differing
from scraper.storage.rows import Fields

SHOWN = 10
"""Articles of each kind that are named; the others are counted."""

TIME = 20.0
"""Seconds after which the rest of a very large crawl is left uncompared."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of an article, and its old and new value."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """An article: what it is called, where it is, and what has changed of it."""

    title: str
    url: str
    changes: tuple[Change, ...] = ()

    @classmethod
    def of(cls, fields: Fields, changes: Iterable[Change] = ()) -> "ShownArticle":
        """The article of these fields; one without a title is called what its first field that is not empty says."""
        title = fields.get("title") or next(filter(None, fields.values()), "")
        return cls(str(title), str(fields.get("url") or ""), tuple(changes))


@dataclass(slots=True)
class Listing:
    """Articles of one kind: how many there are, and the first of them."""

    count: int = 0
    first: list[ShownArticle] = field(default_factory=list)


@dataclass(slots=True)
class Comparison:
    """What differs from `earlier`. `gone` is None where that is not known.

    `is_whole` is False when there were too many articles to compare all in time.
    """

    earlier: EarlierCrawl
    new: Listing = field(default_factory=Listing)
    gone: Listing | None = None
    changed: Listing = field(default_factory=Listing)
    is_whole: bool = True


def compare(
    connection: Connection,
    crawl_id: int,
    *,
    knows_gone: bool,
    seconds: float = TIME,
    clock: Callable[[], float] = monotonic,
) -> Comparison | None:
    """Compare a crawl with the one before it; None if there is none.

    `knows_gone` says whether what this crawl has not is not there any more.
    """
    earlier = stored.earlier(connection, crawl_id)
    if earlier is None:
        return None
    found = Comparison(earlier, gone=Listing() if knows_gone else None)
    until = clock() + seconds
    for window in stored.windows(connection, crawl_id):
        _add_missing(found.new, connection, window, earlier.id)
        _add_changed(found.changed, connection, window, earlier.id)
        found.is_whole = clock() < until
        if not found.is_whole:
            found.gone = None
            return found
    if found.gone is not None:
        for window in stored.windows(connection, earlier.id):
            _add_missing(found.gone, connection, window, crawl_id)
    return found


def _add_missing(
    listing: Listing, connection: Connection, window: Window, other_id: int
) -> None:
    count = stored.count_missing(connection, window, other_id)
    wanted = min(count, SHOWN - len(listing.first))
    listing.count += count
    if wanted:
        rows = stored.read_missing(connection, window, other_id, wanted)
        listing.first.extend(map(ShownArticle.of, rows))


def _add_changed(
    listing: Listing, connection: Connection, window: Window, other_id: int
) -> None:
    for row in stored.read_changed(connection, window, other_id):
        listing.count += 1
        if len(listing.first) < SHOWN:
            listing.first.append(ShownArticle.of(row.fields, _changes(row)))


def _changes(row: ChangedRow) -> Iterable[Change]:
    for name in differing(row.fields, row.old):
        yield Change(name, row.old[name], row.fields[name])
