"""The course of a crawl as SVG charts. They take their colours from the page, so that they follow its dark mode."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pygal  # type: ignore[import-untyped]
from pygal.style import Style  # type: ignore[import-untyped]

from scraper.report.sampling import Sample, Series
from scraper.report.scales import number, time_labels, time_marks, value_marks

WIDTH, HEIGHT = 480, 210
"""The size that a chart is drawn for; it is scaled to the room it has."""

MOST_POINTS = 120
PAGES_A_POINT = 50
"""Pages behind a point, on average: a rate of fewer jumps."""

_STYLE = Style(label_font_size=14, major_label_font_size=14, font_family="sans-serif")

Value = float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its `svg`, and the names of its lines, where there is more than one."""

    title: str
    svg: str
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: a value for each sample, None where there was nothing to measure."""

    name: str
    value: Callable[[Sample], Value]


Course = tuple[str, Sequence[Line]]
"""A chart's title and its lines."""

_PAGES: Course = (
    "Pages per second",
    (Line("pages", lambda s: s.per_second(s.counts.pages)),),
)
_ARTICLES: Course = (
    "New articles per second",
    (Line("articles", lambda s: s.per_second(s.counts.articles)),),
)
_IN_FLIGHT: Course = ("Requests at once", (Line("requests", lambda s: s.in_flight),))
_ERRORS: Course = (
    "Errors per minute",
    (
        Line("retried", lambda s: 60 * s.per_second(s.counts.retries)),
        Line("page failed", lambda s: 60 * s.per_second(s.counts.failed)),
    ),
)


def charts(series: Series) -> list[Chart]:
    """The charts of a crawl; none if it has no samples. That of errors is left out if there were none."""
    total = series.total()
    if not total.seconds:
        return []
    points = min(MOST_POINTS, max(total.counts.pages // PAGES_A_POINT, 6))
    samples = series.pooled(points)
    courses = [_PAGES, _ARTICLES, _latency_course(samples), _IN_FLIGHT]
    if total.counts.retries or total.counts.failed:
        courses.append(_ERRORS)
    return [_chart(title, samples, lines) for title, lines in courses]


def _latency_course(samples: Sequence[Sample]) -> Course:
    unit, factor = _latency_unit(samples)

    def quantile(part: float) -> Callable[[Sample], Value]:
        return lambda sample: _scaled(sample.latencies.quantile(part), factor)

    lines = (Line("median", quantile(0.5)), Line("95th percentile", quantile(0.95)))
    return f"Response time, {unit}", lines


def _latency_unit(samples: Iterable[Sample]) -> tuple[str, float]:
    slowest = max((s.latencies.quantile(0.95) or 0.0 for s in samples), default=0.0)
    return ("seconds", 1.0) if slowest >= 2 else ("milliseconds", 1000.0)


def _scaled(seconds: float | None, factor: float) -> Value:
    return None if seconds is None else seconds * factor


def _chart(title: str, samples: Sequence[Sample], lines: Sequence[Line]) -> Chart:
    ends = list(accumulate(sample.seconds for sample in samples))
    values = [[line.value(sample) for sample in samples] for line in lines]
    highest = max((v for its in values for v in its if v is not None), default=0.0)
    y_marks, x_marks = value_marks(highest), time_marks(ends[-1])
    chart = pygal.XY(
        width=WIDTH,
        height=HEIGHT,
        style=_STYLE,
        css=(),
        js=(),  # by default a script from the network
        margin=6,
        show_legend=False,
        show_dots=False,
        range=(0, y_marks[-1]),
        xrange=(0, ends[-1]),
        y_labels=y_marks,
        x_labels=x_marks,
        x_value_formatter=time_labels(x_marks),
        value_formatter=number,
        disable_xml_declaration=True,
    )
    chart.add_xml_filter(_without_scripts)
    for line, its in zip(lines, values, strict=True):
        chart.add(line.name, _points(ends, its))
    if (
        len(lines) == 1
    ):  # once more, as the area under it: pygal would draw a line around that
        chart.add("", _points(ends, values[0]), fill=True)
    legend = tuple(line.name for line in lines) if len(lines) > 1 else ()
    return Chart(title, chart.render(is_unicode=True), legend)


def _points(
    ends: Sequence[float], values: Sequence[Value]
) -> list[tuple[float, Value]]:
    """Each value in the middle of its time, the first and the last also at the edges."""
    starts = [0.0, *ends[:-1]]
    middles = [(a + b) / 2 for a, b in zip(starts, ends, strict=True)]
    return [
        (0.0, values[0]),
        *zip(middles, values, strict=True),
        (ends[-1], values[-1]),
    ]


def _without_scripts(root: Any) -> Any:
    """The SVG without what is for pygal's script alone, and without its style sheet, which would count for the page."""
    for unwanted in ("defs", "tooltip-overlay"):
        for element in root.xpath(
            f"//*[name() = '{unwanted}' or contains(@class, '{unwanted}')]"
        ):
            element.getparent().remove(element)
    return root
