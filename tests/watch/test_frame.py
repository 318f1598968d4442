"""The frame: all that matters, in any size of terminal, and nothing that a site could say to the terminal."""

import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from scraper.storage.states import CrawlState
from scraper.storage.watching import Failure
from scraper.watch.frame import Frame
from scraper.watch.snapshots import Snapshot
from scraper.watch.words import visible
from tests.watch.snapshots import snapshot, topic, worker

NASTY = "\x1b]0;gotcha\x07\x1b[2J[bold red]x[/]\u202e\r\n"


def drawn(
    now: Snapshot, *, width: int = 100, height: int = 24, ends_screen: bool = False
) -> str:
    file = io.StringIO()
    console = Console(file=file, width=width, height=height, color_system=None)
    console.print(Frame(now, ends_screen))
    return file.getvalue()


def test_it_says_what_matters() -> None:
    now = snapshot([topic("Science", 400, 600), topic("History", 0, 99)], [worker()])
    said = " ".join(drawn(now).split())
    for part in (
        "books crawl 7 running since",
        "0:03:12 https://x.org/",
        "36%",
        "400 of 1,100 pages 1 failed 12,000 articles 25.0 pages/s 0:00:28 left",
        "400/1,001 1 12,000",
        "host 4711 25.0 400 30 of 32 2 130 MiB 1 s ago",
        "x.org 30 2 32",
        "Page 3 failed",
    ):
        assert part in said


def test_slots_and_errors_of_a_fleet_are_put_together() -> None:
    slot = {"active": 1, "queued": 2, "concurrency": 4, "delay": 0.5, "paused": 3.0}
    later = {"at": 2e9, "level": "ERROR", "message": "the latest"}
    fleet = [worker("a"), worker("b", slots={"x.org": slot}, errors=[later])]
    lines = drawn(snapshot([topic()], fleet)).splitlines()
    assert "x.org 31 4 36 0.5 s 3 s" in [" ".join(line.split()) for line in lines]
    assert lines[-1].rstrip().endswith("the latest")
    assert "50.0 pages/s" in "".join(lines)


def test_more_workers_than_there_is_room_for_are_counted() -> None:
    fleet = [worker(str(n)) for n in range(30)]
    assert "and 22 more" in drawn(snapshot([topic()], fleet))


def test_a_worker_that_has_just_begun_has_said_nothing() -> None:
    silent = worker()
    silent.status.clear()  # type: ignore[attr-defined]  # mypy allows none, as keys might be required
    assert "host 4711" in drawn(snapshot([], [silent]))


def test_a_crawl_that_is_over_shows_why_and_what_failed() -> None:
    failures = [Failure("Science", None, "HTTP 500"), Failure("Science", 3, "HTTP 404")]
    now = snapshot(
        [topic()], state=CrawlState.FINISHED, reason="finished", failures=failures
    )
    text = drawn(now)
    assert "crawl 7  finished" in text
    assert "'Science' page first: HTTP 500" in text
    assert "'Science' page 3: HTTP 404" in text
    assert "pages/s" not in text


def test_an_interrupted_crawl_says_how_it_goes_on() -> None:
    assert "not at work; the same command goes on" in drawn(snapshot([topic()]))


@pytest.mark.parametrize("count", [1, 12, 5000])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 30), (200, 60)])
def test_it_is_no_larger_than_the_terminal(width: int, height: int, count: int) -> None:
    topics = [topic(f"topic {n} 科学技術", done=n % 40) for n in range(count)]
    now = snapshot(topics, [worker()])
    lines = drawn(now, width=width, height=height, ends_screen=True).splitlines()
    assert len(lines) <= height
    assert max(map(cell_len, lines)) <= width


def test_thousands_of_topics_are_those_in_work_and_a_sum() -> None:
    topics = [topic(f"done {n}", 10, 0) for n in range(3000)]
    topics += [topic("new", 0, 5)]
    topics += [topic(f"begun {n}", 10, 5) for n in range(2000)]
    text = drawn(snapshot(topics, [worker()]))
    assert "begun 0" in text
    assert "4,962 more" in text
    assert "done 1" not in text


def test_counts_that_are_not_of_now_say_so() -> None:
    assert "topics 17 s ago" in drawn(snapshot([topic()], [worker()], age=17))
    assert "topics  " in drawn(snapshot([topic()], [worker()], age=1))


def test_a_site_says_nothing_to_the_terminal() -> None:
    errors = [{"at": 1.0, "level": "ERROR", "message": NASTY}]
    slots = {NASTY: worker().status["slots"]["x.org"]}
    workers = [worker(errors=errors, slots=slots)]
    text = drawn(snapshot([topic(NASTY)], workers, site=NASTY))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)
    assert text.count("[bold red]x") == 4


def test_texts_keep_their_letters() -> None:
    assert visible("Café, Наука\t科学\x1b") == "Café, Наука 科学 "


@pytest.mark.parametrize(("no_color", "is_coloured"), [(False, True), (True, False)])
def test_colours_can_be_turned_off(no_color: bool, is_coloured: bool) -> None:
    file = io.StringIO()
    console = Console(
        file=file, force_terminal=True, color_system="256", no_color=no_color, width=80
    )
    console.print(Frame(snapshot([topic()], [worker(seconds_ago=20)])))
    assert bool(re.search("\x1b\\[[0-9;]*3[0-9]", file.getvalue())) is is_coloured
