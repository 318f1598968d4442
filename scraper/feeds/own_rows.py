"""Own rows: whether what a feed's file has behind a crawl's start is what that crawl wrote, before it is cut away."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from scrapy import Spider
from scrapy.extensions.feedexport import FeedSlot

from scraper.crawl_store import CrawlStore
from scraper.feeds.local import CLOSED_FORMATS, LINE_FORMATS, FeedFileError
from scraper.feeds.rows import write_rows
from scraper.storage.rows import Fields

AHEAD = 200_000
"""Lines in memory at most, of those that the file has not, or has elsewhere; some more, as they come in chunks."""


def check_own_rows(slot: FeedSlot, path: Path, store: CrawlStore) -> None:
    """See that all that the feed's file has behind the crawl's start are rows of the crawl; the last may be cut off.

    Raises:
        FeedFileError: others are among them.
    """
    size = path.stat().st_size if path.is_file() else 0
    start = store.feed_start(str(path.absolute()), size)
    if size <= start or not _has_lines(slot.feed_options):
        return
    # A crawl that was begun without `only=new` wrote what was known, too.
    for known_too in (False, True) if store.only_new else (False,):
        articles = store.stored_articles(known_too=known_too)
        own = _drafted(slot, articles, path if start else None)
        with path.open("rb") as file:
            file.seek(start)
            if _are_own(file, own):
                break
    else:
        raise FeedFileError(
            f"Cannot go on with {path}: it has rows that this crawl did not write, or not with these settings and "
            "pipelines. Use another file, which gets all rows of the crawl, or -O to replace this one"
        )


def _has_lines(options: Mapping[str, Any]) -> bool:
    is_one_line = options["format"] == "json" and options["indent"] is None
    has_lines = options["format"] in LINE_FORMATS | CLOSED_FORMATS
    return has_lines and not is_one_line and "postprocessing" not in options


def _are_own(lines: Iterable[bytes], own: Iterator[list[bytes]]) -> bool:
    """Whether all `lines` are among its `own`, which have nearly the same order; memory does not grow with them."""
    ahead: Counter[bytes] = Counter()
    for line in lines:
        bare = _bare(line)
        while bare not in ahead and len(ahead) < AHEAD:
            if (more := next(own, None)) is None:
                break
            ahead.update(map(_bare, more))
        if bare not in ahead:
            is_cut_off = not line.endswith(b"\n")
            return is_cut_off and any(one.startswith(line) for one in ahead)
        ahead[bare] -= 1
        if not ahead[bare]:
            del ahead[bare]
    return True


def _bare(line: bytes) -> bytes:
    """A line without its end, to which a comma belongs in JSON, where the last row has none."""
    return line.rstrip(b",\r\n")


def _drafted(
    slot: FeedSlot, articles: Iterable[list[Fields]], appended_to: Path | None
) -> Iterator[list[bytes]]:
    """The lines that the feed would write of `articles`, some at a time."""
    draft = copy(slot)
    draft.storage = file = _Draft(appended_to)
    draft.start_exporting()
    for rows in articles:
        write_rows(draft, rows)
        yield file.take_lines()
    draft.finish_exporting()
    yield [*file.take_lines(), file.getvalue()]


class _Draft(BytesIO):
    """A feed's file in memory, and its storage. An exporter finds in it what it does in the one at `appended_to`."""

    mode = "ab"

    def __init__(self, appended_to: Path | None) -> None:
        super().__init__()
        self.name = str(appended_to) if appended_to else None
        if appended_to:
            self.write(b"\n")  # in the middle of a file no encoding writes its mark

    def open(self, _: Spider) -> IO[bytes]:
        """Return itself."""
        return self

    def store(self, _: IO[bytes]) -> None:
        """Keep nothing."""

    def take_lines(self) -> list[bytes]:
        """Take out the lines that are whole."""
        *lines, rest = self.getvalue().split(b"\n")
        self.seek(0)
        self.truncate()
        self.write(rest)
        return lines
