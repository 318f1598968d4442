"""File descriptors: enough of them for the concurrency that is asked for."""

from __future__ import annotations

import logging

from scraper.exceptions import ConfigurationError

try:
    import resource
except ImportError:  # Windows has no such limit.
    resource = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

PER_DOWNLOAD = 2
"""Descriptors of a concurrent download: its connection, and one that is kept or being tried."""

RESERVED = 100
"""Descriptors for all else: event loops, log and feed files, a database, look-ups."""


def descriptors_needed(concurrency: int) -> int:
    """Return how many descriptors a process with `concurrency` downloads at once may open."""
    return PER_DOWNLOAD * concurrency + RESERVED


def ensure_descriptors(concurrency: int) -> None:
    """Make sure that `concurrency` downloads at once do not run out of file descriptors.

    Raises the process's soft limit as far as is needed and allowed, and ConfigurationError with
    both numbers if that is not enough. Does nothing where there is no such limit.
    """
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = descriptors_needed(concurrency)
    if soft == resource.RLIM_INFINITY or needed <= soft:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    except (ValueError, OSError) as error:
        raise ConfigurationError(
            f"CONCURRENT_REQUESTS = {concurrency} needs {needed} file descriptors, and this"
            f" process may open {soft} ({error}): lower the one or raise the other (ulimit -n)"
        ) from None
    logger.debug("Raised the limit of file descriptors from %d to %d", soft, needed)
