"""A frontier in the crawl database: its pages wait there, and are leased from there."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Connection

from scraper.crawl_store import CrawlStore
from scraper.frontier.base import Frontier
from scraper.frontier.topic import FailedPage, Page, Topic
from scraper.pagination import PageScheme
from scraper.storage import StorageError, leases, pages, resume, topics
from scraper.storage.leases import LeasedPage
from scraper.storage.pages import FailedRow
from scraper.storage.topics import FoundTopic, TopicRow

BATCH = 64
"""Pages leased at once, at most; the next are asked for when half of them are handed out."""


class StoredFrontier(Frontier):
    """Keeps no page but those it has on lease. All that it learns goes to the database, in the order it learns it.

    `room` is called when pages have come that can be handed out.
    """

    def __init__(self, store: CrawlStore, room: Callable[[], None]) -> None:
        super().__init__()
        self.batch = BATCH
        self._store = store
        self._room = room
        self._leased: deque[Page] = deque()
        self._lease: asyncio.Task[None] | None = None
        self._row_ids: dict[Page, int] = {}
        self._topics: dict[int, Topic] = {}  # by their ids in the database
        self._topic_rows: dict[int, int] = {}  # these ids, by the topics'
        self._by_url: dict[str, Topic] = {}
        for row in store.entry.topics:
            self._restore(row)

    def row_id(self, page: Page) -> int:
        """The id of a page in flight in the database."""
        return self._row_ids[page]

    def close(self) -> None:
        """Ask for no more pages."""
        if self._lease is not None:
            self._lease.cancel()

    # what is known, told to the database

    def add_topics(self, found: Iterable[tuple[str, str]]) -> list[Topic]:
        """Add topics; see Frontier."""
        new = super().add_topics(found)
        rows = [(topic.name, topic.url) for topic in new]
        crawl_id = self._store.crawl_id
        self._store.tell(lambda connection: topics.add(connection, crawl_id, rows))
        return new

    def land(
        self,
        landing: Page,
        *,
        number: int | None,
        first: int,
        last: int | None,
        scheme: PageScheme | None,
        elements: str | None,
    ) -> Page | None:
        """Enter what a topic's landing page says; see Frontier."""
        row_id = self._row_ids.pop(landing)
        self._store.tell(
            lambda connection: topics.land(
                connection,
                row_id,
                number=number,
                first=first,
                last=last,
                scheme=scheme,
                pagination=elements,
            )
        )
        page = super().land(
            landing,
            number=number,
            first=first,
            last=None,
            scheme=scheme,
            elements=elements,
        )
        if last is not None:
            super().reach(landing.topic, last)
        if page is not None:
            self._row_ids[page] = row_id
        return page

    def reach(self, topic_id: int, last: int) -> bool:
        """A page shows how far its topic reaches; see Frontier. Of a landing page, `land` has told the database."""
        is_further = super().reach(topic_id, last)
        if is_further:
            row_id = self._topic_rows[topic_id]
            self._store.tell(lambda connection: topics.extend(connection, row_id, last))
        return is_further

    def follow(self, page: Page, url: str) -> bool:
        """`page` links to a next page; see Frontier."""
        is_new = super().follow(page, url)
        guess = self.topics[page.topic].guess
        if is_new and guess is not None and (number := guess.number) is not None:
            row_id = self._topic_rows[page.topic]
            self._store.tell(
                lambda connection: topics.follow(connection, row_id, number, url)
            )
        return is_new

    def end_at(self, page: Page) -> bool:
        """`page` is the last of its topic; see Frontier."""
        is_new = super().end_at(page)
        if is_new and (number := page.number) is not None:
            row_id = self._topic_rows[page.topic]
            self._store.tell(
                lambda connection: topics.end_at(connection, row_id, number)
            )
        return is_new

    def remember(self, topic_id: int, *, first: str | None = None, last: str) -> None:
        """Remember digests of what pages of a topic showed; see Frontier."""
        super().remember(topic_id, first=first, last=last)
        row_id = self._topic_rows[topic_id]
        self._store.tell(lambda c: topics.remember(c, row_id, first=first, last=last))

    def skip_rest(self, topic_id: int) -> None:
        """The pages of a topic that are not handed out yet are not wanted."""
        topic = self.topics[topic_id]
        unwanted = [page for page in self._leased if page.topic == topic_id]
        row_ids = [self._row_ids.pop(page) for page in unwanted]
        self._leased = deque(page for page in self._leased if page.topic != topic_id)
        self._count_waiting(topic, -topic.waiting)
        topic.guess = None
        topic_row = self._topic_rows[topic_id]
        self._store.tell(lambda connection: topics.skip(connection, topic_row))
        owner = self._store.owner
        self._store.tell(
            lambda connection: resume.skip_leased(connection, row_ids, owner)
        )

    # what became of pages; that they are done, StorePipeline has told the database

    def done(self, page: Page, *, seen: int, unique: int, duplicates: int) -> None:
        """`page` is stored; see Frontier."""
        super().done(page, seen=seen, unique=unique, duplicates=duplicates)
        del self._row_ids[page]

    def failed(self, page: Page, *, attempts: int, reason: str) -> FailedPage:
        """`page` could not be had; see Frontier."""
        row_id, owner = self._row_ids.pop(page), self._store.owner
        # First, as it may add a page: the crawl must at no time seem to have none that is open.
        failure = super().failed(page, attempts=attempts, reason=reason)
        self._store.tell(
            lambda connection: pages.failed(
                connection, row_id, attempts=attempts, reason=reason, owner=owner
            )
        )
        return failure

    def absent(self, page: Page, *, attempts: int, reason: str) -> None:
        """The site has no such page; see Frontier."""
        row_id, owner = self._row_ids.pop(page), self._store.owner
        settle = pages.past_end if page.guessed else pages.absent
        self._store.tell(
            lambda connection: settle(
                connection, row_id, attempts=attempts, reason=reason, owner=owner
            )
        )
        super().absent(page, attempts=attempts, reason=reason)

    def close_accounts(self) -> list[FailedPage]:
        """Decide on the absent pages; see Frontier."""
        crawl_id = self._store.crawl_id
        self._store.tell(lambda connection: pages.close_absent(connection, crawl_id))
        return super().close_accounts()

    def failures(self) -> Iterator[FailedPage]:
        """Every page that failed, the index first."""
        yield from (failure for failure in self._failures if not failure.topic)
        crawl_id = self._store.crawl_id
        try:
            rows = self._store.read(lambda c: pages.failures(c, crawl_id))
        except StorageError:
            return  # the database failed, which has been told: it cannot be asked any more
        yield from map(self._failure, rows)

    @property
    def failed_count(self) -> int:
        """The number of pages that failed, the index too."""
        index = sum(1 for failure in self._failures if not failure.topic)
        return index + sum(topic.failed for topic in self.topics)

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

    def _give_up(self, reason: str) -> None:
        self._leased.clear()
        crawl_id = self._store.crawl_id
        self._store.tell(
            lambda connection: resume.fail_waiting(connection, crawl_id, reason)
        )

    # leases

    def _ask_for_more(self) -> None:
        if self._lease is None and self._waiting > len(self._leased):
            self._lease = asyncio.ensure_future(self._lease_more())

    async def _lease_more(self) -> None:
        try:
            leased, found = await self._store.ask(self._lease_in_database)
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
        store = self._store
        leased = leases.lease(
            connection, store.crawl_id, self.batch, store.owner, store.options.lease
        )
        unknown = {page.topic_id for page in leased if not self._can_make(page)}
        return leased, topics.find(connection, unknown) if unknown else []

    def _failure(self, row: FailedRow) -> FailedPage:
        topic = self._topics[row.topic_id]
        url = row.url or topic.page(row.number or 0).url
        return FailedPage(row.topic, row.number, url, row.attempts, row.reason)

    def _can_make(self, page: LeasedPage) -> bool:
        """Whether enough is known of a page's topic."""
        return page.topic_id in self._topics

    def _enter(self, leased: list[LeasedPage], found: list[FoundTopic]) -> None:
        """Enter pages that have come, and topics."""
        for topic in found:
            self._find(topic)
        self._leased.extend(map(self._page_of, leased))

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
        topic.scheme, topic.elements = row.scheme, row.pagination
        topic.is_open = row.first is not None
        topic.ends_at = row.ends_at
        topic.first_shown, topic.last_shown = row.first_shown, row.last_shown
        topic.skipped_one = row.skipped_one
        topic.done, topic.past_end = row.done, row.past_end
        topic.seen, topic.unique, topic.duplicates = row.seen, row.new, row.duplicates
        self._count_waiting(topic, row.pending)
        known = self._store.entry.known[row.id]
        topic.last_number = known.highest or 0
        if known.guess_number is not None and known.guess_url is not None:
            topic.guess = Page(
                topic.id, known.guess_number, known.guess_url, guessed=True
            )
