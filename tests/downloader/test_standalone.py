"""Another project uses the handler: it sets DOWNLOAD_HANDLERS and nothing else of ours."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .certificates import server_context

if TYPE_CHECKING:
    from .conftest import Serve
    from .peer import Call

PROJECT = Path(__file__).resolve().parents[2]

SPIDER = """
import asyncio
import threading
import scrapy

class BareSpider(scrapy.Spider):
    name = "bare"

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        threads = [thread.name for thread in threading.enumerate()]
        yield {
            "url": response.url,
            "loop": type(asyncio.get_running_loop()).__module__,
            "fetched": any(name.startswith("downloader-") for name in threads),
        }
        yield from response.follow_all(css="a")
"""


async def site(call: Call) -> None:
    """Be a site of four pages, one of which moved."""
    if call.target == "/moved":
        await call.reply(b"", "302 Found", "Location: /c")
    else:
        links = b'<a href="/a">a</a><a href="/b">b</a><a href="/moved">c</a>'
        await call.reply(links, "200 OK", "Content-Type: text/html")


def documented_settings() -> str:
    """Return the block of settings that the documentation tells people to copy."""
    text = (PROJECT / "docs" / "downloader.md").read_text(encoding="utf-8")
    blocks: list[str] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if "DOWNLOAD_HANDLERS" in block)


def make_project(folder: Path, extra: str) -> None:
    """Make a Scrapy project with the documented settings and a spider."""
    package = folder / "bare"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "spider.py").write_text(SPIDER)
    settings = 'BOT_NAME = "bare"\nSPIDER_MODULES = ["bare.spider"]\n'
    (package / "settings.py").write_text(settings + documented_settings() + extra)
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = bare.settings\n")


def crawl(folder: Path, url: str) -> tuple[list[dict[str, Any]], str]:
    """Run the spider; return its items and its log."""
    command = [
        sys.executable,
        "-W",
        "default::ResourceWarning",
        "-m",
        "scrapy",
        "crawl",
    ]
    done = subprocess.run(
        [*command, "bare", "-a", f"url={url}", "-o", "items.json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    items: list[dict[str, Any]] = json.loads((folder / "items.json").read_text())
    return items, done.stderr


MODES = {
    "asyncio": "",
    "uvloop": 'ASYNCIO_EVENT_LOOP = "uvloop.Loop"\n',
    "no reactor": "TWISTED_REACTOR_ENABLED = False\n",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_bare_project(serve: Serve, tmp_path: Path, mode: str, secure: bool) -> None:
    if mode == "uvloop" and importlib.util.find_spec("uvloop") is None:
        pytest.skip("uvloop is not installed")
    make_project(tmp_path, MODES[mode])
    peer = serve(site, server_context(tmp_path) if secure else None)
    items, log = crawl(tmp_path, peer.url())
    assert sorted(item["url"] for item in items) == [
        peer.url(path) for path in ("/", "/a", "/b", "/c")
    ]
    assert all(item["fetched"] for item in items)
    assert all(
        item["loop"].startswith("uvloop") == (mode == "uvloop") for item in items
    )
    assert sorted(peer.targets) == ["/", "/a", "/b", "/c", "/moved"]
    assert "'log_count/WARNING'" not in log
    assert "'log_count/ERROR'" not in log
    # Scrapy itself leaves a loop behind when it replaces it by uvloop's, before the crawl.
    assert "ResourceWarning" not in log.partition("Spider opened")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("mode", ["asyncio", "no reactor"])
def test_a_second_interrupt_ends_the_process(
    serve: Serve, tmp_path: Path, mode: str
) -> None:
    asked = threading.Event()

    async def mute(call: Call) -> None:
        asked.set()
        await call.hold()

    make_project(tmp_path, MODES[mode])
    command = [sys.executable, "-m", "scrapy", "crawl", "bare", "-a"]
    with subprocess.Popen(
        [*command, f"url={serve(mute).url()}"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "shutting down gracefully" in line:
                process.send_signal(signal.SIGINT)
        assert process.wait(30) is not None


def test_the_package_brings_nothing_else_of_the_project() -> None:
    script = "import scraper.downloader, sys; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    modules = {name for name in done.stdout.split() if name.startswith("scraper.")}
    others = {name for name in modules if not name.startswith("scraper.downloader")}
    assert others == {"scraper.exceptions", "scraper.signals"}
    assert not {"bs4", "selectolax", "tqdm"} & set(done.stdout.split())
