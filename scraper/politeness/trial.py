"""Whether a longer delay helps with a host that refuses requests, or whether its refusals have another cause."""

from dataclasses import dataclass

PRESSURE = 5.0
"""Refusals that make a longer delay due. Each good answer takes back RELIEF of them."""

RELIEF = 0.25

LENGTH = 10
"""Answers after which it is looked what a delay has changed."""

HELPED = 8
"""Good answers among them that show that it is long enough."""

UNKNOWN = 1
"""Good answers among them that are too few to tell how much longer it must be."""

HOPELESS = 4
"""Refusals, and nothing else, that end a trial at its beginning: the delay is far too short, or does not matter."""

FAR = 4.0
"""How many times the delay is tried then."""

MARGIN = 1.5
"""How many times the delay that would be enough on average is tried."""

LONGER = 4
"""How many times as long it is after the longest delay: to look again takes minutes."""

FIRST_REST = 100
"""Answers for which no delay is tried any more when none helps; twice as many each further time."""


@dataclass(slots=True)
class Trials:
    """Each delay that is raised is a trial.

    A host that allows so many requests per second answers well to a share of them that grows with the delay: from
    that share follows the delay that it asks for. If that does not help either, nor the longest delay, refusals have
    nothing to do with the pace (some sites refuse some pages at any), and delays would
    only cost time: there are none for a while.
    """

    _pressure: float = 0.0
    _left: int = 0
    _good: int = 0
    _factor: float = 2.0
    _is_last: bool = False
    _rest: int = 0
    _next_rest: int = FIRST_REST

    @property
    def are_over(self) -> bool:
        """Whether refusals are to be borne for now."""
        return self._rest > 0

    @property
    def is_running(self) -> bool:
        """Whether the effect of a delay is being looked at, so that it must stay as it is."""
        return self._left > 0

    @property
    def is_next_due(self) -> bool:
        """Whether so many requests were refused that the delay is to be raised."""
        return self._pressure >= PRESSURE and not self._left

    def begin(self) -> float:
        """Begin a trial; returns what the delay is to be multiplied by."""
        self._pressure, self._left, self._good = 0.0, LENGTH, 0
        return self._factor

    def failed(self, *, is_good: bool, is_longest: bool) -> bool:
        """Take note of an answer, at the longest delay or not; whether it shows that no delay helps."""
        self._rest = max(0, self._rest - 1)
        change = -RELIEF if is_good else 1.0
        self._pressure = max(0.0, self._pressure + change)
        if not self._left:
            return False
        self._left -= 1
        self._good += is_good
        if LENGTH - self._left == HOPELESS and not self._good:
            self._left = 0
        return not self._left and self._has_failed(is_longest=is_longest)

    def _has_failed(self, *, is_longest: bool) -> bool:
        is_between = UNKNOWN < self._good < HELPED
        is_worse = self._good < HELPED and self._is_last
        failed = is_worse or (self._good <= UNKNOWN and is_longest)
        self._is_last = is_between and not failed
        self._factor = MARGIN * LENGTH / self._good if self._is_last else 2.0
        if not self._good:
            self._factor = FAR
        self._pressure = 0.0 if failed or self._good >= HELPED else PRESSURE
        if failed:
            self._next_rest *= LONGER if is_longest else 1
            self._rest, self._next_rest = self._next_rest, 2 * self._next_rest
        return failed
