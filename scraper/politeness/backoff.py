"""How long a request waits before it is sent again."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential back-off with full jitter; `base` and `cap` are seconds.

    The n-th retry waits anything from 0 to min(cap, base * factor ** (n - 1)): spread
    over the whole interval, retries of many requests do not come back as one wave
    (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

    Raises:
        ValueError: base or cap is negative or not finite, or factor is below 1.
    """

    base: float = 0.5
    factor: float = 2.0
    cap: float = 30.0

    def __post_init__(self) -> None:
        for name, least in (("base", 0), ("factor", 1), ("cap", 0)):
            value = getattr(self, name)
            if not least <= value < math.inf:
                raise ValueError(
                    f"{name} = {value!r} is not a number of at least {least}"
                )

    def longest(self, retry: int) -> float:
        """The longest wait, in seconds, before retry number `retry`, counted from 1."""
        try:
            return min(self.cap, self.base * self.factor ** (retry - 1))
        except OverflowError:
            return self.cap

    def wait(self, retry: int, fraction: float) -> float:
        """The wait before retry number `retry`; `fraction`, from 0 to 1, is the jitter."""
        return self.longest(retry) * fraction

    def changed(self, overrides: Mapping[str, Any]) -> Self:
        """This back-off with some of base, factor and cap replaced.

        Raises:
            ValueError: there is no such key, or its value makes no sense.
        """
        known = {field.name for field in fields(self)}
        if unknown := set(overrides) - known:
            raise ValueError(
                f"unknown key(s) {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}"
            )
        return replace(
            self, **{name: float(value) for name, value in overrides.items()}
        )
