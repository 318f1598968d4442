"""A TCP port in front of a server: what proxies of all kinds have in common."""

import asyncio
import threading
from abc import ABC, abstractmethod
from contextlib import suppress
from typing import Self

TIMEOUT = 30.0


class Proxy(ABC):
    """Stands before `upstream`, a port of this machine, in a thread of its own.

    `port` is where it listens while the context is.
    """

    def __init__(self, upstream: int) -> None:
        self.port = 0
        self._upstream = upstream
        self._taken: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._take, "127.0.0.1", 0)
        future = asyncio.run_coroutine_threadsafe(starting, self._loop)
        self._server = future.result(TIMEOUT)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    @abstractmethod
    async def _accept(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        """Do with a connection what this proxy does."""

    def _take(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        """Remember the connection before its task begins, which may be ended before that."""
        self._taken.append(client)
        task = self._loop.create_task(self._accept(reader, client))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._taken:
            client.transport.abort()
        # Transports close in the turns of the loop that follow.
        for _ in range(3):
            await asyncio.sleep(0)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes, to its end even if nobody takes it any more; however it ends, `writer` is closed."""
    try:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if not writer.is_closing():
                    writer.write(data)
                    await writer.drain()
    finally:
        writer.close()
