"""The decisions of the worker pool, as functions of plain values."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def default_thread_count(cpus: int | None) -> int:
    """Return how many workers to run on a machine with `cpus` processors.

    One for two of them, and four at most: the interpreter runs one thread at a time, so that what
    more workers gain is lost in handing it over (measured, see docs/downloader.md).
    """
    return max(1, min(4, (cpus or 1) // 2))


def choose_worker(loads: Sequence[int], host: str) -> int:
    """Return the index of the worker for the next download from `host`.

    `loads` holds each worker's running downloads. The least loaded worker wins. Among equals it is
    the first from the host's own place on, so that while there is little to do a host's downloads
    meet again on the connections that one worker keeps.
    """
    count = len(loads)
    home = zlib.crc32(host.encode(errors="replace"))
    return min(range(count), key=lambda index: (loads[index], (index - home) % count))


def connections_per_worker(concurrency: int, workers: int) -> int:
    """Return how many connections a worker may hold before it keeps no more for reuse.

    Twice its share of the `concurrency` that Scrapy allows; 0, any number, if that is unlimited.
    """
    return -(-2 * concurrency // workers)
