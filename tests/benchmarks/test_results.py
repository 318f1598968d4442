"""The figures as they are printed and kept."""

from pathlib import Path

from benchmarks.comparison import Series, summarize
from benchmarks.contenders import CONTENDERS, OURS
from benchmarks.measure import Measurement
from benchmarks.results import write_section
from benchmarks.table import markdown

START = Measurement(wall=1.0, cpu=0.5, memory=50_000_000, disk=1000)


def series(number: int, *runs: tuple[float, float]) -> Series:
    """What a contender took, in (seconds, CPU seconds) for each round."""
    measured = {
        place: Measurement(wall, cpu, 100_000_000, 2_000_000)
        for place, (wall, cpu) in enumerate(runs)
    }
    return Series(CONTENDERS[number], measured, [START])


def test_medians_and_ratios_round_by_round() -> None:
    ours = series(0, (3, 2), (6, 4), (30, 20))
    peer = series(2, (12, 8), (24, 16), (60, 40))
    first, second = summarize([peer, ours], pages=1001, articles=35_000)
    assert first.contender is OURS
    assert first.pages == 1001 / 6
    assert first.net == 1000 / 5
    assert first.cpu_net == 3.5
    assert (
        second.speed_ratio == 4.0
    )  # the last round, which something disturbed, is not the median
    assert second.cpu_ratio == 0.25


def test_a_slow_peer_is_compared_in_the_rounds_it_ran_in() -> None:
    ours = series(0, (3, 2), (300, 200), (300, 200))
    slow = series(2, (30, 20))
    rows = summarize([ours, slow], pages=100, articles=3500)
    ratio = {row.contender.name: row.speed_ratio for row in rows}
    assert ratio["scrapy"] == 10.0


def test_table_has_a_line_for_each() -> None:
    rows = summarize([series(0, (2, 1)), series(2, (8, 4))], pages=800, articles=28_000)
    head, rule, ours, peer = markdown(rows).splitlines()
    assert [cell.strip() for cell in ours.split("|")[1:5]] == [
        "**this project**",
        "1",
        "400",
        "799",
    ]
    assert [cell.strip() for cell in peer.split("|")[-3:-1]] == ["4.00", "0.25"]
    assert len(head) == len(rule) == len(ours) == len(peer)


def test_sections_are_replaced_and_the_others_kept(tmp_path: Path) -> None:
    file = tmp_path / "RESULTS.md"
    write_section("One", "first", file)
    write_section("Two", "second\n\n| a |", file)
    write_section("One", "third", file)
    text = file.read_text("utf-8")
    assert text.startswith("# Results\n")
    assert "\n## One\n\nthird\n\n## Two\n\nsecond\n\n| a |\n" in text
    assert "first" not in text
