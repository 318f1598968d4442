"""Proxies to test with: a SOCKS4/SOCKS5 one (RFC 1928, RFC 1929) and what CONNECT needs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import NamedTuple


async def tunnel(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
) -> None:
    """Carry bytes between a client and `port` on this machine until one of them closes."""
    there, back = await asyncio.open_connection("127.0.0.1", port)
    pumps = [
        asyncio.create_task(_pump(reader, back)),
        asyncio.create_task(_pump(there, writer)),
    ]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for pump in pumps:
            pump.cancel()
        back.transport.abort()
        await asyncio.gather(*pumps, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65_536):
            sink.write(data)
            await sink.drain()


class Asked(NamedTuple):
    """What a client asked a SOCKS proxy for, and from which address."""

    version: int
    host: str
    user: str
    peer: str


@dataclass
class SocksServer:
    """A SOCKS proxy in a thread of its own, all of whose tunnels lead to `target`."""

    target: int
    password: str = ""
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        """Start to listen on a free port."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="socks")
        self._thread.start()
        starting = asyncio.start_server(self._serve, "127.0.0.1", 0)
        future = asyncio.run_coroutine_threadsafe(starting, self._loop)
        self._server = future.result(10)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Drop all tunnels and end the thread."""
        asyncio.run_coroutine_threadsafe(self._drop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _drop(self) -> None:
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # Transports close in the turns of the loop that follow.
        for _ in range(3):
            await asyncio.sleep(0)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        gone = (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            version = (await reader.readexactly(1))[0]
            greet = self._greet5 if version == 5 else self._greet4
            host, user = await greet(reader, writer)
            peer = writer.get_extra_info("peername")[0]
            self.asked.append(Asked(version, host, user, peer))
            writer.write(
                b"\5\0\0\1" + bytes(6) if version == 5 else b"\0\x5a" + bytes(6)
            )
            await tunnel(reader, writer, self.target)
        writer.close()

    async def _greet4(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, str]:
        address = (await reader.readexactly(7))[3:]
        user = (await reader.readuntil(b"\0"))[:-1].decode()
        if address[:3] == bytes(3):
            return (await reader.readuntil(b"\0"))[:-1].decode(), user
        return socket.inet_ntoa(address), user

    async def _greet5(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, str]:
        await _counted(reader)
        user = await self._log_in(reader, writer) if self.password else ""
        if not self.password:
            writer.write(b"\5\0")
        kind = (await reader.readexactly(4))[3]
        address = await (_counted(reader) if kind == 3 else reader.readexactly(4))
        await reader.readexactly(2)
        return address.decode() if kind == 3 else socket.inet_ntoa(address), user

    async def _log_in(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> str:
        writer.write(b"\5\2")
        await reader.readexactly(1)
        user, password = await _counted(reader), await _counted(reader)
        refused = password.decode() != self.password
        writer.write(bytes([1, refused]))
        if refused:
            raise ConnectionError("wrong password")
        return user.decode()


async def _counted(reader: asyncio.StreamReader) -> bytes:
    """Read bytes that have their number before them."""
    return await reader.readexactly((await reader.readexactly(1))[0])
