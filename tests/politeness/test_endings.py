"""Which documents without an end are believed."""

import pytest

from scraper.politeness.endings import HABIT, Endings


@pytest.mark.parametrize(
    ("ended", "unended", "is_same", "is_certain", "believed"),
    [
        (0, 0, False, True, True),
        (0, 0, False, False, False),
        (0, 0, True, False, True),
        (1, 0, True, False, False),
        (1, 0, False, True, False),
        (1, 0, True, True, True),
        (HABIT, 0, True, True, False),
        (HABIT, 1, True, True, True),
        (HABIT, 1, False, True, False),
        (3, 3, False, True, True),
    ],
)
def test_what_a_host_does_elsewhere_counts(
    ended: int, unended: int, is_same: bool, is_certain: bool, believed: bool
) -> None:
    endings = Endings(ended, unended)
    assert endings.believe(is_same=is_same, is_certain=is_certain) is believed
