"""Pages and topics as the frontier knows them."""

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
    """A page that could not be had, and why. `attempts` counts the requests made for it.

    Behind one that `is_last` its topic is not known: what it shows may lead on.
    """

    topic: str
    number: int | None
    url: str
    attempts: int
    reason: str
    is_last: bool = False


@dataclass(slots=True)
class Topic:
    """One topic: how its pages are numbered, how far they reach, and its account.

    `is_open` says whether its landing page has been read. `waiting` counts the pages known and not handed out yet,
    `last_number` is the highest number known, `guess` a page that waits after it. `first_shown`
    and `last_shown` are digests of what its first page showed, and the last one that was remembered.
    Of one that `is_partial` only pages that were listed are wanted, whatever lies behind them. `followed` has the
    hashes of the "next" links' URLs.
    """

    id: int
    name: str
    url: str
    is_open: bool = False
    is_partial: bool = False
    scheme: PageScheme | None = None
    elements: str | None = None
    last_number: int = 0
    guess: Page | None = None
    ends_at: int | None = None
    skipped_one: bool = False
    first_shown: str | None = None
    last_shown: str | None = None
    absent: list[FailedPage] = field(default_factory=list)
    sizes: PageSizes = field(default_factory=PageSizes)
    followed: set[int] = field(default_factory=set)

    waiting: int = 0
    in_flight: int = 0
    done: int = 0
    failed: int = 0
    past_end: int = 0
    seen: int = 0
    unique: int = 0
    duplicates: int = 0

    @property
    def opens_at_first(self) -> bool:
        """Whether its landing page is its first page, and not its newest one, of another number."""
        return self.first_shown is not None

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

    def read_as(self, scheme: PageScheme | None, elements: str | None) -> None:
        """Its landing page was read: its pages are at the URLs of `scheme`, and `elements` selects their page links."""
        self.is_open, self.scheme, self.elements = True, scheme, elements

    def leads_on(self, url: str) -> bool:
        """Whether `url` was not the next page of one of its pages before: some topics lead in a circle at the end."""
        size = len(self.followed)
        self.followed.add(hash(url))
        return len(self.followed) > size

    def is_last(self, number: int | None) -> bool:
        """Whether no page behind that number is known."""
        if self.is_partial or number is None:
            return False
        return number >= self.last_number

    def page(self, number: int) -> Page:
        """Page `number`."""
        assert self.scheme is not None  # numbers are only learned with their scheme
        return Page(self.id, number, self.scheme.url(number))
