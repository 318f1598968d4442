"""A site of bombs and endless bodies, and the memory that it takes to crawl it."""

import gzip
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]

from scraper.demo.content import DemoSite
from tests.crawls.running import PROJECT
from tests.downloader.peer import Call
from tests.faults.plans import places
from tests.faults.site import Bad, FaultySite, Place
from tests.faults.wire import FAULTS, HTML, Send

CONTENT = DemoSite(topics=6, pages=12, articles=4)
GIGABYTE = bytes(2**20)
LOOK_INTERVAL = 0.05
MAXSIZE = 8 * 2**20


def _bombs() -> list[Send]:
    """Bodies of a gigabyte, compressed once and twice."""
    blocks = 2**10
    member = gzip.compress(GIGABYTE, mtime=0)
    layers = gzip.compress(member * blocks)
    encoder = brotli.Compressor(quality=1)
    parts = [encoder.process(GIGABYTE) for _ in range(blocks)]
    codings = {
        "gzip": member * blocks,
        "gzip, gzip": layers,
        "br": b"".join(parts) + encoder.finish(),
    }

    def sending(coding: str, body: bytes) -> Send:
        async def send(call: Call, html: bytes) -> None:
            await call.reply(body, "200 OK", HTML, f"Content-Encoding: {coding}")

        return send

    return [sending(coding, body) for coding, body in codings.items()]


async def _as_large_as_may_be(call: Call, html: bytes) -> None:
    await call.reply(b"<p>no article</p>".ljust(MAXSIZE), "200 OK", HTML)


def hoard() -> FaultySite:
    """A site whose pages are bombs, endless, or as large as may be; the first of each topic is good."""
    kinds = [
        *_bombs(),
        _as_large_as_may_be,
        *(FAULTS[name].send for name in ("endless", "announced too large")),
    ]
    plan: dict[Place, Bad] = {}
    for topic, number in places(CONTENT):
        if number > 1:
            plan[topic, number] = Bad(kinds[len(plan) % len(kinds)])
    return FaultySite(plan, CONTENT)


def crawl_measured(
    site: FaultySite, folder: Path, **settings: object
) -> tuple[dict[str, Any], float]:
    """Crawl with the project's settings in a process of its own: its account, and the most memory it had, in MiB."""
    report = folder / "report.json"
    changed = {
        "SITES": json.dumps({"site": site.profile()}),
        "SITE": "site",
        "REPORT_JSON": str(report),
        "CRAWL_DB": f"sqlite:///{folder}/crawls.db",
        **settings,
    }
    options = [
        part for key, value in changed.items() for part in ("-s", f"{key}={value}")
    ]
    with (folder / "log").open("w", encoding="utf-8") as log:
        crawl = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "topics", *options],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        peak = 0.0
        while crawl.poll() is None:
            peak = max(peak, _peak(crawl.pid))
            time.sleep(LOOK_INTERVAL)
    return json.loads(report.read_text("utf-8")), peak


def _peak(pid: int) -> float:
    """The most memory that a process had so far, in MiB; 0 if it has ended.

    Not what `wait4` says: a process begins with the peak of the one that started it.
    """
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) / 2**10 if found else 0.0
