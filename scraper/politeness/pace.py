"""How fast to go on with a host: additive increase, multiplicative decrease."""

from dataclasses import dataclass
from enum import Enum

FIRST_DELAY = 0.5
"""Seconds between two requests, when one at a time is still too fast."""

LAST_DELAY = 0.05
"""Seconds below which a raised delay goes back to what is set."""

RECOVERY = 0.9
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


def slower(pace: Pace, limits: Limits, factor: float = 2.0) -> Pace:
    """Half as many requests at once; if that was one already, `factor` times the delay."""
    if pace.concurrency > 1:
        return Pace(pace.concurrency // 2, pace.delay)
    delay = min(max(factor * pace.delay, FIRST_DELAY), limits.longest_delay)
    return Pace(pace.concurrency, max(delay, limits.fastest.delay))


def faster(pace: Pace, limits: Limits) -> Pace:
    """A shorter delay; if that is as short as it is set, one more request at once."""
    if pace.delay > limits.fastest.delay:
        delay = pace.delay * RECOVERY
        enough = delay >= LAST_DELAY and delay > limits.fastest.delay
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
