"""Axes: round marks, as many as fit, that say what people say."""

import pytest

from scraper.report.scales import (
    duration,
    latency,
    number,
    time_labels,
    time_marks,
    value_marks,
)


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 0.5, 1]),
        (37, [0, 10, 20, 30, 40]),
        (40, [0, 10, 20, 30, 40]),
        (41, [0, 20, 40, 60]),
        (7300, [0, 2000, 4000, 6000, 8000]),
        (0.031, [0, 0.01, 0.02, 0.03, 0.04]),
    ],
)
def test_value_marks(highest: float, marks: list[float]) -> None:
    assert value_marks(highest) == pytest.approx(marks)


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [
        (0.4, ["0"]),
        (3, ["0", "1 s", "2 s", "3 s"]),
        (59, ["0", "10 s", "20 s", "30 s", "40 s", "50 s"]),
        (100, ["0", "0:30", "1:00", "1:30"]),
        (600, ["0", "2 min", "4 min", "6 min", "8 min", "10 min"]),
        (5 * 3600, ["0", "1 h", "2 h", "3 h", "4 h", "5 h"]),
        (30 * 3600, ["0", "6 h", "12 h", "18 h", "24 h", "30 h"]),
        (10 * 86400, ["0", "2 d", "4 d", "6 d", "8 d", "10 d"]),
    ],
)
def test_time_marks(seconds: float, labels: list[str]) -> None:
    marks = time_marks(seconds)
    assert list(map(time_labels(marks), marks)) == labels


@pytest.mark.parametrize("seconds", [0.1, 7, 61, 3599, 7300, 86_401, 3e6, 4e8])
def test_there_are_never_too_many_time_marks(seconds: float) -> None:
    assert len(time_marks(seconds)) <= 7


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.25, "0.25"), (5.55, "5.55"), (1234.5, "1,234")]
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.84, "0.8 s"),
        (45, "45 s"),
        (125, "2:05 min"),
        (11220, "3:07 h"),
        (187200, "2 d 4:00 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0043, "4.3 ms"), (0.165, "165 ms"), (2.44, "2.4 s")]
)
def test_latencies(seconds: float, text: str) -> None:
    assert latency(seconds) == text
