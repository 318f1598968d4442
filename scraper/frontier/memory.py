"""A frontier in memory: a few numbers a topic, whatever the number of pages."""

from collections import deque
from collections.abc import Iterator, Sequence

from scraper.frontier.base import Frontier
from scraper.frontier.topic import FailedPage, Page, Topic
from scraper.pagination import PageScheme


class MemoryFrontier(Frontier):
    """Keeps the waiting pages of a topic as ranges of numbers: a page is computed when its turn comes."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[int, deque[Page | range]] = {}
        self._turns: deque[int] = deque()  # the topics with pages kept, each once
        self._given_up: list[tuple[Topic, Sequence[Page | range], str]] = []

    def add_listed_topic(self, name: str) -> int:
        """Add a topic of which only listed pages are wanted; returns its place."""
        topic = self._add_topic(name, "")
        topic.is_partial = True
        return topic.id

    def add_listed_page(self, topic_id: int, number: int, url: str) -> None:
        """Add a page of a topic at its own URL."""
        self._add_page(Page(topic_id, number, url))

    def add_listed_last(self, name: str, number: int, url: str) -> Page:
        """Add a listed page and what it may lead on to; it is a topic of its own, as several may have one name."""
        page = Page(self._add_topic(name, url).id, number, url)
        self._add_page(page)
        return page

    def open_listed(
        self, page: Page, scheme: PageScheme | None, elements: str | None
    ) -> None:
        """Let the topic of `add_listed_last` go on behind its page."""
        topic = self.topics[page.topic]
        topic.read_as(scheme, elements)
        topic.last_number = max(topic.last_number, page.number or 0)

    @property
    def failed_count(self) -> int:
        """The number of pages that failed, the index too."""
        given_up = sum(
            1 if isinstance(each, Page) else len(each)
            for _, kept, _ in self._given_up
            for each in kept
        )
        return super().failed_count + given_up

    def _known_failures(self, limit: int | None) -> Iterator[FailedPage]:
        """The pages that failed; those given up are made when they are asked for."""
        yield from super()._known_failures(limit)
        for topic, kept, reason in self._given_up:
            for page in _pages(topic, kept):
                is_last = topic.is_last(page.number)
                yield FailedPage(topic.name, page.number, page.url, 0, reason, is_last)

    def _take(self) -> Page | None:
        if not self._turns:
            return None
        topic_id = self._turns.popleft()
        kept = self._kept[topic_id]
        first = kept.popleft()
        if isinstance(first, range):
            if len(first) > 1:
                kept.appendleft(first[1:])
            page = self.topics[topic_id].page(first[0])
        else:
            page = first
        if kept:
            self._turns.append(topic_id)
        else:
            del self._kept[topic_id]
        return page

    def _keep(self, page: Page) -> None:
        self._line_up(page.topic).append(page)

    def _keep_numbers(self, topic: Topic, start: int, last: int) -> None:
        self._line_up(topic.id).append(range(start, last + 1))

    def _drop_guess(self, topic: Topic) -> None:
        kept = self._kept[topic.id]
        assert topic.guess is not None  # or there were none to drop
        kept.remove(topic.guess)
        if not kept:
            del self._kept[topic.id]
            self._turns.remove(topic.id)

    def _give_up(self, reason: str) -> None:
        for topic_id, kept in self._kept.items():
            self._given_up.append((self.topics[topic_id], list(kept), reason))
        self._kept.clear()
        self._turns.clear()

    def _line_up(self, topic_id: int) -> deque[Page | range]:
        if topic_id not in self._kept:
            self._kept[topic_id] = deque()
            self._turns.append(topic_id)
        return self._kept[topic_id]


def _pages(topic: Topic, kept: Sequence[Page | range]) -> Iterator[Page]:
    for each in kept:
        if isinstance(each, Page):
            yield each
        else:
            yield from map(topic.page, each)
