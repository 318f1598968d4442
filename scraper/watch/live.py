"""Watching: frame after frame until the crawl ends."""

import time
from collections.abc import Iterator

from rich.console import Console
from rich.live import Live

from scraper.watch.frame import Frame
from scraper.watch.snapshots import Snapshot, Snapshots

INTERVAL = 1.0
"""Seconds between two looks at the database."""


def show(snapshots: Snapshots, console: Console) -> bool:
    """Print one frame; False if there is no such crawl.

    Raises:
        StorageError: the database failed.
    """
    snapshot = snapshots.take()
    if snapshot is not None:
        console.print(Frame(snapshot))
    return snapshot is not None


def watch(snapshots: Snapshots, console: Console) -> bool:
    """Show the crawl until it ends or Ctrl-C; then its last frame stays. False if there is no such crawl.

    Raises:
        StorageError: the database failed.
    """
    last = snapshots.take()
    if last is None:
        return False
    if last.is_running:
        last = _watch_live(last, snapshots, console)
    console.print(Frame(last))
    return True


def _watch_live(last: Snapshot, snapshots: Snapshots, console: Console) -> Snapshot:
    frame = Frame(last, ends_screen=True)
    # Drawn more often than it is looked, so that a new size of the terminal shows at once.
    live = Live(frame, console=console, screen=True, refresh_per_second=4)
    try:
        # Not by `with`: a Ctrl-C while it starts would leave the terminal as it is then.
        live.start(refresh=True)
        for last in _until_it_ends(snapshots):
            live.update(Frame(last, ends_screen=True))
    except KeyboardInterrupt:
        pass
    finally:
        live.stop()
    return last


def _until_it_ends(snapshots: Snapshots) -> Iterator[Snapshot]:
    is_running = True
    while is_running:
        time.sleep(INTERVAL)
        snapshot = snapshots.take()
        if snapshot is None:  # deleted meanwhile
            return
        yield snapshot
        is_running = snapshot.is_running
