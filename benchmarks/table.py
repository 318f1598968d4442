"""The comparison's table, as Markdown that is read well on a terminal too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.contenders import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.comparison import Row

_HEADS = (
    "",
    "rounds",
    "pages/s",
    "net of start-up",
    "articles/s",
    "CPU ms/page",
    "net of start-up",
    "peak MB",
    "MB on disk",
    "ours: times the pages/s",
    "ours: of its CPU",
)


def markdown(rows: Sequence[Row]) -> str:
    """Return a table with a line for each contender."""
    lines = [_HEADS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = tuple("-" * (width - 1) + ":" for width in widths)
    rule = ("-" * widths[0], *rule[1:])
    return "".join(_line(cells, widths) for cells in (lines[0], rule, *lines[1:]))


def _cells(row: Row) -> tuple[str, ...]:
    is_ours = row.contender is OURS
    title = row.contender.title
    return (
        f"**{title}**" if is_ours else title,
        str(row.rounds),
        f"{row.pages:.0f}",
        f"{row.net:.0f}",
        f"{row.articles:,.0f}",
        f"{row.cpu:.2f}",
        f"{row.cpu_net:.2f}",
        f"{row.memory / 1e6:.0f}",
        f"{row.disk / 1e6:.0f}",
        "" if is_ours else f"{row.speed_ratio:.2f}",
        "" if is_ours else f"{row.cpu_ratio:.2f}",
    )


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |\n"
