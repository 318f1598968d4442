"""Retry-After in all its forms (RFC 9110, 10.2.3 and 5.6.7)."""

import pytest

from scraper.politeness import seconds_to_wait

NOW = 784_111_777.0
"""Sun, 06 Nov 1994 08:49:37 GMT."""


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("1.5", 1.5),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:49:38 1994", 1),
        ("Sun, 06 Nov 1994 08:49:47 +0000", 10),
        ("Sun, 06 Nov 1994 07:00:00 GMT", 0),
        ("Sat, 06 Nov 2094 08:49:37 GMT", 3_155_760_000),
    ],
)
def test_a_time_to_wait(value: str, seconds: float) -> None:
    assert seconds_to_wait(value, date=None, now=NOW) == seconds


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "soon",
            "-5",
            "1e9",
            "٣",
            "0x10",
            "12 minutes",
            "Sun, 99 Nov 1994",
            "nan",
        ),
        "Mon, 01 Jan 2024 00:00:00 +99999999999999999999",
    ],
)
def test_what_makes_no_sense_is_nothing(value: str) -> None:
    assert seconds_to_wait(value, date=None, now=NOW) is None


def test_a_number_beyond_all_numbers_is_a_long_time() -> None:
    assert seconds_to_wait("9" * 5000, date=None, now=NOW) == float("inf")


def test_a_date_counts_from_the_date_of_the_response() -> None:
    value, sent = "Sun, 06 Nov 1994 08:49:47 GMT", "Sun, 06 Nov 1994 08:49:40 GMT"
    assert seconds_to_wait(value, date=sent, now=NOW + 5000) == 7
    assert seconds_to_wait(value, date="no date", now=NOW) == 10
