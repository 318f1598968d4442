"""How fast to go on with a host: additive increase, multiplicative decrease."""

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from enum import Enum

FIRST_DELAY = 0.5
"""Seconds between two requests, when one at a time is still too fast."""

RECOVERY = 0.75
"""What is left of a delay after an answer that shows no overload."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How many requests at once, and how many seconds between two of them."""

    concurrency: int
    delay: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The fastest pace, which is what the settings say, and the longest delay of the slowest, in seconds."""

    fastest: Pace
    longest_delay: float


def slower(pace: Pace, limits: Limits) -> Pace:
    """Half as many requests at once; if that was one already, twice the delay."""
    if pace.concurrency > 1:
        return Pace(pace.concurrency // 2, pace.delay)
    delay = min(max(2 * pace.delay, FIRST_DELAY), limits.longest_delay)
    return Pace(pace.concurrency, max(delay, limits.fastest.delay))


def faster(pace: Pace, limits: Limits) -> Pace:
    """A shorter delay; if that is as short as it is set, one more request at once."""
    if pace.delay > limits.fastest.delay:
        delay = pace.delay * RECOVERY
        enough = delay >= FIRST_DELAY and delay > limits.fastest.delay
        return Pace(pace.concurrency, delay if enough else limits.fastest.delay)
    return Pace(min(pace.concurrency + 1, limits.fastest.concurrency), pace.delay)


class Sign(Enum):
    """What an answer says of the host's load."""

    GOOD = "no overload"
    UNCLEAR = "an error that may have another cause"
    BUSY = "overload, or this page alone (503)"
    TOO_FAST = "we are too fast (429, or Retry-After)"


def sign_of(status: int, *, asks_to_wait: bool) -> Sign:
    """What the status of a response, and whether it has a Retry-After, says of the host's load."""
    if status == 429 or (status == 503 and asks_to_wait):
        return Sign.TOO_FAST
    if status == 503:
        return Sign.BUSY
    return Sign.UNCLEAR if status >= 500 else Sign.GOOD


class Throttle:
    """Follows the answers of one host, and keeps the pace at which to go on.

    It slows down once per round: what was in flight then was sent at the old pace and
    says nothing of the new one. It speeds up once per round of good answers. One 503
    may mean one page that is broken for good; two in a row mean the host.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pace = limits.fastest
        self._good = 0
        self._busy = 0
        self._sent_before: set[Hashable] = set()

    def answered(
        self, request: Hashable, sign: Sign, in_flight: Collection[Hashable]
    ) -> bool:
        """Take note of an answer; whether the pace has changed. `in_flight` are the requests under way."""
        stale = request in self._sent_before
        self._sent_before.discard(request)
        self._busy = self._busy + 1 if sign in (Sign.BUSY, Sign.TOO_FAST) else 0
        if stale or sign is Sign.UNCLEAR or (sign is Sign.BUSY and self._busy < 2):
            return False
        if sign is Sign.GOOD:
            self._good += 1
            return self._good >= self.pace.concurrency and self._change(
                faster(self.pace, self.limits)
            )
        self._sent_before = set(in_flight) - {request}
        return self._change(slower(self.pace, self.limits))

    def restart(self) -> None:
        """Begin again with one request at once."""
        self._change(Pace(1, self.pace.delay))

    def _change(self, pace: Pace) -> bool:
        changed = pace != self.pace
        self.pace, self._good = pace, 0
        return changed
