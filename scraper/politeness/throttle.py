"""Following a host's answers to the pace at which to go on with it."""

from collections.abc import Collection, Hashable

from scraper.politeness.pace import FIRST_DELAY, Limits, Pace, Sign, faster, slower
from scraper.politeness.trial import Trials

ROUND = 10
"""Good answers at least before one more request is sent at once: each try at that may cost a request an attempt."""


class Throttle:
    """Follows the answers of one host, and keeps the pace at which to go on.

    It slows down once per round: what was in flight then was sent at the old pace and
    says nothing of the new one. It speeds up once per round of good answers. Some pages
    are refused whatever the pace: one 503 may be one of them, two in a row mean the
    host; and where longer delays change nothing, they end (see Trials).
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.pace = limits.fastest
        self._good = 0
        self._busy = 0
        self._trials = Trials()
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
        is_good = sign is Sign.GOOD
        if self._trials.failed(is_good=is_good, is_longest=self._is_longest):
            return self._change(self._pace_at_rest)
        return self._answered_well() if is_good else self._refused(request, in_flight)

    def limit(self, limits: Limits) -> None:
        """Go on within other limits: at the fastest pace if it was that, else no faster than now and than they say."""
        is_fastest = self.pace == self.limits.fastest
        self.limits, fastest = limits, limits.fastest
        self.pace = Pace(
            min(self.pace.concurrency, fastest.concurrency),
            max(self.pace.delay, fastest.delay),
        )
        if is_fastest:
            self.pace = fastest

    def restart(self) -> None:
        """Begin again with one request at once."""
        self._change(Pace(1, self.pace.delay))

    @property
    def _is_delayed(self) -> bool:
        return self.pace.delay > self.limits.fastest.delay

    @property
    def _is_longest(self) -> bool:
        return self.pace.delay >= self.limits.longest_delay

    @property
    def _pace_at_rest(self) -> Pace:
        """Without a delay where a part of the answers is good; else with a short one, as a host that is dead gets."""
        fastest = self.limits.fastest.delay
        short = min(FIRST_DELAY, self.limits.longest_delay)
        return Pace(1, max(fastest, short) if self._is_longest else fastest)

    def _answered_well(self) -> bool:
        self._good += 1
        is_round = self._good >= max(self.pace.concurrency, ROUND)
        if (self._is_delayed and not self._trials.is_running) or is_round:
            return self._change(faster(self.pace, self.limits))
        return False

    def _refused(self, request: Hashable, in_flight: Collection[Hashable]) -> bool:
        factor = 1.0
        if self._trials.are_over:
            return False
        if self.pace.concurrency == 1:
            if not self._trials.is_next_due:
                return False
            factor = self._trials.begin()
        self._sent_before = set(in_flight) - {request}
        return self._change(slower(self.pace, self.limits, factor))

    def _change(self, pace: Pace) -> bool:
        changed = pace != self.pace
        self.pace, self._good = pace, 0
        return changed
