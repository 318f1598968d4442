"""A TCP port in front of a server, that slams shut a few times before it lets anyone through."""

import asyncio

from tests.servers.proxy import Proxy, pump


class Door(Proxy):
    """Closes the first `times` connections at their first byte, leads all others to `upstream`.

    With `resets` it cuts them off without farewell.
    """

    def __init__(self, upstream: int, times: int, *, resets: bool = False) -> None:
        super().__init__(upstream)
        self._times = times
        self._resets = resets

    async def _accept(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        if self._times > 0:
            self._times -= 1
            # A byte that was not read makes a reset of the farewell.
            await reader.read(1 if self._resets else 2**16)
            client.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(pump(reader, back), pump(there, client))
