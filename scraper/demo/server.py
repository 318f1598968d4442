"""Serves the demo site on the loopback interface with aiohttp."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from scraper.demo.exceptions import DemoError
from scraper.demo.hashing import mix
from scraper.demo.options import DemoOptions
from scraper.demo.routes import Routes

HOST = "127.0.0.1"

_ROBOTS = "User-agent: *\nDisallow: /legal/\n"
_FAILURES_IN_A_ROW = 2
_CLOSE_TIMEOUT = 1.0


@asynccontextmanager
async def serving(options: DemoOptions) -> AsyncIterator[str]:
    """Serve the site while the context is open; gives the URL of its index page.

    Raises DemoError if the port is taken.
    """
    runner = web.AppRunner(
        application(options), access_log=None, shutdown_timeout=_CLOSE_TIMEOUT
    )
    await runner.setup()
    try:
        await _listen(runner, options.port)
        yield f"http://{HOST}:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


def application(options: DemoOptions) -> web.Application:
    """Return the aiohttp application that answers for the site."""
    app = web.Application()
    app.router.add_get("/robots.txt", _robots)
    app.router.add_get("/{path:.*}", _Pages(options).answer)
    return app


async def _listen(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, HOST, port).start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise DemoError(f"cannot listen on {HOST}:{port}: {reason}") from error


async def _robots(_: web.Request) -> web.Response:
    return web.Response(text=_ROBOTS)


class _Pages:
    """Answers requests for pages; what it holds between two is the failures owed."""

    def __init__(self, options: DemoOptions) -> None:
        self._options = options
        self._routes = Routes(options.site)
        self._fails = _failures(options.seed, options.error_rate)

    async def answer(self, request: web.Request) -> web.Response:
        """Return the page, a 404 if there is none, a 503 as often as asked for."""
        if self._options.latency:
            await asyncio.sleep(self._options.latency)
        if self._options.error_rate and self._fails(request.path_qs):
            raise web.HTTPServiceUnavailable(text="Busy. Try again.")
        page = self._routes.page(request.path, request.query)
        if page is None:
            raise web.HTTPNotFound(text="No such page.")
        return self._response(page)

    def _response(self, page: bytes) -> web.Response:
        response = web.Response(body=page, content_type="text/html", charset="utf-8")
        if self._options.gzip:
            # Answers plainly when the client does not accept gzip or deflate.
            response.enable_compression()
        return response


def _failures(seed: int, rate: float) -> Callable[[str], bool]:
    """Return a function that says of each request for an address whether it fails.

    The answer depends on seed, address and attempt alone. A third attempt in a row always
    succeeds, as Scrapy makes three by default; success makes the next attempt the first.
    """
    attempts: Counter[str] = Counter()

    def fails(address: str) -> bool:
        attempt = attempts[address]
        drawn = mix(seed, f"{attempt} {address}") / 2**64
        if attempt < _FAILURES_IN_A_ROW and drawn < rate:
            attempts[address] += 1
            return True
        del attempts[address]
        return False

    return fails
