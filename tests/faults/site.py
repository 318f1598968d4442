"""A small site behind a server of raw bytes, bad as planned."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import parse_qsl, unquote, urlsplit

from scraper.demo.content import DemoSite
from tests.downloader.peer import Call, Peer
from tests.faults.notices import LOGIN, LOGIN_PAGE
from tests.faults.wire import HTML, Send, good
from tests.sites.site import Record, SiteUnderTest

CONTENT = DemoSite(topics=4, pages=4, articles=4)
"""Topics of 5, 4, 1 and 1 pages; the third has no article."""

ALWAYS = 10**6

Place = tuple[int, int]
"""A page: its topic's place in the index from 0, and its number from 1."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A page that is answered badly for the first `times` requests."""

    send: Send
    times: int = ALWAYS


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page, which attempt it was from 1, and when it came and was answered (`time.monotonic()`)."""

    place: Place
    attempt: int
    came: float
    answered: float
    was_bad: bool


@dataclass
class FaultySite:
    """A site whose pages are bad as `plan` says; `robots` is its robots.txt, `latency` in seconds.

    `visits` has every request for a page that was answered, `peak` the most requests that were
    open at a time.
    """

    plan: Mapping[Place, Bad]
    content: DemoSite = CONTENT
    robots: bytes = b""
    latency: float = 0.0
    visits: list[Visit] = field(default_factory=list)
    peak: int = 0

    def __post_init__(self) -> None:
        self._site = SiteUnderTest("query-first", self.content)
        self._attempts: Counter[Place] = Counter()
        self._open = 0
        self.index = ""

    def profile(self) -> dict[str, object]:
        """The profile that a user writes for the site."""
        return self._site.profile(self.index)

    def records(self) -> list[Record]:
        """The rows of all pages that are good in the end."""
        lost = {place for place, bad in self.plan.items() if bad.times == ALWAYS}
        names = {topic.name: topic.index for topic in self.content.listing}
        return [
            record
            for record in self._site.records(self.index)
            if (names[str(record["topic"])], int(record["page"])) not in lost
        ]

    async def answer(self, call: Call) -> None:
        """Answer a request."""
        self._open += 1
        self.peak = max(self.peak, self._open)
        try:
            await asyncio.sleep(self.latency)
            await self._answer(call)
        finally:
            self._open -= 1

    async def _answer(self, call: Call) -> None:
        came = monotonic()
        url = urlsplit(call.target)
        if url.path == "/robots.txt":
            await call.reply(self.robots)
            return
        if url.path == LOGIN:
            await call.reply(LOGIN_PAGE, "200 OK", HTML)
            return
        query = dict(parse_qsl(url.query))
        answer = self._site.answer(self.index, unquote(url.path), query)
        if answer is None:
            await call.reply(b"No such page.", "404 Not Found")
            return
        html = answer.html.encode()
        if answer.topic is None or answer.number is None:
            await good(call, html)
            return
        place = answer.topic, answer.number
        self._attempts[place] += 1
        attempt = self._attempts[place]
        bad = self.plan.get(place)
        is_bad = bad is not None and attempt <= bad.times
        try:
            await (bad.send if bad and is_bad else good)(call, html)
        finally:
            self.visits.append(Visit(place, attempt, came, monotonic(), is_bad))

    def attempts(self, place: Place) -> int:
        """How often a page was asked for."""
        return self._attempts[place]


@contextmanager
def serving(site: FaultySite, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """Serve a site while the context is open."""
    peer = Peer(site.answer, tls)
    peer.start()
    site.index = peer.url()
    try:
        yield peer
    finally:
        peer.stop()
