"""The frontier: which pages are known, which comes next, and what became of each."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from scraper.pagination import PageScheme


@dataclass(frozen=True, slots=True)
class Page:
    """One page to fetch: of which topic (its place in the frontier), its number on the site, and its URL.

    A topic's landing page has no number until it is read. No number of the site vouches for a `guessed` page, only a
    "next" link leads there: when it turns out not to exist, the topic has simply ended.
    """

    topic: int
    number: int | None
    url: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class FailedPage:
    """A page that could not be had, and why. `attempts` counts the requests made for it."""

    topic: str
    number: int | None
    url: str
    attempts: int
    reason: str


@dataclass(slots=True)
class Topic:
    """One topic: its address, how its pages are numbered and how far they reach, and its account.

    Waiting are the landing page (until handed out), the numbers from `next_number` to `last_number`, and the guess.
    """

    id: int
    name: str
    url: str
    landing: Page | None = None
    scheme: PageScheme | None = None
    next_number: int = 0
    last_number: int = -1
    guess: Page | None = None
    ends_at: int | None = None
    skipped_one: bool = False
    absent: list[FailedPage] = field(default_factory=list)

    in_flight: int = 0
    done: int = 0
    failed: int = 0
    past_end: int = 0
    seen: int = 0
    unique: int = 0
    duplicates: int = 0

    @property
    def waiting(self) -> int:
        """The number of pages known and not handed out yet."""
        numbered = max(0, self.last_number - self.next_number + 1)
        return (self.landing is not None) + numbered + (self.guess is not None)

    @property
    def open(self) -> int:
        """The number of pages known and not settled yet."""
        return self.waiting + self.in_flight

    @property
    def expected(self) -> int:
        """The number of pages this topic is known to have."""
        return self.done + self.failed + len(self.absent) + self.open

    def take(self) -> Page:
        """The next page of this topic, which must have one waiting."""
        if page := self.landing:
            self.landing = None
            return page
        if self.next_number <= self.last_number:
            assert (
                self.scheme is not None
            )  # numbers are only learned together with their scheme
            number = self.next_number
            self.next_number += 1
            return Page(self.id, number, self.scheme.url(number))
        page = self.guess
        assert page is not None
        assert page.number is not None
        self.guess = None
        self.last_number = page.number
        self.next_number = page.number + 1
        return page


class Frontier:
    """The pages of all topics, handed out in turn.

    It holds a few numbers a topic, whatever the number of pages: a page is computed when its turn comes. Every page
    that `next_page` hands out is settled exactly once: as `done`, `failed` or `absent`.
    """

    def __init__(self) -> None:
        self.topics: list[Topic] = []
        self.failures: list[FailedPage] = []
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
        topic.landing = Page(topic.id, None, url)
        self.topics.append(topic)
        self._ready.append(topic)
        return True

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

    def failed(self, page: Page, *, attempts: int, reason: str) -> FailedPage:
        """`page` could not be had. After a guessed page the topic goes on at the next one, if its URL is known."""
        topic = self._settle(page)
        topic.failed += 1
        failure = FailedPage(topic.name, page.number, page.url, attempts, reason)
        self.failures.append(failure)
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
        self.failures.extend(lost)
        return lost

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
