"""Pages and topics as the frontier knows them."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scraper.frontier.sizes import PageSizes
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

    Waiting are the `listed` pages (the landing page, above all), the numbers from `next_number` to `last_number`, and
    the guess.
    """

    id: int
    name: str
    url: str
    listed: deque[Page] = field(default_factory=deque)
    scheme: PageScheme | None = None
    next_number: int = 0
    last_number: int = -1
    guess: Page | None = None
    ends_at: int | None = None
    skipped_one: bool = False
    absent: list[FailedPage] = field(default_factory=list)
    sizes: PageSizes = field(default_factory=PageSizes)

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
        return len(self.listed) + numbered + (self.guess is not None)

    @property
    def open(self) -> int:
        """The number of pages known and not settled yet."""
        return self.waiting + self.in_flight

    @property
    def expected(self) -> int:
        """The number of pages this topic is known to have."""
        return self.done + self.failed + len(self.absent) + self.open

    @property
    def short(self) -> list[int]:
        """The numbers of the pages that show fewer articles than the others, the last page aside."""
        return self.sizes.short(self.ends_at or self.last_number)

    def page(self, number: int) -> Page:
        """Page `number`."""
        assert self.scheme is not None  # numbers are only learned with their scheme
        return Page(self.id, number, self.scheme.url(number))

    def take(self) -> Page:
        """The next page of this topic, which must have one waiting."""
        if self.listed:
            return self.listed.popleft()
        if self.next_number <= self.last_number:
            self.next_number += 1
            return self.page(self.next_number - 1)
        page = self.guess
        assert page is not None
        assert page.number is not None
        self.guess = None
        self.last_number = page.number
        self.next_number = page.number + 1
        return page

    def drain(self) -> list[Sequence[Page | int]]:
        """Take all waiting pages at once, as they are or by their numbers."""
        single = [*self.listed, *([self.guess] if self.guess else [])]
        numbers = range(self.next_number, self.last_number + 1)
        self.listed.clear()
        self.guess = None
        self.next_number = self.last_number + 1
        return [single, numbers]


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Pages of a topic that were not even tried; those that a number stands for are made when they are asked for."""

    topic: Topic
    numbers: Sequence[Page | int]
    reason: str

    def pages(self) -> Iterator[FailedPage]:
        """The pages as failed pages."""
        for each in self.numbers:
            page = each if isinstance(each, Page) else self.topic.page(each)
            yield FailedPage(self.topic.name, page.number, page.url, 0, self.reason)
