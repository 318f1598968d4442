"""The frontier: which pages are known, and what became of each."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from scraper.frontier.topic import FailedPage, Page, Topic
from scraper.pagination import IndexPage, Opening


class Frontier(ABC):
    """The pages of all topics, handed out in turn.

    It holds a few numbers a topic, whatever the number of pages, and one for each "next" link that was followed. Every
    page that `next_page` hands out is settled exactly once: as `done`, `failed` or `absent`. Subclasses keep the pages
    that wait.
    """

    index_error = ""
    """Why nobody could have the index, or not all of it; "" if that is not so."""
    index_left: IndexPage | None = None
    """The page of the index that this process is to go on at, where the topics of those before it are known."""
    only_finishes = False
    """Whether this process is not to fetch anything, but to finish what other workers have done."""
    waits_for_others = False
    """Whether all that is left is in other workers' hands."""

    def __init__(self) -> None:
        self.topics: list[Topic] = []
        self._waiting = 0
        self._in_flight: set[Page] = set()
        self._failures: list[tuple[int | None, FailedPage]] = []  # with their topics
        self._urls: set[str] = set()

    # what is known

    async def sees_end(self) -> bool:
        """Whether nothing is left to do in the crawl, for whomever."""
        return self.finished

    def close(self) -> None:  # noqa: B027 - most take none
        """Take no more pages from elsewhere."""

    async def needs_index(self) -> bool:
        """Whether this process has to read the index: not where its topics are known, of an unfinished crawl say."""
        return not self.topics or self.index_left is not None

    def take_index_left(self) -> IndexPage | None:
        """The page of the index that is left, which is to be read now; None if none is."""
        page, self.index_left = self.index_left, None
        return page

    def add_topics(
        self,
        found: Iterable[tuple[str, str]],
        following: IndexPage | None = None,  # noqa: ARG002 (for who keeps it)
    ) -> list[Topic]:
        """Add topics, each a name and the URL of its landing page; returns those whose URL was not known.

        They are those of a page of the index, and `following` is the one after it.
        """
        new = []
        for name, url in found:
            if url not in self._urls:
                self._urls.add(url)
                topic = self._add_topic(name, url)
                self._add_page(Page(topic.id, None, url))
                new.append(topic)
        return new

    def land(self, landing: Page, opening: Opening) -> Page | None:
        """Enter what a topic's landing page says; returns the page with its number, None if it does not count."""
        topic = self.topics[landing.topic]
        topic.read_as(opening.scheme, opening.elements)
        page = None
        if opening.number is None:
            self._settle(landing)
            topic.last_number = opening.first - 1
        else:
            page = Page(landing.topic, opening.number, landing.url)
            self._in_flight.remove(landing)
            self._in_flight.add(page)
            topic.last_number = opening.number
        if opening.last is not None:
            self._extend(topic, opening.last)
        return page

    def reach(self, topic_id: int, last: int) -> bool:
        """A page shows that its topic has pages up to number `last`; False if that is known."""
        return self._extend(self.topics[topic_id], last)

    def _extend(self, topic: Topic, last: int) -> bool:
        if last <= topic.last_number:
            return False
        if topic.guess is not None:
            self._count_waiting(topic, -1)
            self._drop_guess(topic)
            topic.guess = None
        start, topic.last_number = topic.last_number + 1, last
        self._count_waiting(topic, last - start + 1)
        self._keep_numbers(topic, start, last)
        return True

    def follow(self, page: Page, url: str) -> bool:
        """`page` links to a next page at `url`, which no number vouches for; False if it is known."""
        topic = self.topics[page.topic]
        if page.number is None or page.number < topic.last_number or topic.guess:
            return False
        if not topic.leads_on(url):
            return False
        topic.guess = Page(topic.id, page.number + 1, url, guessed=True)
        self._add_page(topic.guess)
        return True

    def end_at(self, page: Page) -> bool:
        """`page` says of itself that it is the last of its topic; False if that is known."""
        topic = self.topics[page.topic]
        if page.number is None or page.number <= (topic.ends_at or 0):
            return False
        topic.ends_at = page.number
        return True

    def remember(self, topic_id: int, *, first: str | None = None, last: str) -> None:
        """Remember digests of what pages of a topic showed: the `first` page, and the `last` one."""
        topic = self.topics[topic_id]
        topic.first_shown, topic.last_shown = first or topic.first_shown, last

    # handing out

    def next_page(self) -> Page | None:
        """The next page to fetch, topic after topic in turn; None when nothing is ready now."""
        page = self._take()
        if page is None:
            return None
        topic = self.topics[page.topic]
        if page.guessed and page.number is not None:
            if topic.guess is not None and topic.guess.number == page.number:
                topic.guess = None
            topic.last_number = max(topic.last_number, page.number)
        self._count_waiting(topic, -1)
        topic.in_flight += 1
        self._in_flight.add(page)
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
        self._failures.append((topic.id, failure))
        goes_on = page.guessed and topic.scheme and not topic.skipped_one
        if goes_on and topic.scheme and page.number is not None:
            topic.skipped_one = True
            self.follow(page, topic.scheme.url(page.number + 1))
        return failure

    def absent(self, page: Page, *, attempts: int, reason: str) -> None:
        """The site has no such page. `close_accounts` decides whether the topic ended before it."""
        topic = self._settle(page)
        if page.guessed:
            topic.past_end += 1
        else:
            lost = FailedPage(topic.name, page.number, page.url, attempts, reason)
            topic.absent.append(lost)

    def index_failed(self, url: str, *, attempts: int, reason: str) -> None:
        """The index could not be had, or the page of it at `url`."""
        failure = FailedPage("", None, url, attempts, reason)
        self._failures.append((None, failure))

    def close_accounts(self) -> list[FailedPage]:
        """Decide on the absent pages, when nothing else is left; returns those that are lost.

        An absent page is past the end of its topic when a page before it said of itself that it is the last.
        """
        lost: list[FailedPage] = []
        for topic in self.topics:
            for page in topic.absent:
                if (page.number or 0) > (topic.ends_at or page.number or 0):
                    topic.past_end += 1
                else:
                    topic.failed += 1
                    lost.append(page)
                    self._failures.append((topic.id, page))
            topic.absent.clear()
        return lost

    def give_up(self, reason: str) -> int:
        """Fail all pages that wait to be handed out; returns their number."""
        lost = self._waiting
        self._give_up(reason)
        for topic in self.topics:
            topic.failed += topic.waiting
            topic.waiting = 0
            topic.guess = None
        self._waiting = 0
        return lost

    # what became of them

    def failures(self, limit: int | None = None) -> Iterator[FailedPage]:
        """Every page that failed, and why; the first `limit` of them."""
        return islice(self._known_failures(limit), limit)

    @property
    def failed_count(self) -> int:
        """The number of pages that failed, the index too."""
        return len(self._failures)

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
        return not self._waiting and not self._in_flight

    # for subclasses

    @abstractmethod
    def _take(self) -> Page | None:
        """The page whose turn it is; None when there is none now."""

    @abstractmethod
    def _keep(self, page: Page) -> None:
        """Keep a page at its own URL until its turn comes."""

    @abstractmethod
    def _keep_numbers(self, topic: Topic, start: int, last: int) -> None:
        """Keep the pages `start` to `last` of a topic until their turns come."""

    @abstractmethod
    def _drop_guess(self, topic: Topic) -> None:
        """Forget the guess of a topic: a number stands for it now."""

    @abstractmethod
    def _give_up(self, reason: str) -> None:
        """Let go of all pages that are kept; they count as failed for `reason`."""

    def _known_failures(self, limit: int | None) -> Iterator[FailedPage]:
        """The pages that failed, `limit` of them at least."""
        for topic_id, failure in self._failures[:limit]:
            topic = None if topic_id is None else self.topics[topic_id]
            is_last = topic is not None and topic.is_last(failure.number)
            yield replace(failure, is_last=is_last)

    def _add_topic(self, name: str, url: str) -> Topic:
        topic = Topic(len(self.topics), name, url)
        self.topics.append(topic)
        return topic

    def _add_page(self, page: Page) -> None:
        self._count_waiting(self.topics[page.topic], 1)
        self._keep(page)

    def _count_waiting(self, topic: Topic, more: int) -> None:
        topic.waiting += more
        self._waiting += more

    def _settle(self, page: Page) -> Topic:
        self._in_flight.remove(page)
        topic = self.topics[page.topic]
        topic.in_flight -= 1
        return topic
