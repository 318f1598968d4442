"""A frontier that keeps the crawl database true to what it learns, and to what becomes of pages."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress

from sqlalchemy import Connection

from scraper.frontier.leasing import LeasingFrontier
from scraper.frontier.sizes import KEPT, PageSizes
from scraper.frontier.topic import FailedPage, Page, Topic
from scraper.pagination import IndexPage, Opening
from scraper.storage import StorageError, pages, resume, sizes, topics, turns
from scraper.storage.pages import FailedRow


class StoredFrontier(LeasingFrontier):
    """All that it learns goes to the database, in the order it learns it."""

    # what is known, told to the database

    def add_topics(
        self, found: Iterable[tuple[str, str]], following: IndexPage | None = None
    ) -> list[Topic]:
        """Add topics, and where the index goes on, at once; see Frontier."""
        new = super().add_topics(found)
        rows = [(topic.name, topic.url) for topic in new]
        crawl_id, owner = self.store.crawl_id, self.store.owner

        def add(connection: Connection) -> None:
            topics.add(connection, crawl_id, rows)
            turns.index_goes_on(connection, crawl_id, owner, following)

        self.store.tell(add)
        return new

    def land(self, landing: Page, opening: Opening) -> Page | None:
        """Enter what a topic's landing page says; see Frontier."""
        row_id = self._row_ids.pop(landing)
        self.store.tell(topics.land, row_id, opening)
        page = super().land(landing, opening)
        if page is not None:
            self._row_ids[page] = row_id
        return page

    def reach(self, topic_id: int, last: int) -> bool:
        """A page shows how far its topic reaches; see Frontier. For a landing page `land` does this."""
        is_further = super().reach(topic_id, last)
        if is_further:
            self.store.tell(topics.extend, self._topic_rows[topic_id], last)
        return is_further

    def follow(self, page: Page, url: str) -> bool:
        """`page` links to a next page; see Frontier."""
        is_new = super().follow(page, url)
        guess = self.topics[page.topic].guess
        if is_new and guess is not None and (number := guess.number) is not None:
            self.store.tell(topics.follow, self._topic_rows[page.topic], number, url)
        return is_new

    def end_at(self, page: Page) -> bool:
        """`page` is the last of its topic; see Frontier."""
        is_new = super().end_at(page)
        if is_new and (number := page.number) is not None:
            self.store.tell(topics.end_at, self._topic_rows[page.topic], number)
        return is_new

    def remember(self, topic_id: int, *, first: str | None = None, last: str) -> None:
        """Remember digests of what pages of a topic showed; see Frontier."""
        super().remember(topic_id, first=first, last=last)
        row_id = self._topic_rows[topic_id]
        self.store.tell(topics.remember, row_id, first=first, last=last)

    async def skip_rest(self, topic_id: int) -> None:
        """The pages of a topic that are not handed out yet are not wanted, but for those being leased just now.

        Raises:
            StorageError: the database failed.
        """
        topic = self.topics[topic_id]
        unwanted = [page for page in self._leased if page.topic == topic_id]
        row_ids = [self._row_ids.pop(page) for page in unwanted]
        self._leased = deque(page for page in self._leased if page.topic != topic_id)
        topic.guess = None
        topic_row, owner = self._topic_rows[topic_id], self.store.owner

        def skip(connection: Connection) -> int:
            resume.skip_leased(connection, row_ids, owner)
            return topics.skip(connection, topic_row)

        skipped = await self.store.ask(skip)
        self._count_waiting(topic, -(len(unwanted) + skipped))

    # what became of pages; that they are done, StorePipeline has told the database

    def done(self, page: Page, *, seen: int, unique: int, duplicates: int) -> None:
        """`page` is stored; see Frontier."""
        super().done(page, seen=seen, unique=unique, duplicates=duplicates)
        del self._row_ids[page]

    def failed(self, page: Page, *, attempts: int, reason: str) -> FailedPage:
        """`page` could not be had; see Frontier."""
        row_id, owner = self._row_ids.pop(page), self.store.owner
        # First, as it may add a page: the crawl must at no time seem to have none that is open.
        failure = super().failed(page, attempts=attempts, reason=reason)
        self.store.tell(
            pages.failed, row_id, attempts=attempts, reason=reason, owner=owner
        )
        return failure

    def absent(self, page: Page, *, attempts: int, reason: str) -> None:
        """The site has no such page; see Frontier."""
        row_id, owner = self._row_ids.pop(page), self.store.owner
        settle = pages.past_end if page.guessed else pages.absent
        self.store.tell(settle, row_id, attempts=attempts, reason=reason, owner=owner)
        super().absent(page, attempts=attempts, reason=reason)

    def close_accounts(self) -> list[FailedPage]:
        """Decide on the absent pages; see Frontier."""
        self.store.tell(pages.close_absent, self.store.crawl_id)
        if self.store.begun.resumed:
            with suppress(StorageError):  # it has been told: the sizes are this run's
                self._take_sizes()
        return super().close_accounts()

    def _take_sizes(self) -> None:
        """Take the sizes of all pages of the crawl for those that this process has seen."""
        crawl_id = self.store.crawl_id
        rows = self.store.read(lambda c: list(sizes.read(c, crawl_id, KEPT)))
        for topic in self.topics:
            topic.sizes = PageSizes()
        for row in rows:
            its = self._topics[row.topic_id].sizes
            its.add_all(row.articles, row.pages, row.numbers)

    @property
    def failed_count(self) -> int:
        """The number of pages that failed, the index too."""
        index = sum(1 for topic_id, _ in self._failures if topic_id is None)
        return index + sum(topic.failed for topic in self.topics)

    # for Frontier

    def _known_failures(self, limit: int | None) -> Iterator[FailedPage]:
        """The pages that failed, the index first."""
        told = set()
        for failure in (each for topic_id, each in self._failures if topic_id is None):
            told.add(failure.url)
            yield failure
        try:
            rows = self.store.read(pages.failures, self.store.crawl_id, limit)
        except StorageError:
            return  # the database failed, which has been told: it cannot be asked any more
        for failure in map(self._failure, rows):
            told.add(failure.url)
            yield failure
        if self.store.options.shared:
            return  # what another worker made of a page in the end, the database knows
        # To the database a page is done that failed when it was stored, in a pipeline behind StorePipeline.
        for failure in super()._known_failures(limit):
            if failure.url not in told:
                yield failure

    def _give_up(self, reason: str) -> None:
        self._leased.clear()
        self.store.tell(resume.fail_waiting, self.store.crawl_id, reason)

    def _failure(self, row: FailedRow) -> FailedPage:
        # Of a topic that this process knows nothing of only the landing page can have failed, which has its own URL.
        url = row.url or self._topics[row.topic_id].page(row.number or 0).url
        return FailedPage(
            row.topic, row.number, url, row.attempts, row.reason, row.is_last
        )
