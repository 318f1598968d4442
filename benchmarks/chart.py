"""Draws the comparison as an SVG, out of lines `title<TAB>pages a second`; the peers' environment has what it needs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pygal
from pygal.style import Style

# Read well on white and on black, for a README is shown on both.
_TEXT = "#7d8590"
_OURS, _OTHERS = "#e8590c", "#4c8dd6"


def draw(bars: list[tuple[str, float]], file: Path) -> None:
    """Draw a horizontal bar for each (title, pages a second), the first of which is this project's, fastest on top."""
    ours = bars[0][0]
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground=_TEXT,
        foreground_strong=_TEXT,
        foreground_subtle=_TEXT,
        opacity="1",
        font_family="system-ui, sans-serif",
        label_font_size=14,
        title_font_size=14,
    )
    chart = pygal.HorizontalBar(
        style=style,
        width=860,
        height=60 + 38 * len(bars),
        margin=12,
        explicit_size=True,
        js=[],
        show_legend=False,
        show_x_labels=False,
        show_x_guides=False,
        show_y_guides=False,
        title="pages a second",
    )
    ascending = sorted(bars, key=lambda bar: bar[1])
    chart.x_labels = [f"{title} · {value:,.0f}" for title, value in ascending]
    chart.add(
        "pages/s",
        [
            {"value": value, "color": _OURS if title == ours else _OTHERS}
            for title, value in ascending
        ],
    )
    chart.render_to_file(str(file))


def main() -> None:
    """Draw what standard input says into the file that is named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    lines = [line.rstrip("\n").split("\t") for line in sys.stdin]
    draw([(title, float(value)) for title, value in lines], parser.parse_args().file)


if __name__ == "__main__":
    main()
