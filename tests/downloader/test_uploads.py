"""Bodies that a server takes slowly, or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, TypeAlias

import pytest

from .fetching import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer: TypeAlias = "Callable[[socket.socket], None]"

BODY = b"x" * 40_000_000
"""Much more than the buffers of the system take, on both sides."""


class SlowServer:
    """Accepts connections one after the other, and gives each to the next of `answers`; they end with the server."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        # A small window, so that the body stays with the client.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**16)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self.taken: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Close all sockets and wait for the thread."""
        self._thread.join(10)
        for plug in (*self.taken, self._listener):
            plug.close()

    def _serve(self) -> None:
        for answer in self._answers:
            plug, _ = self._listener.accept()
            self.taken.append(plug)
            with contextlib.suppress(OSError):
                answer(plug)


@pytest.fixture
def serve_slowly() -> Iterator[Callable[..., SlowServer]]:
    servers: list[SlowServer] = []

    def start(*answers: Answer) -> SlowServer:
        servers.append(SlowServer(*answers))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def take_slowly(plug: socket.socket) -> None:
    """Read the body for a second, with pauses far below that, and answer."""
    received, piece = 0, len(BODY) // 20
    while received < len(BODY):
        time.sleep(0.05)
        received += len(plug.recv(piece, socket.MSG_WAITALL))
    plug.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntaken")


def refuse(plug: socket.socket) -> None:
    """Answer at once, and leave the body where it is."""
    plug.recv(100)
    plug.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")


def greet(plug: socket.socket) -> None:
    plug.recv(1000)
    plug.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")


def test_sending_is_no_silence_of_the_peer(
    serve_slowly: Callable[..., SlowServer],
) -> None:
    server = serve_slowly(take_slowly)

    async def run() -> None:
        async with opened(DOWNLOADER_READ_TIMEOUT=0.5) as fetcher:
            response = await fetcher(server.url, method="POST", body=BODY)
            assert response.body == b"taken"

    asyncio.run(run())


def test_an_answer_that_did_not_wait_for_the_body(
    serve_slowly: Callable[..., SlowServer],
) -> None:
    server = serve_slowly(refuse, greet)

    async def run() -> None:
        async with opened() as fetcher:
            refused = await fetcher(server.url, method="POST", body=BODY)
            assert (refused.status, refused.body) == (413, b"big")
            # The rest of the body is under way on that connection still: it is of no use.
            assert (await fetcher(server.url)).body == b"hello"

    asyncio.run(run())
    assert len(server.taken) == 2
