"""The project's commands, of which Scrapy imports this first: from here on Ctrl-C ends them without a traceback."""

import sys
from types import TracebackType

from scraper.outcome import ExitStatus

_tell = sys.excepthook


def _end(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """End with the status of an interrupted crawl, or tell of an error as ever."""
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(ExitStatus.INTERRUPTED)
    _tell(kind, error, traceback)


if "shell" not in sys.argv[1:2]:  # where Ctrl-C breaks off a line, and no more
    sys.excepthook = _end
