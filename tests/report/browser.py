"""A page in headless Chromium, driven by the DevTools protocol over aiohttp's WebSocket client."""

import asyncio
import itertools
import os
import re
import shutil
import subprocess
from base64 import b64decode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_TIMEOUT = 30.0

_SWITCHES = (
    "--headless",
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--remote-debugging-port=0",
)

_LISTENING = re.compile(r"DevTools listening on (ws://\S+)")

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ,
    reason="there is no Chromium (apt-get install chromium)",
)


class Tab:
    """A tab: commands go out and come back, events are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket = socket
        self._session = session
        self._numbers = itertools.count(10)
        self.events: list[dict[str, Any]] = []

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for what it returns."""
        number = next(self._numbers)
        await self._socket.send_json(
            {
                "id": number,
                "sessionId": self._session,
                "method": method,
                "params": parameters,
            }
        )
        return await _answer(self._socket, number, self.events)

    async def open(
        self, url: str, *, width: int, height: int = 800, dark: bool = False
    ) -> None:
        """Show a page in a window of this width, and wait until it is loaded."""
        for domain in ("Page", "Network", "Log", "Runtime"):
            await self.call(f"{domain}.enable")
        await self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])
        await self.call("Page.navigate", url=url)
        while not self.saw("Page.loadEventFired"):
            self.events.append(await self._socket.receive_json(timeout=START_TIMEOUT))

    async def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript in the page."""
        answer = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def screenshot(self) -> bytes:
        """The whole page as a PNG."""
        image = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        return b64decode(image["data"])

    def saw(self, method: str) -> list[Mapping[str, Any]]:
        """The parameters of all events of this name."""
        return [
            MappingProxyType(event["params"])
            for event in self.events
            if event["method"] == method
        ]


@asynccontextmanager
async def browser_tab(folder: Path) -> AsyncIterator[Tab]:
    """A tab of a browser of its own, whose profile is in `folder`."""
    assert CHROMIUM, "CI must have Chromium: apt-get install chromium"
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *_SWITCHES,
        f"--user-data-dir={folder}",
        "about:blank",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        url = await asyncio.wait_for(_address(process.stderr), START_TIMEOUT)
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(url, max_msg_size=0) as socket,
        ):
            yield await _new_tab(socket)
            await socket.send_json({"id": 9, "method": "Browser.close"})
            await asyncio.wait_for(process.communicate(), START_TIMEOUT)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _address(log: asyncio.StreamReader) -> str:
    """Where the browser listens, as it logs."""
    said = []
    async for line in log:
        said.append(line.decode())
        if (found := _LISTENING.search(said[-1])) is not None:
            return found[1]
    raise AssertionError(f"The browser did not start: {''.join(said)}")


async def _new_tab(socket: aiohttp.ClientWebSocketResponse) -> Tab:
    parameters: dict[str, Any] = {"url": "about:blank"}
    await socket.send_json(
        {"id": 1, "method": "Target.createTarget", "params": parameters}
    )
    target = (await _answer(socket, 1, []))["targetId"]
    parameters = {"targetId": target, "flatten": True}
    await socket.send_json(
        {"id": 2, "method": "Target.attachToTarget", "params": parameters}
    )
    return Tab(socket, (await _answer(socket, 2, []))["sessionId"])


async def _answer(
    socket: aiohttp.ClientWebSocketResponse, number: int, events: list[dict[str, Any]]
) -> dict[str, Any]:
    while True:
        message = await socket.receive_json(timeout=START_TIMEOUT)
        if message.get("id") == number:
            assert "error" not in message, message
            result: dict[str, Any] = message["result"]
            return result
        if "method" in message:
            events.append(message)
