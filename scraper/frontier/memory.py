"""The frontier: which pages are known, which comes next, and what became of each."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from scraper.frontier.topic import FailedPage, GivenUp, Page, Topic
from scraper.pagination import PageScheme


class Frontier:
    """The pages of all topics, handed out in turn.

    It holds a few numbers a topic, whatever the number of pages: a page is computed when its turn comes. Every page
    that `next_page` hands out is settled exactly once: as `done`, `failed` or `absent`.
    """

    def __init__(self) -> None:
        self.topics: list[Topic] = []
        self._failures: list[FailedPage] = []
        self._given_up: list[GivenUp] = []
        self._ready: deque[Topic] = deque()  # the topics with a page waiting, each once
        self._in_flight: set[Page] = set()
        self._urls: set[str] = set()

    # what is known

    def add_topic(self, name: str, url: str) -> bool:
        """Add a topic; False if one with this URL is known already."""
        if url in self._urls:
            return False
        self._urls.add(url)
        topic = Topic(len(self.topics), name, url)
        self.topics.append(topic)
        self.add_page(topic.id, None, url)
        return True

    def add_listed_topic(self, name: str) -> int:
        """Add a topic of which only listed pages are wanted; returns its place."""
        topic = Topic(len(self.topics), name, "")
        self.topics.append(topic)
        return topic.id

    def add_page(self, topic_id: int, number: int | None, url: str) -> None:
        """Add a page of a topic at its own URL: its landing page (without a number), or one that was listed."""
        topic = self.topics[topic_id]
        with self._made_ready(topic):
            topic.listed.append(Page(topic_id, number, url))

    def number_landing(self, landing: Page, number: int) -> Page:
        """The landing page is page `number`, the first of its topic; returns it so numbered."""
        topic = self.topics[landing.topic]
        topic.next_number = number + 1
        topic.last_number = number
        page = Page(landing.topic, number, landing.url)
        self._in_flight.remove(landing)
        self._in_flight.add(page)
        return page

    def discard_landing(self, landing: Page, first: int) -> None:
        """The landing page repeats a numbered page (the newest, say): all pages from `first` are to come."""
        topic = self._settle(landing)
        topic.next_number = first
        topic.last_number = first - 1

    def reach(self, topic_id: int, last: int, scheme: PageScheme) -> None:
        """A page shows that its topic has pages up to number `last`, at the URLs of `scheme`."""
        topic = self.topics[topic_id]
        topic.scheme = topic.scheme or scheme
        if last <= topic.last_number:
            return
        with self._made_ready(topic):
            topic.last_number = last
            if (
                topic.guess
                and topic.guess.number is not None
                and topic.guess.number <= last
            ):
                topic.guess = None

    def follow(self, page: Page, url: str) -> None:
        """`page` links to a next page at `url`, which no number vouches for."""
        topic = self.topics[page.topic]
        if page.number is None or page.number < topic.last_number:
            return
        with self._made_ready(topic):
            topic.guess = Page(topic.id, page.number + 1, url, guessed=True)

    def end_at(self, page: Page) -> None:
        """`page` says of itself that it is the last of its topic."""
        topic = self.topics[page.topic]
        if page.number is not None:
            topic.ends_at = max(topic.ends_at or 0, page.number)

    # handing out

    def next_page(self) -> Page | None:
        """The next page to fetch, topic after topic in turn; None when nothing is ready now."""
        if not self._ready:
            return None
        topic = self._ready.popleft()
        page = topic.take()
        topic.in_flight += 1
        self._in_flight.add(page)
        if topic.waiting:
            self._ready.append(topic)
        return page

    # settling

    def done(self, page: Page, *, seen: int, unique: int, duplicates: int) -> None:
        """`page` is stored: it showed `seen` articles, of which `unique` were new and `duplicates` were not."""
        topic = self._settle(page)
        topic.done += 1
        topic.seen += seen
        topic.unique += unique
        topic.duplicates += duplicates
        topic.skipped_one = False
        if page.number is not None:
            topic.sizes.add(page.number, seen)

    def failed(self, page: Page, *, attempts: int, reason: str) -> FailedPage:
        """`page` could not be had. After a guessed page the topic goes on at the next one, if its URL is known."""
        topic = self._settle(page)
        topic.failed += 1
        failure = FailedPage(topic.name, page.number, page.url, attempts, reason)
        self._failures.append(failure)
        if (
            page.guessed
            and page.number is not None
            and topic.scheme
            and not topic.skipped_one
        ):
            topic.skipped_one = True
            self.follow(page, topic.scheme.url(page.number + 1))
        return failure

    def absent(self, page: Page, *, attempts: int, reason: str) -> None:
        """The site has no such page. `close_accounts` decides whether the topic ended before it."""
        topic = self._settle(page)
        if page.guessed:
            topic.past_end += 1
        else:
            topic.absent.append(
                FailedPage(topic.name, page.number, page.url, attempts, reason)
            )

    def close_accounts(self) -> list[FailedPage]:
        """Decide on the absent pages, when nothing else is left; returns those that are lost.

        An absent page is past the end of its topic when a page before it said of itself that it is the last.
        """
        lost: list[FailedPage] = []
        for topic in self.topics:
            for page in topic.absent:
                if (
                    topic.ends_at is not None
                    and page.number is not None
                    and page.number > topic.ends_at
                ):
                    topic.past_end += 1
                else:
                    topic.failed += 1
                    lost.append(page)
            topic.absent.clear()
        self._failures.extend(lost)
        return lost

    def give_up(self, reason: str) -> int:
        """Fail all pages that wait to be handed out; returns their number."""
        lost = 0
        for topic in self._ready:
            lost += topic.waiting
            topic.failed += topic.waiting
            self._given_up.extend(
                GivenUp(topic, numbers, reason) for numbers in topic.drain()
            )
        self._ready.clear()
        return lost

    def failures(self) -> Iterator[FailedPage]:
        """Every page that failed, and why."""
        yield from self._failures
        for given_up in self._given_up:
            yield from given_up.pages()

    @property
    def failed_count(self) -> int:
        """The number of pages that failed, the index too."""
        return len(self._failures) + sum(
            len(given_up.numbers) for given_up in self._given_up
        )

    def index_failed(self, url: str, *, attempts: int, reason: str) -> None:
        """The index could not be had."""
        self._failures.append(FailedPage("", None, url, attempts, reason))

    def is_in_flight(self, page: Page) -> bool:
        """Whether `page` was handed out and is not settled yet."""
        return page in self._in_flight

    @property
    def in_flight(self) -> frozenset[Page]:
        """The pages handed out and not settled yet."""
        return frozenset(self._in_flight)

    @property
    def finished(self) -> bool:
        """Whether every known page is settled."""
        return not self._ready and not self._in_flight

    def _settle(self, page: Page) -> Topic:
        self._in_flight.remove(page)
        topic = self.topics[page.topic]
        topic.in_flight -= 1
        return topic

    @contextmanager
    def _made_ready(self, topic: Topic) -> Iterator[None]:
        """Line `topic` up for its turn if the block gives it its first waiting page."""
        was_waiting = topic.waiting > 0
        yield
        if topic.waiting and not was_waiting:
            self._ready.append(topic)
