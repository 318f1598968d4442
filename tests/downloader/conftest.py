"""Fixtures of the downloader's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from .peer import Answer, Peer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator


class Serve(Protocol):
    """Starts a server that is stopped at the end of the test."""

    def __call__(
        self, answer: Answer, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> Peer: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that answer as they are told."""
    peers: list[Peer] = []

    def start(
        answer: Answer, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> Peer:
        peer = Peer(answer, tls, host)
        peer.start()
        peers.append(peer)
        return peer

    yield start
    for peer in peers:
        peer.stop()
