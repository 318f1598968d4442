"""A frontier whose pages wait in the crawl database, and are leased from there."""

import asyncio
from collections import deque
from collections.abc import Callable

from sqlalchemy import Connection

from scraper.crawl_store import CrawlStore
from scraper.frontier.base import Frontier
from scraper.frontier.topic import Page, Topic
from scraper.storage import StorageError, leases, topics
from scraper.storage.leases import LeasedPage
from scraper.storage.topics import FoundTopic, TopicRow

BATCH = 64
"""Pages leased at once, at most; the next are asked for when half of them are handed out."""


class LeasingFrontier(Frontier):
    """Keeps no page but those it has on lease, and the ids that they and their topics have in the database.

    `room` is called when pages have come that can be handed out.
    """

    def __init__(self, store: CrawlStore, room: Callable[[], None]) -> None:
        super().__init__()
        self.batch = BATCH
        self.store = store
        self._room = room
        self._leased: deque[Page] = deque()
        self._lease: asyncio.Task[None] | None = None
        self._row_ids: dict[Page, int] = {}
        self._topics: dict[int, Topic] = {}  # by their ids in the database
        self._topic_rows: dict[int, int] = {}  # these ids, by the topics'
        self._by_url: dict[str, Topic] = {}
        self.index_left = store.entry.index_next
        for row in store.entry.topics:
            self._restore(row)

    def row_id(self, page: Page) -> int:
        """The id of a page in flight in the database."""
        return self._row_ids[page]

    def close(self) -> None:
        """Lease no more pages; see Frontier."""
        if self._lease is not None:
            self._lease.cancel()

    # for Frontier

    def _take(self) -> Page | None:
        if len(self._leased) <= self.batch // 2 < self._waiting or not self._leased:
            self._ask_for_more()
        return self._leased.popleft() if self._leased else None

    def _keep(self, page: Page) -> None:
        """The database keeps it."""

    def _keep_numbers(self, topic: Topic, start: int, last: int) -> None:
        """The database keeps them."""

    def _drop_guess(self, topic: Topic) -> None:
        """The database takes the guess for a page like any other now."""

    # leases

    def _ask_for_more(self) -> None:
        if self._lease is None and self._waiting > len(self._leased):
            self._lease = asyncio.ensure_future(self._lease_more())

    async def _lease_more(self) -> None:
        try:
            leased, found = await self.store.ask(self._lease_in_database)
        except StorageError:
            return  # the store has told of it, and the crawl closes
        finally:
            self._lease = None
        self._enter(leased, found)
        self._room()

    def _lease_in_database(
        self, connection: Connection
    ) -> tuple[list[LeasedPage], list[FoundTopic]]:
        """The next pages, and those of their topics of which too little is known."""
        store = self.store
        leased = leases.lease(
            connection, store.crawl_id, self.batch, store.owner, store.options.lease
        )
        unknown = {page.topic_id for page in leased if not self._can_make(page)}
        return leased, topics.find(connection, unknown) if unknown else []

    def _can_make(self, page: LeasedPage) -> bool:
        """Whether enough is known of a page's topic."""
        return page.topic_id in self._topics

    def _enter(self, leased: list[LeasedPage], found: list[FoundTopic]) -> None:
        """Enter topics, and pages that have come; one that is here already came again as its lease had run out."""
        for topic in found:
            self._find(topic)
        here = self._in_flight.union(self._leased)
        come = map(self._page_of, leased)
        self._leased.extend(page for page in come if page not in here)

    def _page_of(self, leased: LeasedPage) -> Page:
        topic = self._topics[leased.topic_id]
        url = leased.url or topic.page(leased.number or 0).url
        page = Page(topic.id, leased.number, url, leased.guessed)
        self._row_ids[page] = leased.id
        return page

    def _find(self, row: FoundTopic) -> None:
        """Remember the id that one of the topics has in the database."""
        if row.id not in self._topics:
            topic = self._by_url[row.url]
            self._topics[row.id] = topic
            self._topic_rows[topic.id] = row.id

    def _add_topic(self, name: str, url: str) -> Topic:
        topic = super()._add_topic(name, url)
        self._by_url[url] = topic
        return topic

    def _restore(self, row: TopicRow) -> None:
        """Enter a topic of a crawl that is taken up."""
        self._urls.add(row.url)
        topic = self._add_topic(row.name, row.url)
        self._find(row)
        if row.first is not None:
            topic.read_as(row.scheme, row.pagination)
        topic.ends_at = row.ends_at
        topic.first_shown, topic.last_shown = row.first_shown, row.last_shown
        topic.skipped_one = row.skipped_one
        topic.done, topic.past_end = row.done, row.past_end
        topic.seen, topic.unique, topic.duplicates = row.seen, row.new, row.duplicates
        self._count_waiting(topic, row.pending)
        known = self.store.entry.known[row.id]
        topic.last_number = known.highest or 0
        if known.guess_number is not None and known.guess_url is not None:
            topic.guess = Page(
                topic.id, known.guess_number, known.guess_url, guessed=True
            )
