"""The frame: a snapshot as a person sees it in a terminal, as large as that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from scraper.storage.states import CrawlState
from scraper.storage.watching import TopicNow
from scraper.watch.load import Slot, errors_of, slots_of
from scraper.watch.snapshots import Snapshot
from scraper.watch.words import ago, clock_time, span, visible

MOST_TOPICS = 40
"""Topics shown where there is no end to the height."""

FEWEST_TOPICS = 3
MOST_WORKERS = 8
MOST_SLOTS = 4
MOST_ERRORS = 5
STALE = 3.0
"""Seconds after which it is said how old the counts of topics are."""

QUIET = 6.0
"""Seconds without a sign of life after which a worker stands out; they give one every two."""

LEAST_DELAY = 0.01
"""Seconds between two requests that are worth to be told."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; `ends_screen` says that it must not be higher than the terminal."""

    snapshot: Snapshot
    ends_screen: bool = False

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> RenderResult:
        """Lay the frame out: what is always there first, then as many topics as there is room for."""
        now = self.snapshot
        below = [part for part in (_workers(now), _slots(now), _errors(now)) if part]
        used = 5 + sum(part.row_count + 2 for part in below)
        room = options.size.height - used - 3 if self.ends_screen else MOST_TOPICS
        yield _headline(now)
        yield _total(now)
        yield _figures(now)
        yield ""
        if now.topics:
            yield _topics(now, max(room, FEWEST_TOPICS))
        for part in below:
            yield ""
            yield part


def _headline(now: Snapshot) -> Text:
    crawl = now.crawl
    line = Text(visible(crawl.site), style="bold", no_wrap=True, overflow="ellipsis")
    line.append(f"  crawl {crawl.id}  ", style="not bold")
    line.append(*_state(now))
    line.append(f"  since {clock_time(crawl.started)}", style="not bold")
    if now.is_running or crawl.state is CrawlState.FINISHED:
        line.append(f"  {span(crawl.seconds)}", style="not bold")
    line.append(f"  {visible(crawl.index_url)}", style="not bold dim")
    return line


def _state(now: Snapshot) -> tuple[str, str]:
    if now.crawl.state is CrawlState.FINISHED:
        return visible(now.crawl.reason or "finished"), "not bold green"
    if now.is_running:
        return "running", "not bold cyan"
    return "not at work; the same command goes on with it", "not bold yellow"


def _total(now: Snapshot) -> Table:
    settled = now.done + now.failed
    percent = f"{100 * settled // max(now.known, 1)}%"
    row = Table.grid(
        Column(ratio=1), Column(justify="right"), padding=(0, 1), expand=True
    )
    row.add_row(_bar(settled, now.known), percent)
    return row


def _figures(now: Snapshot) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{now.done:,} of {now.known:,} pages")
    line.append(f"  {now.failed:,} failed", style="red" if now.failed else "")
    line.append(f"  {now.articles:,} articles")
    if now.is_running:
        line.append(f"  {now.rate:,.1f} pages/s")
        left = span(now.left / now.rate) if now.rate else "?"
        line.append(f"  {left} left")
    return line


def _bar(part: int, whole: int) -> ProgressBar:
    return ProgressBar(
        total=max(whole, 1),
        completed=part,
        complete_style="cyan",
        finished_style="green",
    )


def _topics(now: Snapshot, rows: int) -> Table:
    table = Table.grid(
        Column(max_width=30, no_wrap=True, overflow="ellipsis"),
        Column(ratio=1, min_width=10),
        Column(justify="right", no_wrap=True),
        Column(justify="right", no_wrap=True),
        Column(justify="right", no_wrap=True),
        padding=(0, 1),
        expand=True,
    )
    age = f" {ago(now.age)}" if now.age > STALE else ""
    table.add_row(f"topics{age}", "", "pages", "failed", "articles", style="dim")
    ordered = sorted(now.topics, key=_order)
    shown = ordered if len(ordered) <= rows else ordered[: rows - 1]
    for topic in shown:
        _add_topic(table, visible(topic.name), topic)
    if rest := ordered[len(shown) :]:
        _add_topic(table, f"{len(rest):,} more", _sum(rest), style="dim")
    return table


def _order(topic: TopicNow) -> int:
    """Those that are begun, then those that are not, then those that are done; each in the site's order."""
    if not topic.left:
        return 2
    return 0 if topic.done or topic.failed else 1


def _sum(topics: Sequence[TopicNow]) -> TopicNow:
    total: Callable[[str], int] = lambda name: sum(getattr(t, name) for t in topics)  # noqa: E731
    return TopicNow(
        "",
        total("done"),
        total("failed"),
        total("left"),
        total("in_work"),
        total("articles"),
    )


def _add_topic(table: Table, name: str, topic: TopicNow, style: str = "") -> None:
    table.add_row(
        Text(name),
        _bar(topic.done + topic.failed, topic.known),
        f"{topic.done:,}/{topic.known:,}",
        Text(f"{topic.failed:,}" if topic.failed else "", style="red"),
        f"{topic.articles:,}",
        style=style,
    )


def _grid(*titles: str) -> Table:
    """A table whose first column is left-aligned, with dim titles."""
    first = Column(no_wrap=True, overflow="ellipsis", ratio=1)
    others = [Column(justify="right", no_wrap=True) for _ in titles[1:]]
    table = Table.grid(first, *others, padding=(0, 1), expand=True)
    table.add_row(*titles, style="dim")
    return table


def _workers(now: Snapshot) -> Table | None:
    if not now.workers:
        return None
    table = _grid("workers", "pages/s", "done", "requests", "threads", "memory", "seen")
    for one in now.workers[:MOST_WORKERS]:
        status = one.status
        is_quiet = one.seconds_ago > QUIET
        table.add_row(
            Text(visible(f"{one.host} {one.pid}")),
            f"{status.get('pages_per_second', 0.0):,.1f}",
            f"{status.get('pages_done', 0):,}",
            f"{status.get('requests', 0)} of {status.get('concurrency', 0)}",
            f"{len(status.get('threads', ()))}",
            f"{status.get('memory_mb', 0.0):,.0f} MiB",
            Text(ago(one.seconds_ago), style="yellow" if is_quiet else ""),
        )
    if (more := len(now.workers) - MOST_WORKERS) > 0:
        table.add_row(f"and {more} more", *[""] * 6, style="dim")
    return table


def _slots(now: Snapshot) -> Table | None:
    slots = slots_of(now.workers)
    if not slots:
        return None
    table = _grid("slots", "active", "queued", "at once", "delay", "paused")
    for slot in slots[:MOST_SLOTS]:
        _add_slot(table, slot)
    if (more := len(slots) - MOST_SLOTS) > 0:
        table.add_row(f"and {more} more", *[""] * 5, style="dim")
    return table


def _add_slot(table: Table, slot: Slot) -> None:
    table.add_row(
        Text(visible(slot.host)),  # a str would be read as markup
        f"{slot.active}",
        f"{slot.queued}",
        f"{slot.concurrency}",
        f"{slot.delay:.2g} s" if slot.delay >= LEAST_DELAY else "",
        Text(f"{slot.paused:.0f} s" if slot.paused else "", style="yellow"),
    )


def _errors(now: Snapshot) -> Table | None:
    lines = [
        (clock_time(error.at), visible(error.message), error.style)
        for error in errors_of(now.workers)[-MOST_ERRORS:]
    ] or [
        (
            "",
            visible(f"{one.topic!r} page {one.number or 'first'}: {one.reason}"),
            "red",
        )
        for one in now.failures
    ]
    if not lines:
        return None
    table = Table.grid(
        Column(no_wrap=True, style="dim"),
        Column(no_wrap=True, overflow="ellipsis", ratio=1),
        padding=(0, 1),
        expand=True,
    )
    table.add_row("last errors" if now.workers else "failed pages", "", style="dim")
    for when, message, style in lines:
        table.add_row(when, Text(message, style=style))
    return table
