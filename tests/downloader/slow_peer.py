"""A server in a process of its own: it answers in 0.2 seconds, whatever the tests are at.

Prints its port, then a line for each request; ends with its input.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from tests.downloader.peer import Peer

if TYPE_CHECKING:
    from tests.downloader.peer import Call


async def answer(call: Call) -> None:
    """Take 0.2 seconds to say hello."""
    print(call.target, flush=True)
    await asyncio.sleep(0.2)
    await call.reply(b"hello")


def main() -> None:
    """Serve until the input ends."""
    peer = Peer(answer)
    peer.start()
    print(peer.port, flush=True)
    sys.stdin.read()
    peer.stop()


if __name__ == "__main__":
    main()
