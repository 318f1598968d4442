"""A look at a site as a person reads it: a table that fits the terminal."""

import shutil
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from typing import IO

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from scraper.preview.seen import PageSeen, Preview, TopicSeen

SHOWN_TOPICS = 8
SHOWN_ARTICLES = 3
GAP = 2
WIDTH = 100
"""Columns where there is no terminal."""

Row = tuple[str, str]


def show(
    preview: Preview, warnings: Sequence[str], notes: Sequence[str], file: IO[str]
) -> None:
    """Print what was seen, cut to the width of the terminal (or COLUMNS), then notes and warnings in full."""
    if isinstance(file, TextIOWrapper):
        file.reconfigure(errors="replace")  # a pipe on Windows may be of few letters
    width = shutil.get_terminal_size((WIDTH, 24)).columns
    console = Console(file=file, width=width, highlight=False)
    rows = list(_rows(preview))
    labels = max(cell_len(label) for label, _ in rows) + GAP
    for label, value in rows:
        line = Text(set_cell_size(label, labels), style="bold").append(
            value, "not bold"
        )
        line.truncate(width, overflow="ellipsis")
        line.rstrip()
        console.print(line, soft_wrap=True)
    for kind, lines, style in (("Note", notes, ""), ("Warning", warnings, "yellow")):
        for text in lines:
            console.print(Text(f"{kind}: {text}", style=style), soft_wrap=True)


def _rows(preview: Preview) -> Iterator[Row]:
    """Labels and values, a row each."""
    yield "site", f"{preview.site.name}: {preview.site.index}"
    if preview.problem:
        return
    yield "topics", _topics([name for name, _ in preview.topics])
    if preview.topic:
        yield from _topic_rows(preview.topic)


def _topics(names: Sequence[str]) -> str:
    shown = ", ".join(names[:SHOWN_TOPICS])
    more = ", ..." if len(names) > SHOWN_TOPICS else ""
    return f"{len(names):,}: {shown}{more}" if names else "none"


def _topic_rows(topic: TopicSeen) -> Iterator[Row]:
    yield "topic", f"{topic.name}: {topic.url}"
    yield "pages", _reach(topic)
    yield "articles", ", ".join(map(_count, topic.pages))
    for number, article in enumerate(topic.articles[:SHOWN_ARTICLES], 1):
        yield f"article {number}", ""
        for name, value in article.items():
            yield f"  {name}", "" if value is None else str(value)


def _reach(topic: TopicSeen) -> str:
    """How far a topic reaches, and how that was found."""
    if topic.last is not None:
        how = f"found by {topic.found}" if topic.has_more_pages else topic.found
        return f"{topic.first:,} to {topic.last:,}, {how}"
    if topic.next_url:
        return (
            f'from {topic.first:,} as far as "next" links lead, found by {topic.found}'
        )
    return topic.found or "unknown"


def _count(page: PageSeen) -> str:
    count = "none" if page.problem else f"{len(page.articles):,}"
    return f"{count} on page {page.number or 1}"
