"""Times and texts, as a terminal shows them."""

from datetime import datetime, timedelta


def span(seconds: float) -> str:
    """A duration: `0:03:12`, `2 days, 4:00:00`."""
    return str(timedelta(seconds=round(seconds)))


def ago(seconds: float) -> str:
    """How long ago: `2 s ago`."""
    return f"{max(seconds, 0):.0f} s ago"


def clock_time(moment: datetime) -> str:
    """A moment by the clock on the wall here; with its date, if that is not today's."""
    here = moment.astimezone()
    is_today = here.date() == datetime.now().astimezone().date()
    return f"{here:%H:%M:%S}" if is_today else f"{here:%Y-%m-%d %H:%M}"


def visible(text: str) -> str:
    """`text` in one line, without what a terminal would take for a command: sites name topics as they like."""
    return "".join(c if c.isprintable() else " " for c in text)
