import pytest

from scraper.frontier import MemoryFrontier, Page
from scraper.pagination import Opening, PageScheme
from scraper.pagination.numbering import UrlTemplate


def scheme(topic: str) -> PageScheme:
    return PageScheme(UrlTemplate(f"https://x.org/{topic}?page=", "", "page"))


def frontier(*topics: str) -> MemoryFrontier:
    made = MemoryFrontier()
    for topic in topics:
        assert made.add_topics([(topic, f"https://x.org/{topic}")])
    return made


def take(made: MemoryFrontier) -> Page:
    page = made.next_page()
    assert page is not None
    return page


def open_topic(made: MemoryFrontier, last: int) -> Page:
    """Take a topic's landing page, and say that it is page 1 of `last`."""
    page = land(made, last)
    assert page is not None
    return page


def land(
    made: MemoryFrontier,
    last: int | None,
    number: int | None = 1,
    *,
    numbered: bool = True,
) -> Page | None:
    """Take a topic's landing page, and enter what it says."""
    landing = take(made)
    numbers = scheme(made.topics[landing.topic].name) if numbered else None
    return made.land(landing, Opening(number, 1, last, numbers))


def done(made: MemoryFrontier, *pages: Page) -> None:
    for page in pages:
        made.done(page, seen=2, unique=1, duplicates=1)


def test_a_topic_is_added_once() -> None:
    made = frontier("a")
    assert made.add_topics([("again", "https://x.org/a")]) == []
    assert [topic.name for topic in made.topics] == ["a"]


def test_the_topics_take_turns() -> None:
    made = frontier("a", "b", "c")
    for last in (3, 1, 2):
        open_topic(made, last)
    urls = [take(made).url for _ in range(3)]
    assert urls == [
        "https://x.org/a?page=2",
        "https://x.org/c?page=2",
        "https://x.org/a?page=3",
    ]
    assert made.next_page() is None


def test_it_is_finished_when_every_page_is_settled() -> None:
    made = frontier("a")
    first = open_topic(made, 2)
    second = take(made)
    assert not made.finished
    done(made, first)
    assert not made.finished
    done(made, second)
    assert made.finished
    topic = made.topics[0]
    assert (topic.expected, topic.done, topic.open) == (2, 2, 0)
    assert (topic.seen, topic.unique, topic.duplicates) == (4, 2, 2)


def test_a_page_is_settled_once() -> None:
    made = frontier("a")
    page = open_topic(made, 1)
    done(made, page)
    with pytest.raises(KeyError):
        made.failed(page, attempts=1, reason="again")


def test_a_later_page_extends_its_topic_even_when_all_were_handed_out() -> None:
    made = frontier("a")
    page = open_topic(made, 1)
    assert made.next_page() is None
    made.reach(page.topic, 3)
    assert [take(made).number, take(made).number] == [2, 3]
    made.reach(page.topic, 2)
    assert made.next_page() is None


def test_memory_does_not_grow_with_the_pages() -> None:
    made = frontier("a")
    open_topic(made, 15_000_000)
    assert made.topics[0].waiting == 14_999_999
    assert take(made).number == 2
    assert len(made.in_flight) == 2


def test_next_links_are_followed_one_after_the_other() -> None:
    made = frontier("a")
    page = land(made, None, numbered=False)
    assert page is not None
    for number in (2, 3):
        made.follow(page, f"https://x.org/a?after={number}")
        done(made, page)
        page = take(made)
        assert page == Page(0, number, f"https://x.org/a?after={number}", guessed=True)
    made.absent(page, attempts=1, reason="HTTP 404")
    assert made.finished
    assert made.close_accounts() == []
    topic = made.topics[0]
    assert (topic.expected, topic.done, topic.past_end) == (2, 2, 1)


def test_a_number_takes_the_place_of_a_guess() -> None:
    made = frontier("a")
    page = open_topic(made, 1)
    made.follow(page, "https://x.org/a?page=2")
    made.reach(0, 3)
    assert [take(made), take(made)] == [
        Page(0, 2, "https://x.org/a?page=2"),
        Page(0, 3, "https://x.org/a?page=3"),
    ]
    assert made.next_page() is None


def test_a_failed_guess_is_skipped_once() -> None:
    made = frontier("a")
    page = open_topic(made, 1)
    made.follow(page, "https://x.org/a?page=2")
    done(made, page)
    made.failed(take(made), attempts=3, reason="HTTP 500")
    third = take(made)
    assert third == Page(0, 3, "https://x.org/a?page=3", guessed=True)
    made.failed(third, attempts=3, reason="HTTP 500")
    assert made.finished
    assert [failure.number for failure in made.failures()] == [2, 3]


def test_an_absent_page_is_past_the_end_if_an_earlier_page_is_the_last() -> None:
    made = frontier("a")
    open_topic(made, 4)
    second, third, fourth = take(made), take(made), take(made)
    made.absent(fourth, attempts=1, reason="HTTP 404")
    made.absent(third, attempts=1, reason="HTTP 404")
    made.end_at(second)
    assert made.close_accounts() == []
    assert made.topics[0].past_end == 2


def test_an_absent_page_is_lost_if_nothing_says_that_its_topic_ended() -> None:
    made = frontier("a")
    open_topic(made, 3)
    second, third = take(made), take(made)
    made.absent(second, attempts=1, reason="HTTP 404")
    made.end_at(third)
    lost = made.close_accounts()
    assert [(page.topic, page.number, page.reason) for page in lost] == [
        ("a", 2, "HTTP 404")
    ]
    assert made.topics[0].failed == 1
    assert made.close_accounts() == []


def test_a_landing_page_that_repeats_another_is_none_of_the_pages() -> None:
    made = frontier("a")
    assert land(made, 3, None) is None
    assert [take(made).number for _ in range(3)] == [1, 2, 3]
    assert made.topics[0].expected == 3


def test_what_is_given_up_is_failed_page_by_page_but_not_held_so() -> None:
    made = frontier("a", "b")
    page = open_topic(made, 15_000_000)
    assert made.give_up("the host is dead") == 15_000_000
    assert made.failed_count == 15_000_000
    failures = made.failures()
    first, second = next(failures), next(failures)
    assert {first.url, second.url} == {"https://x.org/b", "https://x.org/a?page=2"}
    assert first.reason == "the host is dead"
    done(made, page)
    assert made.finished
    assert [topic.failed for topic in made.topics] == [14_999_999, 1]


def test_listed_pages_are_handed_out_at_their_own_urls() -> None:
    made = MemoryFrontier()
    made.add_topics([("a", "https://x.org/a")])
    take(made)
    made.add_listed_page(0, 7, "https://x.org/seven")
    assert take(made) == Page(0, 7, "https://x.org/seven")


@pytest.mark.parametrize(
    ("sizes", "short"),
    [
        ({}, []),
        ({1: 2}, []),
        ({1: 2, 2: 2, 3: 1}, []),
        ({1: 2, 2: 1, 3: 2, 4: 1}, [2]),
        ({1: 1, 2: 2, 3: 2}, [1]),
    ],
)
def test_a_page_that_shows_less_than_its_neighbours_is_short(
    sizes: dict[int, int], short: list[int]
) -> None:
    made = frontier("a")
    pages = [open_topic(made, max(sizes, default=1))]
    pages += [take(made) for _ in range(len(sizes) - 1)]
    for page in pages:
        if page.number in sizes:
            made.done(page, seen=sizes[page.number], unique=0, duplicates=0)
    assert made.topics[0].short == short
