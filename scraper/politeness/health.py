"""When a host counts as dead: paused, probed later and later, given up."""

from dataclasses import dataclass

GROWTH = 1.5
"""How many times as long each wait is as the one before."""

LEAST_PROBES = 3
"""Probes that must fail before a host is given up, also where the host's own Retry-After stretched the waits."""

MOST_TOLERATED = 8
"""How many times as many failures it takes, at most, to pause a host that came back again and again."""


@dataclass(frozen=True, slots=True)
class ProbePlan:
    """After how many failures in a row a host is paused, and when it is tried again, in seconds.

    The first wait is `first_wait`, each further one GROWTH times as long; after `give_up_after` seconds in all it is
    given up.
    """

    failures: int
    first_wait: float
    give_up_after: float

    def wait(self, probes: int, dead_for: float) -> float | None:
        """The wait after `probes` probes that failed, `dead_for` seconds after the first pause began; None: give up."""
        wait = self.first_wait * GROWTH ** min(probes, 60)
        left = self.give_up_after - dead_for
        if left > 0:
            return min(wait, left)
        return wait if probes < LEAST_PROBES else None


class HostHealth:
    """Follows the outcomes of one host's requests; times are `time.monotonic()`, it begins at `now`.

    Where many pages fail at first, a wave of new ones is a long run of failures. It shows a dead host only when
    requests fail again and again meanwhile, or nothing was answered for a while. Each time a host
    comes back it takes twice as many failures to pause it.
    """

    def __init__(self, plan: ProbePlan, now: float) -> None:
        self._plan = plan
        self._tolerated = plan.failures
        self._failures = 0
        self._probes = 0
        self._last_good = now
        self._down_since = 0.0
        self.paused_until = 0.0
        self.is_down = False
        self.given_up = False
        self.epitaph = ""
        """Why it was given up."""

    def answered_since(self, then: float) -> bool:
        """Whether the host has answered well since then."""
        return self._last_good > then

    def succeeded(self, now: float) -> bool:
        """The host answered well; whether it was down before."""
        was_down, most = self.is_down, MOST_TOLERATED * self._plan.failures
        if was_down:
            self._tolerated = min(2 * self._tolerated, most)
        self._failures = self._probes = 0
        self._last_good = now
        self.is_down = False
        return was_down

    def failed(self, now: float, *, again: bool) -> float | None:
        """A request failed, `again` if it did so several times; for how many seconds to pause now, if a pause is due.

        What fails during a pause was sent before it and changes nothing. See `given_up`
        afterwards.
        """
        self._failures += 1
        if self.given_up or not (self.is_down or self._looks_dead(now, again)):
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

    def _looks_dead(self, now: float, again: bool) -> bool:
        is_silent = now - self._last_good >= self._plan.first_wait
        return self._failures >= self._tolerated and (again or is_silent)
