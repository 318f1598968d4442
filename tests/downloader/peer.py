"""A server that answers as a test tells it to, with sound HTTP or with anything else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ssl

STOP_TIMEOUT = 10


@dataclass(slots=True)
class Call:
    """A request as it came in, and the means to answer it."""

    connection: int
    peer: str
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    closing: bool = False

    async def send(self, data: bytes) -> None:
        """Send `data` as it is."""
        self.writer.write(data)
        await self.writer.drain()

    async def reply(
        self, body: bytes = b"", status: str = "200 OK", *headers: str
    ) -> None:
        """Send a whole response with its length; `headers` are lines."""
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
        head = "\r\n".join(lines).encode() + b"\r\n\r\n"
        await self.send(head if self.method == "HEAD" else head + body)

    def close(self) -> None:
        """Close the connection once the answer is sent."""
        self.closing = True

    def reset(self) -> None:
        """Cut the connection off without farewell."""
        plug = self.writer.get_extra_info("socket")
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.writer.transport.abort()
        self.closing = True

    async def gone(self) -> None:
        """Wait until the client closes the connection."""
        with contextlib.suppress(ConnectionError):
            await self.reader.read()

    async def hold(self) -> None:
        """Say nothing until the server is stopped."""
        await asyncio.Event().wait()

    def header(self, name: str) -> str | None:
        """Return the value of a header of the request."""
        found = {key.lower(): value for key, value in self.headers}
        return found.get(name.lower())


Answer: TypeAlias = Callable[[Call], Awaitable[None]]


async def read_call(
    connection: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Call:
    """Read one request; raises IncompleteReadError at the end of the connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = [
        (name, value.strip()) for name, _, value in (x.partition(":") for x in lines)
    ]
    length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
    body = await reader.readexactly(length)
    peer = writer.get_extra_info("peername")[0]
    return Call(connection, peer, method, target, headers, body, reader, writer)


@dataclass
class Peer:
    """The server, in a thread and an event loop of its own. `calls` grows with each request."""

    answer: Answer
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    calls: list[Call] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    peak: int = 0
    port: int = 0

    def start(self) -> None:
        """Start to listen on a free port."""
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="peer")
        self._thread.start()
        starting = asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        future = asyncio.run_coroutine_threadsafe(starting, self._loop)
        self._server = future.result(STOP_TIMEOUT)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Drop all connections and end the thread."""
        asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result(STOP_TIMEOUT)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_TIMEOUT)
        self._loop.close()

    def url(self, path: str = "/", scheme: str = "") -> str:
        """Return the URL of `path` on this server."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (
            f"{scheme or ('https' if self.tls else 'http')}://{host}:{self.port}{path}"
        )

    @property
    def targets(self) -> list[str]:
        """What was asked for, in order."""
        return [call.target for call in self.calls]

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.append(writer)
        self.connections += 1
        self.open += 1
        self.peak = max(self.peak, self.open)
        gone = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            await self._converse(self.connections, reader, writer)
        self.open -= 1
        self._tasks.discard(task)
        writer.close()

    async def _converse(
        self,
        connection: int,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        while True:
            call = await read_call(connection, reader, writer)
            self.calls.append(call)
            await self.answer(call)
            if call.closing:
                return

    async def _drop(self) -> None:
        # Python 3.11 loses a connection that was accepted just before its server is closed.
        for listening in self._server.sockets:
            self._loop.remove_reader(listening)
        await self._take_turns()
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in self._writers:
            # TLS would wait for the client's farewell.
            writer.transport.abort()
        await self._take_turns()

    @staticmethod
    async def _take_turns() -> None:
        """Let the loop make and close transports, which takes it some turns."""
        for _ in range(5):
            await asyncio.sleep(0)
