"""Whether a document without its end is to be believed, from what its host did before."""

from dataclasses import dataclass

HABIT = 5
"""How many times as many documents with an end as without show that a host ends all of them."""


@dataclass(slots=True)
class Endings:
    """The documents of one host that had an end tag, and those that were taken, or failed, without one.

    HTML may leave out its end tag, so that nothing is doubted where that is usual.
    """

    ended: int = 0
    unended: int = 0

    def believe(self, *, is_same: bool, is_certain: bool) -> bool:
        """Whether to take a document without its end: `is_same` if it came so before, `is_certain` if its length fits.

        Where a length fits, that is less proof than what the host does with all others, and
        more than what it did once.
        """
        if not is_certain:
            return is_same and not self.ended
        if self.unended >= self.ended:
            return True
        return is_same and self.ended < HABIT * (self.unended + 1)
