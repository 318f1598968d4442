"""Serves a folder of pages as cheaply as Python can, each answer after a latency if one is asked for."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import ssl
import sys
from functools import partial
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, unquote, urlsplit

HOST = "127.0.0.1"
_END = b"\r\n\r\n"


class PageProtocol(asyncio.Protocol):
    """A connection: answers GET requests, which may be pipelined, in their order; or one, and closes."""

    def __init__(self, folder: Path, latency: float, *, keep_alive: bool) -> None:
        self._folder = folder
        self._latency = latency
        self._keep_alive = keep_alive
        self._received = b""
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        # uvloop's is no instance of asyncio's class.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        *heads, self._received = (self._received + data).split(_END)
        for head in heads:
            target = head.split(b" ", 2)[1].decode("ascii", "replace")
            if self._latency:
                self._loop.call_later(self._latency, self._answer, target)
            else:
                self._answer(target)

    def _answer(self, target: str) -> None:
        if not self._transport.is_closing():
            file = file_of(self._folder, target)
            self._transport.write(_response(file, keep_alive=self._keep_alive))
            if not self._keep_alive:
                self._transport.close()


def file_of(folder: Path, target: str) -> Path:
    """Return the file for a request's target: `/topic?page=3` is `topic/3.html`."""
    parts = urlsplit(target)
    name = unquote(parts.path).strip("/")
    if name == "robots.txt":
        return folder / name
    if not name:
        return folder / "index.html"
    page = parse_qs(parts.query).get("page", ["1"])[0]
    return folder / Path(name).name / f"{Path(page).name}.html"


def _response(file: Path, *, keep_alive: bool) -> bytes:
    try:
        body, status = file.read_bytes(), "200 OK"
    except OSError:
        body, status = b"No such page.\n", "404 Not Found"
    kind = "text/plain" if file.suffix == ".txt" else "text/html; charset=utf-8"
    connection = "keep-alive" if keep_alive else "close"
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"Connection: {connection}\r\n\r\n"
    )
    return head.encode() + body


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until standard input closes, which happens at the latest when the process that opened it dies."""
    loop = asyncio.get_running_loop()
    protocol = partial(
        PageProtocol,
        arguments.folder,
        arguments.latency,
        keep_alive=not arguments.close,
    )
    server = await loop.create_server(
        protocol, HOST, arguments.port, backlog=1024, ssl=_context(arguments)
    )
    async with server:
        await loop.run_in_executor(None, partial(_read_to_end, sys.stdin.fileno()))


def _context(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if arguments.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(arguments.certificate)
    return context


def _read_to_end(descriptor: int) -> None:
    while os.read(descriptor, 1024):
        pass


def main() -> None:
    """Serve what the command line names, with uvloop if it is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0, help="seconds")
    parser.add_argument("--certificate", type=Path, help="with its key: serve HTTPS")
    parser.add_argument("--close", action="store_true", help="after each answer")
    parser.add_argument("folder", type=Path)
    run = asyncio.run
    with contextlib.suppress(ImportError):
        from uvloop import run
    run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
