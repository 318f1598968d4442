"""When a host counts as dead: paused, probed later and later, given up."""

from dataclasses import dataclass

LEAST_PROBES = 3
"""Probes that must fail before a host is given up, also where the host's own Retry-After stretched the waits."""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """After how many failures in a row a host is paused, and when it is tried again, in seconds.

    The first wait is `first_wait`, each further one twice as long; after `give_up_after` seconds in all it is given up.
    """

    failures: int
    first_wait: float
    give_up_after: float

    def wait(self, probes: int, dead_for: float) -> float | None:
        """The wait after `probes` probes that failed, `dead_for` seconds after the first pause began; None: give up."""
        wait = self.first_wait * 2.0 ** min(probes, 60)
        left = self.give_up_after - dead_for
        if left > 0:
            return min(wait, left)
        return wait if probes < LEAST_PROBES else None


class HostHealth:
    """Follows the outcomes of one host's requests; times are `time.monotonic()`."""

    def __init__(self, plan: ProbePlan) -> None:
        self._plan = plan
        self._failures = 0
        self._probes = 0
        self._down_since = 0.0
        self.paused_until = 0.0
        self.is_down = False
        self.given_up = False

    def succeeded(self) -> bool:
        """The host answered well; whether it was down before."""
        was_down = self.is_down
        self._failures = self._probes = 0
        self.is_down = False
        return was_down

    def failed(self, now: float) -> float | None:
        """The host failed; for how many seconds to pause it now, if a new pause is due.

        What fails during a pause was sent before it and changes nothing. See `given_up`
        afterwards.
        """
        self._failures += 1
        if self.given_up or self._failures < self._plan.failures:
            return None
        if not self.is_down:
            self.is_down, self._down_since = True, now
        elif now < self.paused_until:
            return None
        wait = self._plan.wait(self._probes, now - self._down_since)
        if wait is None:
            self.given_up = True
            return None
        self._probes += 1
        self.paused_until = now + wait
        return wait
