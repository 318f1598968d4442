"""How many pages a second the server can give: a client that only counts bytes."""

from __future__ import annotations

import argparse
import selectors
import socket
import time
from urllib.parse import urlsplit

_BUFFER = bytearray(1 << 20)


class Fetcher:
    """One kept connection that asks for the same page again and again."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self._request = (
            f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n"
        ).encode()
        self._left = self._size = self._first_size()

    def _first_size(self) -> int:
        """Ask once; returns the bytes of a whole answer, head included."""
        self.socket.sendall(self._request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self.socket.recv(65536)
        head = received[:end].lower()
        length = head.partition(b"content-length:")[2].split()[0]
        size = end + 4 + int(length)
        left = size - len(received)
        while left:
            left -= self.socket.recv_into(_BUFFER, left)
        return size

    def ask(self) -> None:
        """Send the request."""
        self._left = self._size
        self.socket.sendall(self._request)

    def read(self) -> bool:
        """Read what is there; True if it completes an answer."""
        self._left -= self.socket.recv_into(_BUFFER, min(self._left, len(_BUFFER)))
        return self._left == 0


def pages_per_second(url: str, connections: int, seconds: float) -> float:
    """Fetch the page at `url` over kept connections for some seconds."""
    done = 0
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            fetcher = Fetcher(url)
            selector.register(fetcher.socket, selectors.EVENT_READ, fetcher)
            fetcher.ask()
        start = time.perf_counter()
        while (now := time.perf_counter()) < start + seconds:
            for key, _ in selector.select():
                if key.data.read():
                    done += 1
                    key.data.ask()
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return done / (now - start)


def main() -> None:
    """Print the pages a second of the server at a URL."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("url")
    arguments = parser.parse_args()
    print(
        round(pages_per_second(arguments.url, arguments.connections, arguments.seconds))
    )


if __name__ == "__main__":
    main()
