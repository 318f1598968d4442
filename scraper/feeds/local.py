"""Feeds in local files: whether one can be written and appended to, and the storage that does it."""

import csv
import os
import stat
from collections.abc import Iterable, Mapping
from io import BufferedWriter, FileIO
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.extensions.feedexport import FileFeedStorage
from w3lib.url import file_uri_to_path

from scraper.crawl_store import CrawlStore
from scraper.feeds.aside import Aside
from scraper.reasons import reason_of_file
from scraper.replacing import try_to_write

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CLOSED_FORMATS = frozenset({"json", "xml"})
"""The formats whose files have an end, after which nothing can be appended."""

LINE_FORMATS = frozenset({"csv", "jsonlines", "jsonl", "jl"})
"""The formats of one line after the other."""


class FeedFileError(OSError):
    """A feed's file cannot be named, written, or appended to; the message is one line that says what to do."""


def local_path(uri: str) -> Path | None:
    """The file that a feed's URI means; None for a storage that is no local file."""
    if uri.startswith("file:"):
        return Path(file_uri_to_path(uri))
    if urlsplit(uri).scheme and not PureWindowsPath(uri).drive:
        return None
    return Path(uri)


def cut_back(path: Path, store: CrawlStore) -> None:
    """Cut a feed's file back to where the crawl in `store` began in it; of a new crawl, remember where that is.

    Raises:
        FeedFileError: it cannot be cut.
    """
    size = path.stat().st_size if path.is_file() else 0
    uri = str(path.absolute())
    start = store.feed_start(uri, size)
    if size < start:  # another file than the one before, in which the rows begin anew
        store.move_feed_start(uri, size)
    if size <= start:
        return
    try:
        with path.open("r+b") as file:
            file.truncate(start)
    except OSError as error:
        raise FeedFileError(
            f"Cannot write the feed {path}: {reason_of_file(error)}"
        ) from error


def check_feed_file(path: Path, options: Mapping[str, Any]) -> None:
    """See whether the feed at `path` can be written.

    Raises:
        FeedFileError: it cannot, or it has rows that the new ones do not fit.
    """
    try:
        existed = try_to_write(path)
    except OSError as error:
        raise FeedFileError(
            f"Cannot write the feed {path}: {reason_of_file(error)}"
        ) from error
    if existed and path.stat().st_size and not options.get("overwrite", False):
        _check_appendable(path, options)


def _check_appendable(path: Path, options: Mapping[str, Any]) -> None:
    if "postprocessing" in options:
        return  # compressed: what is in there cannot be looked at
    if options["format"] in CLOSED_FORMATS:
        raise FeedFileError(
            f"Cannot append to {path}: a {options['format']} file has an end. "
            "Use -O to replace it, or another file"
        )
    if options["format"] == "csv":
        fields = options["fields"] or ()
        columns = fields.values() if isinstance(fields, Mapping) else fields
        columns_of(path, options["encoding"], columns, options["item_export_kwargs"])


def columns_of(
    path: Path,
    encoding: str | None,
    columns: Iterable[str],
    csv_options: Mapping[str, Any],
) -> list[str]:
    """The columns of the CSV file at `path`, whose header must name the same as `columns`, in any order.

    Raises:
        FeedFileError: it names others.
    """
    dialect = {
        k: v
        for k, v in csv_options.items()
        if k in ("delimiter", "quotechar", "dialect")
    }
    try:
        with path.open(encoding=encoding or "utf-8-sig", newline="") as file:
            header = next(csv.reader(file, **dialect), [])
    except (UnicodeError, csv.Error) as error:
        raise FeedFileError(
            f"Cannot append to {path}: it is no CSV file ({error})"
        ) from error
    wanted = list(columns)
    if sorted(header) != sorted(wanted):
        raise FeedFileError(
            f"Cannot append to {path}: its columns are {','.join(header)}, this crawl's are "
            f"{','.join(wanted)}. Use -O to replace it, or another file"
        )
    return header


class LocalFeedStorage(FileFeedStorage):
    """Scrapy's storage of local files; a last line that was cut off is ended before rows are appended.

    The file of a crawl that several workers share is written aside, and put in its
    place when it is whole, as long as it is this worker's turn: so it does not matter
    if one that was taken for dead goes on writing.
    """

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        options = feed_options or {}
        self._is_batch = bool(options.get("batch_item_count"))
        self._has_lines = (
            options.get("format") in LINE_FORMATS and "postprocessing" not in options
        )
        self._aside: Aside | None = None
        self._written: WrittenFile | None = None

    def open(self, spider: Spider) -> IO[bytes]:
        """Open the file; its folder is made if need be."""
        store: CrawlStore | None = getattr(spider, "store", None)
        path = Path(self.path)
        is_special = path.exists() and not path.is_file()
        if store is not None and self._is_batch:
            # For when the crawl goes on, and writes all batches anew.
            keeps = self.write_mode == "ab" and path.is_file()
            store.feed_start(str(path.absolute()), path.stat().st_size if keeps else 0)
        if store is not None and store.options.shared and not is_special:
            self._aside = Aside(path, store)
            file = self._aside.open(appends=self.write_mode == "ab")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._written = WrittenFile(self.path, self.write_mode)
            file = BufferedWriter(self._written)
        if store is not None and self._written is not None and self.write_mode == "wb":
            store.move_feed_start(str(path.absolute()), 0)
        if self._has_lines:
            _end_last_line(file)
        return file

    def check_written(self) -> None:
        """See that what was written is in the file; to be called before it is closed.

        Raises:
            FeedFileError: others deleted, replaced or cut it meanwhile.
        """
        if self._written is not None and not self._written.is_there():
            raise FeedFileError(
                f"{self.path} was deleted, replaced or cut while the crawl wrote it: the same command writes it again"
            )

    def store(self, file: IO[bytes]) -> None:
        """Close the file."""
        super().store(file)
        if self._aside is not None:
            self._aside.put_in_place()


def _end_last_line(file: IO[bytes]) -> None:
    if file.seekable() and file.tell():
        with Path(file.name).open("rb") as written:
            written.seek(-1, 2)
            if written.read(1) != b"\n":
                file.write(b"\n")


class WrittenFile(FileIO):
    """A file that knows what was written to it. Each write goes to its end: where others cut it, there is no gap."""

    def __init__(self, path: str, mode: str) -> None:
        super().__init__(path, mode, opener=_opened_at_end)
        self._least = os.fstat(self.fileno()).st_size

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write, and count."""
        count = super().write(data)
        self._least += count
        return count

    def is_there(self) -> bool:
        """Whether the file is still at its path, with all that was written."""
        file = os.fstat(self.fileno())
        if not stat.S_ISREG(file.st_mode):
            return True
        try:
            found = os.stat(self.name)
        except FileNotFoundError:
            return False
        return os.path.samestat(file, found) and found.st_size >= self._least


def _opened_at_end(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_APPEND, 0o666)
