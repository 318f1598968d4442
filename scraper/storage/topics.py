"""Topics: which are known, how their pages are numbered, how far they reach, and their counts."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from scraper.pagination import Opening, PageScheme
from scraper.storage.dialects import insert_into
from scraper.storage.rows import decode_scheme, encode_scheme, storable
from scraper.storage.schema import is_pending, pages, topics
from scraper.storage.states import PageState

_LANDING_TURN = -1


@dataclass(frozen=True, slots=True)
class FoundTopic:
    """A topic: how its pages are numbered, and how far they reach, as far as it is known.

    `pagination` is the selector of what holds its page links. It has no `first` page
    before its landing page was read. `first_shown` and `last_shown`: see `remember`.
    """

    id: int
    position: int
    name: str
    url: str
    scheme: PageScheme | None
    pagination: str | None
    first: int | None
    last: int | None
    ends_at: int | None
    first_shown: str | None
    last_shown: str | None


@dataclass(frozen=True, slots=True)
class TopicRow(FoundTopic):
    """A topic and its counts of pages, by their states, and of articles.

    `seen` = `new` + `duplicates` + what pipelines dropped. `skipped_one` tells that its
    last guessed page failed.
    """

    pending: int
    leased: int
    done: int
    failed: int
    absent: int
    past_end: int
    skipped: int
    seen: int
    new: int
    duplicates: int
    skipped_one: bool

    @property
    def expected(self) -> int:
        """The number of pages it is known to have, without those nobody wanted."""
        return self.pending + self.leased + self.done + self.failed + self.absent


def add(connection: Connection, crawl_id: int, found: Iterable[tuple[str, str]]) -> int:
    """Add topics, each a name and the URL of its landing page, which is a page to fetch then.

    One whose URL is known already, in this crawl, is left as it is. Returns how many are new.
    """
    last = select(func.max(topics.c.position)).where(topics.c.crawl_id == crawl_id)
    highest = connection.execute(last).scalar()
    start = 0 if highest is None else highest + 1
    rows = [
        {
            "crawl_id": crawl_id,
            "position": position,
            "name": storable(name),
            "url": storable(url),
        }
        for position, (name, url) in enumerate(found, start)
    ]
    if not rows:
        return 0
    connection.execute(
        insert_into(connection.dialect, topics).on_conflict_do_nothing(), rows
    )
    landing_pages = select(
        topics.c.crawl_id,
        topics.c.id,
        literal(_LANDING_TURN),
        topics.c.url,
        literal(False),
        literal(PageState.PENDING),
    ).where(topics.c.crawl_id == crawl_id, topics.c.position >= start)
    columns = ["crawl_id", "topic_id", "turn", "url", "guessed", "state"]
    added = connection.execute(
        pages.insert().from_select(columns, landing_pages.order_by(topics.c.position))
    )
    return added.rowcount


def land(connection: Connection, page_id: int, opening: Opening) -> None:
    """What a topic's landing page says of it. If a worker has told that already, nothing is done."""
    topic_id = connection.execute(
        select(pages.c.topic_id)
        .where(pages.c.id == page_id, pages.c.number.is_(None))
        .with_for_update()
    ).scalar_one_or_none()
    if topic_id is None:
        return
    landing = (pages.c.id == page_id, pages.c.number.is_(None))
    if opening.number is None:
        connection.execute(delete(pages).where(*landing))
    else:
        connection.execute(update(pages).where(*landing).values(number=opening.number))
    connection.execute(
        update(topics)
        .where(topics.c.id == topic_id)
        .values(
            scheme=encode_scheme(opening.scheme),
            pagination=opening.elements,
            first=opening.first,
        )
    )
    if opening.last is not None:
        extend(connection, topic_id, opening.last)


def extend(connection: Connection, topic_id: int, last: int) -> None:
    """The topic has pages up to number `last`. A guessed page among them is no guess any more."""
    topic = connection.execute(
        select(topics.c.crawl_id, topics.c.first, topics.c.last)
        .where(topics.c.id == topic_id)
        .with_for_update()
    ).one()
    start = topic.first if topic.last is None else topic.last + 1
    if last < start:
        return
    connection.execute(update(topics).where(topics.c.id == topic_id).values(last=last))
    these = (pages.c.topic_id == topic_id, pages.c.number.between(start, last))
    vouched = update(pages).where(*these, is_pending)
    connection.execute(vouched.values(guessed=False))
    _insert_numbers(connection, topic.crawl_id, topic_id, start, last)


def _insert_numbers(
    connection: Connection, crawl_id: int, topic_id: int, start: int, last: int
) -> None:
    """Insert the pages of these numbers that are not there yet, in one statement, however many they are."""
    series = select(literal(start).label("number")).cte("series", recursive=True)
    series = series.union_all(select(series.c.number + 1).where(series.c.number < last))
    rows = select(
        literal(crawl_id),
        literal(topic_id),
        series.c.number,
        series.c.number,
        literal(False),
        literal(PageState.PENDING),
    ).where(series.c.number <= last)
    columns = ["crawl_id", "topic_id", "number", "turn", "guessed", "state"]
    statement = insert_into(connection.dialect, pages).from_select(columns, rows)
    connection.execute(statement.on_conflict_do_nothing())


def follow(connection: Connection, topic_id: int, number: int, url: str) -> bool:
    """A page links to a next one, page `number` at `url`, which no number vouches for; False if it is known."""
    crawl_id = select(topics.c.crawl_id).where(topics.c.id == topic_id)
    statement = insert_into(connection.dialect, pages).values(
        crawl_id=crawl_id.scalar_subquery(),
        topic_id=topic_id,
        number=number,
        turn=number,
        url=storable(url),
        guessed=True,
        state=PageState.PENDING,
    )
    return connection.execute(statement.on_conflict_do_nothing()).rowcount == 1


def skip_over(connection: Connection, topic_id: int, number: int, url: str) -> bool:
    """The guessed page before `number` failed: go on at `number`, unless the one before that failed as well.

    Returns whether the topic goes on there.
    """
    before = select(pages.c.id).where(
        pages.c.topic_id == topic_id,
        pages.c.number == number - 2,
        pages.c.guessed,
        pages.c.state == PageState.FAILED,
    )
    if connection.execute(before).first():
        return False
    return follow(connection, topic_id, number, url)


def end_at(connection: Connection, topic_id: int, number: int) -> None:
    """Page `number` says of itself that it is the last of its topic."""
    lower = or_(topics.c.ends_at.is_(None), topics.c.ends_at < number)
    connection.execute(
        update(topics).where(topics.c.id == topic_id, lower).values(ends_at=number)
    )


def remember(
    connection: Connection, topic_id: int, *, first: str | None, last: str
) -> None:
    """Remember digests of what a topic's pages showed: the `first` one (None: as it was) and the `last` one."""
    values = {"last_shown": last} | ({"first_shown": first} if first else {})
    connection.execute(update(topics).where(topics.c.id == topic_id).values(**values))


def skip(connection: Connection, topic_id: int) -> int:
    """Nobody wants the pages of this topic that are pending; returns how many those were."""
    pending = update(pages).where(pages.c.topic_id == topic_id, is_pending)
    return connection.execute(pending.values(state=PageState.SKIPPED)).rowcount


def find(connection: Connection, ids: Collection[int]) -> list[FoundTopic]:
    """The topics of these ids."""
    rows = connection.execute(select(topics).where(topics.c.id.in_(ids)))
    return [FoundTopic(**_values(row)) for row in rows.mappings()]


def load(connection: Connection, crawl_id: int) -> list[TopicRow]:
    """All topics of a crawl in their order, with their counts."""
    selected = (
        select(topics, *_counts())
        .join_from(topics, pages, pages.c.topic_id == topics.c.id, isouter=True)
        .where(topics.c.crawl_id == crawl_id)
        .group_by(topics.c.id)
        .order_by(topics.c.position)
    )
    loaded = []
    for row in connection.execute(selected).mappings():
        values = _values(row)
        values["skipped_one"] = values.pop("failed_guess") > values.pop("last_done")
        loaded.append(TopicRow(**values))
    return loaded


def _values(row: RowMapping) -> dict[str, Any]:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    del values["crawl_id"]
    values["scheme"] = decode_scheme(values["scheme"])
    return values


def _counts() -> Iterator[ColumnElement[int]]:
    for state in PageState:
        yield func.count(pages.c.id).filter(pages.c.state == state).label(state)
    for articles in (pages.c.seen, pages.c.new, pages.c.duplicates):
        yield func.coalesce(func.sum(articles), 0).label(articles.name)
    is_done = pages.c.state == PageState.DONE
    is_failed_guess = and_(pages.c.state == PageState.FAILED, pages.c.guessed)
    for label, which in (("last_done", is_done), ("failed_guess", is_failed_guess)):
        highest = func.max(pages.c.number).filter(which)
        yield func.coalesce(highest, _LANDING_TURN).label(label)
