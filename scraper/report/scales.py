"""Axes: where their marks are, and what they say."""

from collections.abc import Callable
from math import ceil, floor, log10

_TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800)
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def value_marks(highest: float, count: int = 4) -> list[float]:
    """Round marks from 0 to at least `highest`, about `count` steps of 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / count
    power = 10.0 ** floor(log10(rough))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough * 0.999)
    return [place * step for place in range(ceil(highest / step * 0.999) + 1)]


def time_marks(seconds: float, most: int = 6) -> list[float]:
    """Marks from 0 to `seconds` at round times, `most` steps at most."""
    rough = seconds / most
    days = max(ceil(rough / _DAY), 1) * _DAY
    quarters = ceil(rough / (6 * _HOUR)) * 6 * _HOUR
    steps = (*_TIME_STEPS, quarters if quarters < _DAY else days)
    step = next((step for step in steps if step >= rough), days)
    return [float(mark) for mark in range(0, int(seconds) + 1, step)]


def number(value: float) -> str:
    """A number of three digits or more, with separators and without an exponent: `1,200`, `55`, `5.5`, `0.25`."""
    if value >= 100 or value == round(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"


def duration(seconds: float) -> str:
    """A duration as people say it: `0.8 s`, `45 s`, `2:05 min`, `3:07 h`, `2 d 4:00 h`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}:{whole % _MINUTE:02} min"
    days, rest = divmod(whole, _DAY)
    hours = f"{rest // _HOUR}:{rest % _HOUR // _MINUTE:02} h"
    return f"{days} d {hours}" if days else hours


def latency(seconds: float) -> str:
    """How long a response took: `45 ms`, `2.4 s`."""
    if seconds < 1:
        return (
            f"{seconds * 1000:.2g} ms" if seconds < 0.1 else f"{seconds * 1000:.0f} ms"
        )
    return f"{seconds:.1f} s"


def time_labels(marks: list[float]) -> Callable[[float], str]:
    """What the marks of a time axis say, all in one unit: `20 s`, `1:30`, `5 min`, `3 h`, `2 d`."""
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if step % unit == 0:
            return lambda mark: f"{mark / unit:.0f} {name}" if mark else "0"
    if marks[-1] < _MINUTE:
        return lambda mark: f"{mark:.0f} s" if mark else "0"
    return lambda mark: (
        f"{int(mark) // _MINUTE}:{int(mark) % _MINUTE:02}" if mark else "0"
    )
