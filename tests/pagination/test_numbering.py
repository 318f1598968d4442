import pytest

from scraper.pagination.numbering import (
    Link,
    PageScheme,
    UrlTemplate,
    calibrate,
    infer_template,
)

T = "https://x.org/topic/x"


@pytest.mark.parametrize(
    ("url", "param", "filled"),
    [
        (T, "page", f"{T}?page=7"),
        (f"{T}?limit=35", "page", f"{T}?limit=35&page=7"),
        (f"{T}?page=2&limit=35", "page", f"{T}?page=7&limit=35"),
        (f"{T}?limit=35&page=2", "page", f"{T}?limit=35&page=7"),
    ],
)
def test_a_query_template_keeps_the_rest_of_the_query(
    url: str, param: str, filled: str
) -> None:
    template = UrlTemplate.from_param(url, param)
    assert template.fill(7) == filled
    assert template.value(filled) == 7


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("?page=3", 3),
        ("?limit=35&page=12", 12),
        ("https://x.org/topic/x?page=12#top", 12),
        ("?page=", None),
        ("?page=x", None),
        ("?mypage=3", None),
        ("/topic/x", None),
    ],
)
def test_a_query_template_finds_its_number_anywhere_in_a_query(
    url: str, value: int | None
) -> None:
    assert UrlTemplate.from_param(T, "page").value(url) == value


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://x.org/topic/x/page/3/", 3),
        ("https://x.org/topic/x/page/3", 3),
        ("/topic/x/page/3/?limit=35", 3),
        ("https://x.org/topic/y/page/3/", None),
        ("https://x.org/topic/x/page/3/more", None),
        ("https://x.org/topic/x/", None),
    ],
)
def test_a_path_template_finds_its_number_in_its_own_path_only(
    url: str, value: int | None
) -> None:
    template = UrlTemplate("https://x.org/topic/x/page/", "/")
    assert template.value(url) == value


@pytest.mark.parametrize(
    "template",
    [
        UrlTemplate("https://x.org/x?page=", "", "page"),
        UrlTemplate("https://x.org/x/page/", "/"),
        UrlTemplate("https://x.org/x-", ".html"),
    ],
)
def test_the_page_size_becomes_a_part_of_every_page_url(template: UrlTemplate) -> None:
    sized = template.with_parameter("limit", "35")
    assert "limit=35" in sized.fill(4)
    assert sized.value(sized.fill(4)) == 4
    assert sized.with_parameter("limit", "10").fill(4) == sized.fill(4).replace(
        "35", "10"
    )


@pytest.mark.parametrize(
    ("scheme", "number", "value"),
    [
        (PageScheme(UrlTemplate("/?p=", "", "p")), 3, 3),
        (PageScheme(UrlTemplate("/?p=", "", "p"), 0, 0, 1), 3, 3),
        (PageScheme(UrlTemplate("/?p=", "", "p"), 1, 0, 25), 3, 50),
    ],
)
def test_numbers_and_urls_belong_to_each_other(
    scheme: PageScheme, number: int, value: int
) -> None:
    assert scheme.url(number) == f"/?p={value}"
    assert scheme.number(scheme.url(number)) == number


def test_an_offset_between_two_pages_is_no_page() -> None:
    assert (
        PageScheme(UrlTemplate("/?start=", "", "start"), 1, 0, 25).number("/?start=30")
        is None
    )


def links(*pairs: tuple[int | None, str]) -> list[Link]:
    return [Link(number, f"https://x.org{path}") for number, path in pairs]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (links((2, "/topic/x?page=2"), (3, "/topic/x?page=3")), "/topic/x?page=9"),
        (
            links((2, "/topic/x?limit=35&page=2"), (38, "/topic/x?limit=35&page=38")),
            "/topic/x?limit=35&page=9",
        ),
        (links((2, "/topic/x/page/2/"), (3, "/topic/x/page/3/")), "/topic/x/page/9/"),
        (links((2, "/topic/x-2.html"), (3, "/topic/x-3.html")), "/topic/x-9.html"),
        (links((2, "/topic/x/2"), (3, "/topic/x/3")), "/topic/x/9"),
        (links((2, "/t/12/page/2"), (3, "/t/12/page/3")), "/t/12/page/9"),
        (
            links((2, "/list?cat=5&page=2"), (3, "/list?cat=5&page=3")),
            "/list?cat=5&page=9",
        ),
        (links((2, "/f?id=7&start=25"), (3, "/f?id=7&start=50")), "/f?id=7&start=9"),
        (links((2, "/x?page=1"), (38, "/x?page=37")), "/x?page=9"),
        (links((None, "/topic/x?page=2")), "/topic/x?page=9"),
        (links((None, "/topic/x/page/2/")), "/topic/x/page/9/"),
        (links((None, "/topic/x?PAGEN_1=2")), "/topic/x?PAGEN_1=9"),
        (links((None, "/topic/x/2/")), "/topic/x/9/"),
        (
            links((2, "/2024/topic/page/2"), (3, "/2024/topic/page/3")),
            "/2024/topic/page/9",
        ),
    ],
)
def test_a_template_is_inferred_from_what_links_have_in_common(
    shown: list[Link], expected: str
) -> None:
    template = infer_template(shown, T)
    assert template is not None
    assert template.fill(9) == f"https://x.org{expected}"


@pytest.mark.parametrize(
    ("topic", "pages"),
    [
        ("/cat/57/", "/cat/57/{}/"),
        ("/cat/1/", "/cat/1/{}/"),
        ("/cat/0", "/cat/0/{}"),
        ("/x-t1", "/x-t1?page={}"),
        ("/list?cat=57", "/list?cat=57&n={}"),
        ("/p57.html", "/p57/{}.html"),
    ],
)
@pytest.mark.parametrize("numbers", [(2,), (1, 2), (2, 3)])
def test_the_topics_own_number_is_no_pages(
    topic: str, pages: str, numbers: tuple[int, ...]
) -> None:
    shown = links(*((number, pages.format(number)) for number in numbers))
    template = infer_template(shown, f"https://x.org{topic}")
    assert template is not None
    assert template.fill(9) == f"https://x.org{pages.format(9)}"
    assert calibrate(template, shown, None).number(shown[-1].url) == numbers[-1]


@pytest.mark.parametrize(
    "shown",
    [
        [],
        links((None, "/topic/x?cursor=abc")),
        links((None, "/topic/x?session=17")),
        links((None, "/news/2024/05/story")),
        links((2023, "/topic/x?y=2023"), (2024, "/topic/x?y=2024")),
    ],
)
def test_other_numbers_are_not_taken_for_pages(shown: list[Link]) -> None:
    assert infer_template(shown, T) is None


@pytest.mark.parametrize(
    ("shown", "next_path", "expected"),
    [
        (links((2, "/x?page=2"), (3, "/x?page=3")), None, (1, 1, 1)),
        (links((2, "/x?page=1"), (3, "/x?page=2")), None, (0, 0, 1)),
        (links((1, "/x?page=0"), (2, "/x?page=1")), None, (0, 0, 1)),
        (links((2, "/x?page=25"), (3, "/x?page=50")), None, (1, 0, 25)),
        (links((1, "/x?page=0"), (2, "/x?page=25")), None, (1, 0, 25)),
        (links((2, "/x?page=35")), None, (1, 0, 35)),
        (links((2, "/x?page=11"), (3, "/x?page=21")), None, (1, 1, 10)),
        (links((1, "/x?page=1"), (2, "/x?page=11")), None, (1, 1, 10)),
        (links((1, "/x?page=7"), (2, "/x?page=8")), None, (1, 7, 1)),
        (
            links((2, "/x?page=2"), (20, "/x?page=1"), (50, "/x?page=1")),
            None,
            (1, 1, 1),
        ),
        (links((None, "/x?page=1")), "/x?page=1", (0, 0, 1)),
        (links((None, "/x?page=2")), "/x?page=2", (1, 1, 1)),
        (links((None, "/x?page=0"), (None, "/x?page=9")), None, (0, 0, 1)),
        ([], None, (1, 1, 1)),
    ],
)
def test_numbering_starts_where_the_links_show(
    shown: list[Link], next_path: str | None, expected: tuple[int, int, int]
) -> None:
    next_url = next_path and f"https://x.org{next_path}"
    scheme = calibrate(
        UrlTemplate("https://x.org/x?page=", "", "page"), shown, next_url
    )
    assert (scheme.first, scheme.offset, scheme.step) == expected


def test_a_next_link_shows_an_offset_if_its_name_says_so() -> None:
    template = UrlTemplate("https://x.org/x?start=", "", "start")
    shown = links((None, "/x?start=25"))
    assert calibrate(template, shown, "https://x.org/x?start=25").step == 25


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((25, 50, 75), (0, 25)),
        ((0, 50, 75), (0, 25)),
        ((11, 21, 31), (1, 10)),
        ((1, 11), (1, 10)),
    ],
)
def test_offsets_tell_their_step_where_no_text_does(
    values: tuple[int, ...], expected: tuple[int, int]
) -> None:
    template = UrlTemplate("https://x.org/x?skip=", "", "skip")
    shown = links(*((None, f"/x?skip={value}") for value in values))
    scheme = calibrate(template, shown, None)
    assert (scheme.offset, scheme.step) == expected


@pytest.mark.parametrize(
    "other",
    [
        links(*((year, f"/topic/x?y={year}") for year in range(2010, 2025))),
        links(*((size, f"/topic/x?n={size}") for size in (10, 20, 50, 100))),
        links((1, "/topic/x?limit=1"), (2, "/topic/x?limit=2")),
        links((20, "/topic/x?page=1&n=20"), (50, "/topic/x?nr=1&n=50")),
    ],
)
@pytest.mark.parametrize("param", ["page", "nr"])
def test_other_numbers_do_not_win_over_those_of_pages(
    param: str, other: list[Link]
) -> None:
    pages = links((2, f"/topic/x?{param}=2"), (3, f"/topic/x?{param}=3"))
    template = infer_template([*other, *pages], T)
    assert template is not None
    assert template.fill(9) == f"{T}?{param}=9"


@pytest.mark.parametrize(
    "param",
    [
        "limit",
        "per_page",
        "perpage",
        "items-per-page",
        "pageSize",
        "size",
        "show",
        "year",
        "sort",
        "max-results",
    ],
)
def test_sizes_years_and_orders_are_no_pages(param: str) -> None:
    shown = links((2, f"/topic/x?{param}=2"), (3, f"/topic/x?{param}=3"))
    assert infer_template(shown, T) is None


@pytest.mark.parametrize(
    ("first_page", "page_step", "expected"),
    [
        (0, None, (0, 0, 1)),
        (1, None, (1, 1, 1)),
        (None, 25, (1, 0, 25)),
        (10, 5, (1, 10, 5)),
    ],
)
def test_the_profile_goes_before_the_links(
    first_page: int | None, page_step: int | None, expected: tuple[int, int, int]
) -> None:
    shown = links((2, "/x?page=2"))
    template = UrlTemplate("https://x.org/x?page=", "", "page")
    scheme = calibrate(template, shown, None, first_page, page_step)
    assert (scheme.first, scheme.offset, scheme.step) == expected


def test_a_topic_that_opens_at_its_newest_page_need_not_link_to_the_first() -> None:
    landing = "https://x.org/t/"
    links = [Link(number, f"{landing}x{number}.html") for number in (8, 7)]
    assert infer_template(links, landing) == UrlTemplate(f"{landing}x", ".html")
    years = [Link(year, f"{landing}in-{year}/") for year in (2024, 2023, 2022)]
    assert infer_template(years, landing) is None
