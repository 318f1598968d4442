"""A TCP port in front of a server, that slams shut a few times before it lets anyone through."""

import asyncio
import threading
from types import TracebackType
from typing import Self

TIMEOUT = 5


class Door:
    """Closes the first `times` connections at their first byte, leads all others to `upstream`, a port of this machine.

    With `resets` it cuts them off without farewell. Open while the context is; `port` is where it listens.
    """

    def __init__(self, upstream: int, times: int, *, resets: bool = False) -> None:
        self._upstream = upstream
        self._times = times
        self._resets = resets
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="door")
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._accept, "127.0.0.1", 0)
        future = asyncio.run_coroutine_threadsafe(starting, self._loop)
        self._server = future.result(TIMEOUT)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    async def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self._times > 0:
            self._times -= 1
            # A byte that was not read makes a reset of the farewell.
            await reader.read(1 if self._resets else 2**16)
            writer.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        await asyncio.gather(_pump(reader, back), _pump(there, writer))

    async def _stop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(2**16):
            writer.write(data)
    except ConnectionError:
        pass
    finally:
        writer.close()
