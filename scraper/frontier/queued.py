"""A frontier whose pages wait in a queue elsewhere, which other workers take them from too."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from scraper.frontier.memory import MemoryFrontier
from scraper.frontier.topic import Page, Topic
from scraper.pagination import PageScheme


@dataclass(frozen=True, slots=True)
class TopicNote:
    """What goes along with a page in the queue: of which topic it is, and what was known of that."""

    name: str
    url: str
    is_open: bool
    scheme: PageScheme | None
    elements: str | None
    last_number: int
    ends_at: int | None


class QueuedFrontier(MemoryFrontier):
    """Hands its pages on to the queue as soon as it learns of them, and settles those that come from there.

    A page counts as in flight from when it is taken off the queue, in the worker that
    did so; in the queue it is nobody's. `news` is called when there are pages to be
    handed on. The accounts are this worker's own.
    """

    def __init__(self, news: Callable[[], None]) -> None:
        super().__init__()
        self._news = news

    def hand_on(self, page: Page) -> TopicNote:
        """`page`, which is in flight here, goes to the queue; returns what is to go along with it."""
        topic = self._settle(page)
        return TopicNote(
            topic.name,
            topic.url,
            topic.is_open,
            topic.scheme,
            topic.elements,
            topic.last_number,
            topic.ends_at,
        )

    def take_on(self, page: Page, note: TopicNote) -> Page:
        """A page comes from the queue; returns it as this worker knows it, in flight now.

        Raises:
            ValueError: it is in flight here already.
        """
        topic = self._topic(note)
        own = replace(page, topic=topic.id)
        if own in self._in_flight:
            raise ValueError(f"{page.url} is in flight already")
        topic.in_flight += 1
        self._in_flight.add(own)
        return own

    @property
    def has_waiting(self) -> bool:
        """Whether there are pages to be handed on."""
        return self._waiting > 0

    def _topic(self, note: TopicNote) -> Topic:
        """The topic of a note, with what the note knows of it."""
        known = (topic for topic in self.topics if topic.url == note.url)
        topic = next(known, None) or self._add_topic(note.name, note.url)
        self._urls.add(note.url)
        topic.last_number = max(topic.last_number, note.last_number)
        topic.ends_at = topic.ends_at or note.ends_at
        if note.is_open and not topic.is_open:
            topic.read_as(note.scheme, note.elements)
        return topic

    def _keep(self, page: Page) -> None:
        super()._keep(page)
        self._news()

    def _keep_numbers(self, topic: Topic, start: int, last: int) -> None:
        super()._keep_numbers(topic, start, last)
        self._news()
