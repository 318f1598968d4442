"""Aside: a feed's file that is written under another name first."""

import logging
from glob import escape
from pathlib import Path
from typing import IO

from scraper.crawl_store import CrawlStore

CHUNK = 1 << 20

logger = logging.getLogger(__name__)


class Aside:
    """The file that is to be at `path` when it is whole; till then it has the name of this worker in its own."""

    def __init__(self, path: Path, store: CrawlStore) -> None:
        self._path = path
        self._store = store
        self._file = path.with_name(f"{path.name}.part-{store.owner}")

    def open(self, *, appends: bool) -> IO[bytes]:
        """Open it to be written; one that `appends` begins with what was at `path` before the crawl."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file.unlink(missing_ok=True)
        file = self._file.open("ab")
        if appends and self._path.exists():
            with self._path.open("rb") as before:
                size = self._path.stat().st_size
                left = self._store.feed_start(str(self._path.absolute()), size)
                while chunk := before.read(min(CHUNK, left)):
                    file.write(chunk)
                    left -= len(chunk)
        elif appends:
            self._store.feed_start(str(self._path.absolute()), 0)
        return file

    def put_in_place(self) -> None:
        """Let it take the place of what is at `path`, unless another worker finishes the crawl by now."""
        if not self._store.may_finish():
            logger.warning("Another worker has taken over, and writes %s", self._path)
            self._file.unlink()
            return
        self._file.replace(self._path)
        for abandoned in self._path.parent.glob(f"{escape(self._path.name)}.part-*"):
            abandoned.unlink(missing_ok=True)
