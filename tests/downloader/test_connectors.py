"""The connectors of a worker: lent, given back, closed when they are many."""

import asyncio
from contextlib import suppress

from scraper.downloader.connection import DirectConnector
from scraper.downloader.connectors import MAX_CONNECTORS, Connectors
from scraper.downloader.request import Route
from scraper.downloader.resolver import NameCache, SharedResolver


class SlowAtFirst(Connectors):
    """The connector that is made first takes long to close."""

    has_made = False

    def _make(self, route: Route) -> DirectConnector:
        connector = super()._make(route)
        if not self.has_made:
            connector.close = close_slowly  # type: ignore[method-assign,assignment]
        self.has_made = True
        return connector


async def close_slowly() -> None:
    await asyncio.sleep(60)


async def use(connectors: Connectors, route: Route) -> DirectConnector:
    async with connectors.lend(route) as connector:
        return connector


def test_who_is_cancelled_while_others_are_closed_gives_its_connector_back() -> None:
    async def run() -> None:
        connectors = SlowAtFirst(SharedResolver(NameCache(1), 1.0), 15.0, 100)
        ours, others = (
            Route(),
            [Route((f"127.0.0.{n}", 0)) for n in range(MAX_CONNECTORS)],
        )
        for route in others:
            await use(connectors, route)
        late = asyncio.create_task(use(connectors, ours))
        await asyncio.sleep(0.05)
        assert late.cancel(), "it waits until the first one is closed"
        with suppress(asyncio.CancelledError):
            await late
        ours_first = await use(connectors, ours)
        for route in others:
            await use(connectors, route)
        assert await use(connectors, ours) is not ours_first, "it was kept for ever"
        await connectors.close()

    asyncio.run(run())
