"""Reading Retry-After (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def seconds_to_wait(value: str, *, date: str | None, now: float) -> float | None:
    """The seconds that a response asks to wait, counted from its arrival; None if its Retry-After makes no sense.

    `value` is a number of seconds (a fraction is understood too, as some servers send
    one) or an HTTP-date in any of its three forms (RFC 9110, 5.6.7). A date counts
    from the response's own `date`, so that the two clocks need not agree; without
    one it counts from `now`, seconds since the epoch. A date that has passed is 0.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    when = _timestamp(text)
    if when is None:
        return None
    sent = _timestamp(date) if date else None
    return max(0.0, when - (now if sent is None else sent))


def _timestamp(text: str) -> float | None:
    try:
        when = parsedate_to_datetime(text)
        if when.tzinfo is None:
            # The asctime form names no zone: HTTP-dates are always in UTC.
            when = when.replace(tzinfo=UTC)
        return datetime.timestamp(when)
    except (OverflowError, ValueError):
        return None
