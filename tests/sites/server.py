"""Serves a site for tests on a free port of the loopback interface, from a thread of its own."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.sites.faults import Visit
from tests.sites.site import Answer, Record, SiteUnderTest

START_TIMEOUT = 10.0
STOP_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class Received:
    """One request as the server got it; `at` is a time.monotonic(), `path` percent-encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    at: float


class SiteServer:
    """A running site, while the context is open.

    `url` is its index page. `requests` holds every request received, `peak` the most that
    were open at the same time, `pages` how often each page of a topic was shown well:
    (place of the topic in the index from 0, page from 1). `latency` is in seconds.
    """

    def __init__(self, site: SiteUnderTest, *, latency: float = 0.0) -> None:
        self.site = site
        self.latency = latency
        self.robots = "User-agent: *\nAllow: /\n"
        self.url = ""
        self.requests: list[Received] = []
        self.pages: Counter[tuple[int, int]] = Counter()
        self.peak = 0
        self._open = 0
        self._attempts: Counter[str] = Counter()
        self._ready: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="site-server")

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = self._ready.result(START_TIMEOUT)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(STOP_TIMEOUT)
        assert not self._thread.is_alive(), "the site server does not stop"

    @property
    def is_alone(self) -> bool:
        """Whether no client is connected any more, and the server has closed its ends too."""
        # Asked in its loop: the turn in which that loses a connection closes the socket.
        alone = asyncio.run_coroutine_threadsafe(self._is_alone(), self._loop)
        return alone.result(STOP_TIMEOUT)

    def records(self, *, explicit: bool = False) -> list[Record]:
        """Return a row per article that the pages that can be had show; see SiteUnderTest.records.

        Repeated articles are included: rows are as a crawl has them before it drops duplicates.
        """
        return list(self.site.records(self.url, explicit=explicit))

    def profile(self, *, explicit: bool = False) -> dict[str, object]:
        """Return the profile of the site; see SiteUnderTest.profile."""
        return self.site.profile(self.url, explicit=explicit)

    @property
    def page_count(self) -> int:
        """How many pages of topics can be had."""
        return sum(1 for _ in self.site.pages_to_get())

    async def _is_alone(self) -> bool:
        return not (self._runner.server and self._runner.server.connections)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._received)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        runner = self._runner
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._ready.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}/")
            await self._stop.wait()
        finally:
            await runner.cleanup()

    async def _received(self, request: web.Request) -> web.StreamResponse:
        """Take note of a request, and answer it."""
        url = request.rel_url
        self.requests.append(
            Received(
                request.method,
                url.raw_path,
                url.raw_query_string,
                request.headers,
                time.monotonic(),
            )
        )
        self._open += 1
        self.peak = max(self.peak, self._open)
        try:
            await asyncio.sleep(self.latency)
            return await self._answered(request)
        finally:
            self._open -= 1

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/robots.txt":
            return web.Response(text=self.robots)
        origin = f"http://{request.host}/"
        answer = self.site.answer(origin, request.path, request.query)
        if answer is None:
            return web.Response(status=404, text="No such page.")
        if answer.location:
            return web.Response(status=302, headers={"Location": answer.location})
        return await self._page(request, answer)

    async def _page(self, request: web.Request, answer: Answer) -> web.StreamResponse:
        encoding = self.site.encoding
        good = web.Response(
            body=encoding.encode(answer.html),
            headers={"Content-Type": encoding.content_type},
        )
        fault = self.site.fault(answer)
        if fault:
            self._attempts[request.path_qs] += 1
            attempt = self._attempts[request.path_qs]
            return await fault.answer(Visit(request, answer.html, good, attempt))
        if answer.topic is not None and answer.number is not None:
            self.pages[answer.topic, answer.number] += 1
        return good
