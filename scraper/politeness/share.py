"""A worker's share of what all workers of a crawl together may do to a host."""

from scraper.politeness.pace import Pace


def share_of(total: int, workers: int, place: int) -> int:
    """The part of `total` requests at once that the worker at `place` (from 0) of so many may have.

    The parts differ by one at most, and add up to `total`: with more workers than
    requests, the last ones have none, and wait until they are needed.
    """
    return total // workers + (place < total % workers)


def shared_pace(whole: Pace, workers: int, place: int) -> Pace:
    """The part of a host's pace that the worker at `place` of so many may have: one request at once at least.

    With each worker's delay as many times as long, all together send as often as one did.
    """
    concurrency = max(1, share_of(whole.concurrency, workers, place))
    return Pace(concurrency, whole.delay * workers)
