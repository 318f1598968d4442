"""A TCP port in front of a server, which can be shut, and which can lose a message or the answer to it."""

import asyncio
from concurrent.futures import Future

from tests.servers.proxy import TIMEOUT, Proxy, pump


class Gate(Proxy):
    """Leads connections on to `upstream`, as long as it is not shut."""

    def __init__(self, upstream: int) -> None:
        super().__init__(upstream)
        self._is_shut = False
        self._lost: tuple[bytes, bool] | None = None
        self._clients: set[asyncio.StreamWriter] = set()
        self._servers: set[asyncio.StreamWriter] = set()

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
            self._pump_requests(reader, back, client), pump(there, client)
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
        for writer in (*self._clients, *self._servers):
            writer.close()
        await super()._stop()
