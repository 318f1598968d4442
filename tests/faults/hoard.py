"""`python -m tests.faults.hoard FOLDER`: crawls a site of bombs and endless bodies, and prints the memory it took."""

import gzip
import json
import resource
import sys
from pathlib import Path

import brotli  # type: ignore[import-untyped]

from scraper.demo.content import DemoSite
from tests.downloader.peer import Call
from tests.faults.crawling import crawl_quickly
from tests.faults.site import Bad, FaultySite, Place, serving
from tests.faults.wire import FAULTS, HTML, Send

CONTENT = DemoSite(topics=6, pages=12, articles=4)
GIGABYTE = bytes(2**20)
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


def _peak() -> float:
    """The most memory this process ever had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main(folder: Path) -> None:
    """Crawl, and print what was expected and what came of it as JSON."""
    kinds = [*_bombs(), FAULTS["endless"].send, FAULTS["announced too large"].send]
    plan: dict[Place, Bad] = {}
    for topic in CONTENT.listing:
        for number in range(2, topic.pages(CONTENT.articles) + 1):
            plan[topic.index, number] = Bad(kinds[len(plan) % len(kinds)])
    site = FaultySite(plan, CONTENT)
    before = _peak()
    with serving(site):
        crawled = crawl_quickly(
            folder, site, DOWNLOAD_MAXSIZE=MAXSIZE, DOWNLOAD_TIMEOUT=30
        )
    result = {
        "expected": len(plan),
        "failed": len(crawled.reasons),
        "before_mib": before,
        "peak_mib": _peak(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
