"""The server of our own, which stands in for nginx: what it answers, how late, and to how many at once."""

import asyncio
from functools import partial
from pathlib import Path

import aiohttp
import pytest

from benchmarks.server import HOST, PageProtocol, file_of


@pytest.mark.parametrize(
    ("target", "file"),
    [
        ("/", "index.html"),
        ("/robots.txt", "robots.txt"),
        ("/topic", "topic/1.html"),
        ("/topic?page=2&limit=35", "topic/2.html"),
        ("/../../etc/passwd", "passwd/1.html"),
        ("/topic?page=../../2", "topic/2.html"),
    ],
)
def test_file_of_a_target(target: str, file: str) -> None:
    assert file_of(Path("/pages"), target) == Path("/pages") / file


async def fetch_all(pages: Path, targets: list[str], latency: float = 0) -> list[str]:
    """Fetch all targets at once from the server."""
    loop = asyncio.get_running_loop()
    protocol = partial(PageProtocol, pages, latency, keep_alive=True)
    server = await loop.create_server(protocol, HOST, 0)
    url = f"http://{HOST}:{server.sockets[0].getsockname()[1]}"
    connector = aiohttp.TCPConnector(limit=0)
    async with server, aiohttp.ClientSession(connector=connector) as session:

        async def fetch(target: str) -> str:
            async with session.get(url + target) as response:
                return f"{response.status} {await response.text()}"

        answers = await asyncio.gather(*map(fetch, targets))
        again = await fetch(targets[0])  # on a kept connection
    assert again == answers[0]
    return answers


def test_answers(pages: Path) -> None:
    targets = ["/", "/topic?page=2", "/topic?page=3"]
    answers = asyncio.run(fetch_all(pages, targets))
    assert answers == ["200 index", "200 second", "404 No such page.\n"]


def test_a_hundred_wait_at_once(pages: Path) -> None:
    """One after another they would take more than the test may."""
    answers = asyncio.run(fetch_all(pages, ["/topic"] * 100, latency=1.5))
    assert answers == ["200 first"] * 100
