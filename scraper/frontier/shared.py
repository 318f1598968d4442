"""A frontier that several workers share: each leases pages, and any of them learns what there is."""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection

from scraper.crawl_store import CrawlStore
from scraper.frontier.stored import StoredFrontier
from scraper.frontier.topic import FailedPage, Page, Topic
from scraper.pagination import IndexPage
from scraper.politeness.backoff import Backoff
from scraper.storage import StorageError, pages, resume, topics, turns
from scraper.storage.leases import LeasedPage
from scraper.storage.topics import FoundTopic, TopicRow
from scraper.storage.turns import Index
from scraper.storage.workers import Role

POLL = Backoff(base=0.1, cap=1.25)
"""Between two looks, when all that is left is in other workers' hands: soon at first, then every second or so."""


logger = logging.getLogger(__name__)


class _Look(NamedTuple):
    """What the database had: pages, topics of theirs, where the index goes on; and whether the crawl goes on."""

    leased: list[LeasedPage]
    found: list[FoundTopic]
    index_left: IndexPage | None
    is_open: bool


class SharedFrontier(StoredFrontier):
    """A StoredFrontier of which this worker knows a part: its topics may reach further by now, or have ended.

    So it asks the database for pages until none is open any more, whoever has it; it
    tells what it learns, and leaves to the database whether that is new. Topics are
    entered when a page of theirs comes. Their counts are those of this worker, until
    `count` puts the whole crawl's in their place.
    """

    def __init__(self, store: CrawlStore, room: Callable[[], None]) -> None:
        super().__init__(store, room)
        self._ended = False
        self._others_go_on = False
        self._news = asyncio.Event()
        self._looks_in_vain = 0
        self._reads_index = False
        self.only_finishes = store.options.role is Role.FLEET

    async def sees_end(self) -> bool:
        """Whether nothing is left to do in the crawl; see Frontier."""
        self._ended = not await self.store.ask(self.store.is_open)
        if self.store.read(self.store.index_next) is None:
            self.index_error = self._read_index_error()
        return self._ended

    # the index

    async def needs_index(self) -> bool:
        """Wait until it is clear what is to be done about the index: this worker is to read it, or another one has."""
        looks = 0
        try:
            while (turn := await self.store.ask(self.store.take_index)) is Index.TAKEN:
                self.waits_for_others = True
                looks += 1
                await asyncio.sleep(_pause(looks))
            if turn is Index.MINE:
                self._reads_index = True
                self.index_left = await self.store.ask(self.store.index_next)
        except StorageError:
            return False  # the store has told of it, and the crawl closes
        self.waits_for_others = False
        if turn is Index.FAILED:
            self.index_error = self._read_index_error()
        return turn is Index.MINE

    def add_topics(
        self, found: Iterable[tuple[str, str]], following: IndexPage | None = None
    ) -> list[Topic]:
        """Add topics, and where the index goes on, at once; see Frontier."""
        self._reads_index = following is not None
        return super().add_topics(found, following)

    def _read_index_error(self) -> str:
        return self.store.read(turns.index_error, self.store.crawl_id) or ""

    def index_failed(self, url: str, *, attempts: int, reason: str) -> None:
        """The index could not be had: all workers are to know."""
        self._reads_index = False
        super().index_failed(url, attempts=attempts, reason=reason)
        owner = self.store.owner
        self.store.tell(turns.index_failed, self.store.crawl_id, owner, reason)

    # what is known

    def follow(self, page: Page, url: str) -> bool:
        """`page` links to a next page; the database knows whether that is new. See Frontier."""
        topic = self.topics[page.topic]
        if page.number is None or page.number < topic.last_number:
            return False
        if not topic.leads_on(url):
            return False
        # After a page that failed, not for ever: see `failed`.
        follow = topics.skip_over if topic.skipped_one else topics.follow
        self.store.tell(follow, self._topic_rows[topic.id], page.number + 1, url)
        self._news.set()
        return True

    def failed(self, page: Page, *, attempts: int, reason: str) -> FailedPage:
        """`page` could not be had; after a guessed one the database knows whether to go on. See Frontier."""
        topic = self.topics[page.topic]
        topic.skipped_one = False
        failure = super().failed(page, attempts=attempts, reason=reason)
        topic.skipped_one = False
        return failure

    # what became of pages

    @property
    def finished(self) -> bool:
        """Whether every page of the crawl is settled, by whomever."""
        return self._ended and not self._in_flight

    def close_accounts(self) -> list[FailedPage]:
        """Decide on the absent pages if all else is settled, and take the whole crawl's counts; see Frontier."""
        crawl_id, lost = self.store.crawl_id, []
        try:
            if self.finished and not self._others_go_on:
                lost = self.store.settle(pages.close_absent, crawl_id)
            self.count(self.store.read(topics.load, crawl_id))
            self._take_sizes()
            index_lost = self._index_lost_elsewhere()
        except StorageError:
            return []  # the database failed, which has been told: the counts are this worker's
        return index_lost + [self._failure(row) for row in lost]

    def _index_lost_elsewhere(self) -> list[FailedPage]:
        """The page of the index that another worker could not have, which this one has not heard of."""
        is_known = any(topic_id is None for topic_id, _ in self._failures)
        page = self.store.read(self.store.index_next)
        if is_known or page is None or not (reason := self._read_index_error()):
            return []
        failure = FailedPage("", None, page.url, 0, reason)
        self._failures.append((None, failure))
        return [failure]

    def count(self, rows: Iterable[TopicRow]) -> None:
        """Take the counts of the whole crawl for those of its topics."""
        for row in rows:
            self._find(row)
            topic = self._topics[row.id]
            is_open = row.pending + row.leased + row.absent
            topic.waiting = max(0, is_open - topic.in_flight)
            topic.done, topic.failed, topic.past_end = (
                row.done,
                row.failed,
                row.past_end,
            )
            topic.seen, topic.unique = row.seen, row.new
            topic.duplicates = row.duplicates
            topic.absent.clear()

    def put_back(self) -> None:
        """Leave what this worker has not begun with to the others."""
        row_ids = [self._row_ids.pop(page) for page in self._leased]
        self._leased.clear()
        if row_ids:
            self.store.tell(resume.put_back, row_ids, self.store.owner)

    def give_up(self, reason: str) -> int:
        """Leave the pages that wait to the other workers, which may have more luck; the last one fails them.

        Returns the number of those that it failed.
        """
        self.put_back()
        self._ended = True
        try:
            lost = self.store.give_up(reason)
        except StorageError:
            return 0  # the pages are left, for when the database is back
        self._others_go_on = lost is None
        if self._others_go_on:
            logger.info("Other workers go on with the pages that are left")
        return lost or 0

    # for Frontier and StoredFrontier

    def _take(self) -> Page | None:
        if len(self._leased) <= self.batch // 2 and not self._ended:
            self._ask_for_more()
        return self._leased.popleft() if self._leased else None

    def _ask_for_more(self) -> None:
        if self._lease is None:
            self._lease = asyncio.ensure_future(self._lease_or_wait())

    async def _lease_or_wait(self) -> None:
        """Lease pages; where there are none now, wait until there is news."""
        try:
            self._news.clear()
            look = self._look if self._reads_index else self._look_for_index_too
            leased, found, index_left, is_open = await self.store.ask(look)
            self._enter(leased, found)
            if index_left is not None:
                self._reads_index, self.index_left = True, index_left
            self._ended = not is_open
            is_in_vain = not leased and index_left is None
            self.waits_for_others = is_open and is_in_vain and not self._in_flight
            self._looks_in_vain = self._looks_in_vain + 1 if is_in_vain else 0
            if is_open and is_in_vain:
                with suppress(TimeoutError):
                    pause = _pause(self._looks_in_vain)
                    await asyncio.wait_for(self._news.wait(), pause)
        except StorageError:
            return  # the store has told of it, and the crawl closes
        finally:
            self._lease = None
        self._room()

    def _look(self, connection: Connection) -> _Look:
        """Lease pages; when there are none, those of workers that died."""
        leased, found = self._lease_in_database(connection)
        if not leased and self.store.release_dead(connection):
            leased, found = self._lease_in_database(connection)
        crawl_id = self.store.crawl_id
        is_open = bool(leased) or turns.is_open(connection, crawl_id)
        return _Look(leased, found, None, is_open)

    def _look_for_index_too(self, connection: Connection) -> _Look:
        """Lease pages; when there are none, take over the index from a reader that died."""
        look = self._look(connection)
        if look.leased or self.store.take_index(connection) is not Index.MINE:
            return look
        return look._replace(index_left=self.store.index_next(connection))

    def _can_make(self, page: LeasedPage) -> bool:
        topic = self._topics.get(page.topic_id)
        if topic is None:
            return False
        # Before a guessed page another worker had the one that tells whether it is the same again.
        return page.number is None or (topic.is_open and not page.guessed)

    def _find(self, row: FoundTopic) -> None:
        """Enter what the database knows of a topic."""
        if row.id not in self._topics:
            topic = self._by_url.get(row.url) or self._add_topic(row.name, row.url)
            self._urls.add(row.url)
            self._topics[row.id] = topic
            self._topic_rows[topic.id] = row.id
        topic = self._topics[row.id]
        topic.last_number = max(topic.last_number, row.last or 0)
        if row.first is not None:
            topic.read_as(row.scheme, row.pagination)
            topic.ends_at = row.ends_at
            topic.first_shown, topic.last_shown = row.first_shown, row.last_shown

    def _keep(self, page: Page) -> None:
        super()._keep(page)
        self._news.set()

    def _keep_numbers(self, topic: Topic, start: int, last: int) -> None:
        super()._keep_numbers(topic, start, last)
        self._news.set()

    def _settle(self, page: Page) -> Topic:
        topic = super()._settle(page)
        if not self._in_flight:
            self._news.set()  # it may have been the last of the crawl
        return topic

    def _count_waiting(self, topic: Topic, more: int) -> None:
        """Only the database knows how many wait."""


def _pause(look: int) -> float:
    """Seconds after the `look`-th look in vain; not the same for all workers, so that they do not ask all at once."""
    return POLL.wait(look, random.uniform(0.6, 1))  # noqa: S311 (jitter)
