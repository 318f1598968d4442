"""A TCP port in front of a server, which can be shut, and which can lose a message or the answer to it."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Self

TIMEOUT = 10.0


class Gate:
    """Leads connections on to `upstream`, a port of this machine; `port` is where it listens while the context is."""

    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gate")
        self._is_shut = False
        self._lost: tuple[bytes, bool] | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        starting = asyncio.start_server(self._accept, "127.0.0.1", 0)
        future = asyncio.run_coroutine_threadsafe(starting, self._loop)
        self._server = future.result(TIMEOUT)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(TIMEOUT)
        self._loop.close()

    def shut(self) -> None:
        """Break off all connections, and let none through. The server does not notice."""
        shut: Future[None] = Future()
        self._loop.call_soon_threadsafe(self._shut, shut)
        shut.result(TIMEOUT)

    def open(self) -> None:
        """Let connections through again."""
        self._is_shut = False

    def lose(self, message: bytes, *, answer: bool) -> None:
        """Break off the next connection that sends `message`.

        With `answer` the server gets it, and its answer is lost; without, it gets
        nothing, and does not notice that the client is gone.
        """
        self._lost = (message, answer)

    def _shut(self, shut: "Future[None]") -> None:
        self._is_shut = True
        for client in self._clients:
            client.close()
        shut.set_result(None)

    async def _accept(
        self, reader: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        self._clients.add(client)
        if self._is_shut:
            client.close()
            return
        there, back = await asyncio.open_connection("127.0.0.1", self._upstream)
        self._servers.add(back)
        await asyncio.gather(
            self._pump_requests(reader, back, client), _pump(there, client)
        )

    async def _pump_requests(
        self,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        client: asyncio.StreamWriter,
    ) -> None:
        while data := await reader.read(65536):
            if self._lost and self._lost[0] in data:
                is_answer, self._lost = self._lost[1], None
                client.close()
                if not is_answer:
                    return
            back.write(data)
            await back.drain()
        if not self._is_shut:
            back.close()

    async def _stop(self) -> None:
        self._server.close()
        for writer in (*self._clients, *self._servers):
            writer.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass on what comes; to its end even if nobody takes it any more."""
    while data := await reader.read(65536):
        if not writer.is_closing():
            writer.write(data)
            await writer.drain()
    writer.close()
