"""Landing pages and later pages, as real sites show them, read by both engines."""

import pytest

from scraper.markup import Engine, compile_selector, parse
from scraper.pagination import Landing, PaginationRules, Reach, read_landing

URL = "https://x.org/topic/x"
RULES = PaginationRules()


@pytest.fixture(params=list(Engine))
def engine(request: pytest.FixtureRequest) -> Engine:
    assert isinstance(request.param, Engine)
    return request.param


def landing(
    html: str, engine: Engine, url: str = URL, rules: PaginationRules = RULES
) -> Landing:
    return read_landing(parse(f"<body>{html}</body>", engine), url, url, rules)


def nav(*items: str) -> str:
    return (
        "<ul class=pagination>"
        + "".join(f"<li>{item}</li>" for item in items)
        + "</ul>"
    )


def a(href: str, text: object) -> str:
    return f'<a href="{href}">{text}</a>'


@pytest.mark.parametrize(
    ("html", "last", "page_5"),
    [
        (nav("<b>1</b>", a("?page=2", 2), a("?page=3", 3)), 3, "?page=5"),
        (
            nav(a("?page=2&amp;limit=35", 2), "…", a("?page=38&amp;limit=35", 38)),
            38,
            "?page=5&limit=35",
        ),
        (
            nav(a("?limit=35&amp;page=2", 2), a("?limit=35&amp;page=38", "last »")),
            38,
            "?limit=35&page=5",
        ),
        (
            nav(a("/topic/x/page/2/", 2), a("/topic/x/page/1,234/", "Last")),
            2,
            "/page/5/",
        ),
        (nav(a("x/page/2/", 2), a("x/page/1234/", "1,234")), 1234, "/page/5/"),
        (
            '<nav aria-label="Pagination">' + a("?p=2", 2) + a("?p=7", 7) + "</nav>",
            7,
            "?p=5",
        ),
        (
            "<div class=nav>" + a("?page=2", 2) + a("?page=9", 9) + "</div>",
            9,
            "?page=5",
        ),
        (nav(a("?page=2", 2), "<span>3</span>"), 3, "?page=5"),
        ("<p class=pages>Page 1 of 57</p>", 57, "?page=5"),
        ("<div class=pagination>Страница <b>1</b> из <b>57</b></div>", 57, "?page=5"),
        (
            "<div class=pagination>Page 1 / 1,057 " + a("?seite=2", "Next") + "</div>",
            1057,
            "?seite=5",
        ),
        (nav(a("?page=2", 2), a("?page=3", 3)) * 2, 3, "?page=5"),
    ],
)
def test_the_last_page_and_the_urls_of_all(
    html: str, last: int, page_5: str, engine: Engine
) -> None:
    read = landing(html, engine)
    assert (read.number, read.reach.last) == (1, last)
    assert read.pages.scheme is not None
    assert read.pages.scheme.url(5) == URL + page_5


@pytest.mark.parametrize(
    ("html", "last"),
    [
        (f"<span>Page 1 of 12</span><b>1</b>{a('?page=2', 2)}", 12),
        (f"<span>Page 1 of 7</span>{a('?page=2', 'Older Posts')}", 7),
        (f"Page 1 of 120 <b>1</b> {a('?page=2', 2)} {a('?page=102', 102)}", 120),
        ("<span>Page 1 of 12</span> <span>250 items</span>", 12),
        (f"<span>Page 1 of 12 250 items</span>{a('?page=2', 'Next')}", 12),
        ("<span>Page 1 of 12&nbsp;250</span>", 12_250),
        (f"<span>1 von 12 250 Seiten</span>{a('?page=2', 'Next')}", 12_250),
        (f"1 of 250 {a('?page=2', 2)} {a('?page=25', 'Last »')}", 25),
        (f"Page 1 of 123,456,789 {a('?page=2', 2)}", 2),
        (a("?page=2", 2) + a("?page=2147483", "2,147,483"), 2),
        (a("?page=1", 1) + a("?page=2", 2) + "<b class=current>202405010</b>", 2),
        ("Page 1 <!-- -->of <!-- -->1<!-- -->", 1),
    ],
)
def test_the_last_page_is_no_number_that_other_texts_make(
    html: str, last: int, engine: Engine
) -> None:
    assert landing(f"<div class=pager>{html}</div>", engine).reach.last == last


@pytest.mark.parametrize(
    ("html", "first", "number", "url"),
    [
        (nav("1", a("?page=1", 2), a("?page=37", 38)), 0, 37, "?page=37"),
        (nav(a("?start=25", 2), a("?start=925", 38)), 1, 38, "?start=925"),
    ],
)
def test_pages_from_zero_and_by_offset(
    html: str, first: int, number: int, url: str, engine: Engine
) -> None:
    read = landing(html, engine)
    assert read.pages.scheme is not None
    assert (read.first, read.number, read.reach.last) == (first, first, number)
    assert read.pages.scheme.url(number) == URL + url


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="next" href="?after=abc">',
        '<a rel="next nofollow" href="?after=abc">More</a>',
        nav("<span>Prev</span>", '<a class="next" href="?after=abc">Next »</a>'),
        nav(a("?after=abc", "Older posts")),
        nav('<a href="?after=abc" aria-label="Next"><svg></svg></a>'),
        nav(a("?after=abc", "Next page<span>››</span>")),
        "<p>"
        + a("?after=abc", '<span class="meta">&larr;</span> Older posts')
        + "</p>",
        "<p>" + a("?after=abc", "« Older Entries") + "</p>",
        "<p>" + a("?after=abc", "Next page →") + a("?before=abc", "← Back") + "</p>",
        "<p>" + a("?after=abc", "[Next &raquo;]") + "</p>",
        "<p>" + a("?after=abc", "Next") + "</p>",
        "<footer>" + a("/", "Home") + a("?after=abc", "Older posts") + "</footer>",
    ],
)
def test_only_a_next_link(html: str, engine: Engine) -> None:
    read = landing(html, engine)
    assert (read.pages.scheme, read.number, read.reach.last) == (None, 1, None)
    assert read.reach.next_url == f"{URL}?after=abc"


def test_a_next_link_alone_proves_no_page(engine: Engine) -> None:
    read = landing(nav(a("?page=2", "Next")), engine)
    assert read.reach.last == 1
    assert read.reach.next_url == f"{URL}?page=2"
    assert read.pages.scheme is not None


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>2 of 3 people like page 7</p>",
        nav("<span>1</span>"),
        nav('<a href="#">1</a>'),
        "<p>" + a("/gallery", "→") + a("/story", "What comes next") + "</p>",
    ],
)
def test_one_page_only(html: str, engine: Engine) -> None:
    read = landing(html, engine)
    assert (read.number, read.reach.last or 1, read.reach.next_url) == (1, 1, None)


def test_a_topic_that_opens_at_its_newest_page(engine: Engine) -> None:
    html = nav(
        '<span class="current">57</span>', a("?page=56", 56), "…", a("?page=1", 1)
    )
    read = landing(html, engine)
    assert (read.first, read.number, read.reach.last) == (1, None, 57)


def test_its_window_may_not_reach_its_first_page(engine: Engine) -> None:
    html = nav('<b class="current">10</b>', a("?page=9", 9), a("?page=8", 8))
    read = landing(html, engine)
    assert (read.first, read.number, read.reach.last) == (1, None, 10)


def test_the_current_page_of_a_first_page_is_the_first(engine: Engine) -> None:
    html = nav('<span class="current">1</span>', a("?page=2", 2), a("?page=57", 57))
    assert landing(html, engine).number == 1


def test_a_page_size_picker_is_not_pagination(engine: Engine) -> None:
    html = nav(
        a("?limit=10", 10),
        "<b class=active>35</b>",
        a("?limit=100", 100),
        a("?page=2", 2),
        a("?page=4", 4),
    )
    assert landing(html, engine).reach.last == 4


@pytest.mark.parametrize(
    ("rules", "html", "url"),
    [
        (PaginationRules(param="p"), nav(a("?q=2", 2), a("?p=2", 3)), "?p=5"),
        (
            PaginationRules(pattern="{topic}/page/{page}/"),
            nav(a("x/page/2/", 2)),
            "/page/5/",
        ),
        (PaginationRules(pattern="{topic}page/{page}/"), "", "/page/5/"),
        (PaginationRules(pattern="?seite={page}"), "", "?seite=5"),
        (
            PaginationRules(param="page", size_param="limit", size=35),
            "",
            "?page=5&limit=35",
        ),
        (
            PaginationRules(pattern="{topic}/{page}", size_param="n", size=9),
            "",
            "/5?n=9",
        ),
    ],
)
def test_what_the_profile_says(
    rules: PaginationRules, html: str, url: str, engine: Engine
) -> None:
    scheme = landing(html, engine, rules=rules).pages.scheme
    assert scheme is not None
    assert scheme.url(5) == URL + url


@pytest.mark.parametrize(
    ("pattern", "topic", "page_5"),
    [
        ("{topic}?pg={page}", "/list?cat=c0", "/list?pg=5&cat=c0"),
        ("{topic}&pg={page}", "/list?cat=c0", "/list?pg=5&cat=c0"),
        ("{topic}?pg={page}", "/list?cat=c0&pg=1&x=2", "/list?pg=5&cat=c0&x=2"),
        ("{topic}/page/{page}/", "/list?cat=c0&x=2", "/list/page/5/?cat=c0&x=2"),
        ("{topic}?pg={page}", "/list", "/list?pg=5"),
        ("?cat=c1&pg={page}", "/list?cat=c0", "/list?cat=c1&pg=5"),
    ],
)
def test_a_pattern_keeps_the_query_of_the_topic(
    pattern: str, topic: str, page_5: str, engine: Engine
) -> None:
    rules = PaginationRules(pattern=pattern)
    scheme = landing("", engine, f"https://x.org{topic}", rules).pages.scheme
    assert scheme is not None
    assert scheme.url(5) == f"https://x.org{page_5}"
    assert scheme.number(scheme.url(5)) == 5


def test_the_profiles_own_selectors(engine: Engine) -> None:
    rules = PaginationRules(
        elements=compile_selector(".mine"),
        next_link=compile_selector(".on::attr(data-to)"),
    )
    html = (
        nav(a("?page=99", 99))
        + f"<div class=mine>{a('?page=4', 4)}<i class=on data-to='?page=2'></i></div>"
    )
    read = landing(html, engine, rules=rules)
    assert (read.reach.last, read.reach.next_url) == (4, f"{URL}?page=2")


def test_a_later_page_reaches_further(engine: Engine) -> None:
    pages = landing(nav(a("?page=2", 2), a("?page=5", 5)), engine).pages
    later = parse(nav(a("?page=4", 4), a("?page=8", 8)), engine)
    reach = pages.read(later, f"{URL}?page=5", 5)
    assert (reach.last, reach.ends_here) == (8, False)


def test_the_last_page_says_so(engine: Engine) -> None:
    pages = landing(nav(a("?page=2", 2), a("?page=5", 5)), engine).pages
    last = parse(nav(a("?page=3", 3), a("?page=4", 4), "<b>5</b>"), engine)
    assert pages.read(last, f"{URL}?page=5", 5).ends_here


def test_a_page_without_page_links_says_nothing(engine: Engine) -> None:
    pages = landing(nav(a("?page=2", 2), a("?page=5", 5)), engine).pages
    assert not pages.read(parse("<p>", engine), f"{URL}?page=5", 5).ends_here


def test_a_next_link_that_leads_back_is_none(engine: Engine) -> None:
    pages = landing(nav(a("?page=2", 2), a("?page=5", 5)), engine).pages
    last = parse(nav(a("?page=4", 4), a("?page=1", "Next")), engine)
    reach = pages.read(last, f"{URL}?page=5", 5)
    assert (reach.next_url, reach.ends_here) == (None, True)


CAROUSEL = f"<div class=next>{a('/featured/1', '›')}</div>"


def test_a_carousel_has_no_next_page_where_pages_are_numbered(engine: Engine) -> None:
    numbers = nav(a("?page=1", 1), a("?page=2", 2))
    read = landing(CAROUSEL + numbers, engine)
    assert read.reach.next_url is None
    last = parse(CAROUSEL + numbers, engine)
    assert read.pages.read(last, f"{URL}?page=2", 2) == Reach(2, None, ends_here=True)


@pytest.mark.parametrize(
    "following",
    [
        f"<p class=next>{a('?page=3', 'On')}</p>",
        '<a rel=next href="?page=3">On</a>',
        nav(a("?page=3", "›")),
        nav(f"<b class=next>{a('?page=3', 'On')}</b>"),
    ],
)
def test_a_next_link_beside_a_carousel(following: str, engine: Engine) -> None:
    numbers = nav(a("?page=1", 1), a("?page=2", 2))
    read = landing(CAROUSEL + numbers + following, engine)
    assert read.reach.next_url == f"{URL}?page=3"


def test_a_number_that_only_next_links_have_leads_not_back(engine: Engine) -> None:
    pages = landing(nav(a("?max=7&start=7", "Older Posts")), engine).pages
    later = parse(nav(a("?max=3&start=21", "Older Posts")), engine)
    reach = pages.read(later, f"{URL}?max=5&start=19", 5)
    assert reach == Reach(None, f"{URL}?max=3&start=21")


def test_the_next_link_of_the_profile_is_followed_anyway(engine: Engine) -> None:
    rules = PaginationRules(next_link=compile_selector("a.on"))
    html = nav(a("?page=2", 2), a("?page=5", 5)) + "<a class=on href='?page=2'>On</a>"
    reach = landing(html, engine, rules=rules).pages.read(
        parse(html, engine), f"{URL}?page=5", 5
    )
    assert reach.next_url == f"{URL}?page=2"


@pytest.mark.parametrize(
    ("html", "url", "is_page"),
    [
        ("", f"{URL}?page=3", True),
        ("", f"{URL}?page=1", False),
        ("", URL, False),
        (nav("<b class=current>3</b>", a("?page=4", 4)), "https://x.org/other/3", True),
        (nav("<b class=current>1</b>", a("?page=2", 2)), URL, False),
    ],
)
def test_whether_a_redirect_led_to_the_page(
    html: str, url: str, is_page: bool, engine: Engine
) -> None:
    pages = landing(nav(a("?page=2", 2), a("?page=5", 5)), engine).pages
    assert pages.is_page(parse(html, engine), url, 3) is is_page


PLAIN_NAV = """
<nav><ul><li><a href="/topic/x.html">X</a></li><li><a href="/topic/y.html">Y</a></li></ul></nav>
<article><h2>Page 1 of 3 things</h2><p>one</p></article>
<nav><ul><li>Page {number} / 9</li><li><a href="/topic/x{following}.html">&rang;</a></li>
<li><a href="/topic/x9.html">&Rang;</a></li></ul></nav>
"""


def test_page_links_without_any_usual_class(engine: Engine) -> None:
    url = "https://x.org/topic/x.html"
    read = landing(PLAIN_NAV.format(number=1, following=2), engine, url)
    assert read.reach.last == 9
    assert read.pages.scheme is not None
    assert read.pages.scheme.url(5) == "https://x.org/topic/x5.html"
    later = parse(PLAIN_NAV.format(number=8, following=9), engine)
    assert read.pages.read(later, read.pages.scheme.url(8), 8).last == 9


@pytest.mark.parametrize(
    "place", ["ul class=pages", "nav class=pager", "p class=nav-links"]
)
@pytest.mark.parametrize("pages", [a("?page=2", 2) + a("?page=3", 3), "Page 1 of 3"])
def test_a_menu_in_a_usual_place_hides_no_page_links(
    place: str, pages: str, engine: Engine
) -> None:
    menu = f"<{place}>{a('/p/about.html', 'About')}{a('/p/faq.html', 'FAQ')}</{place.split()[0]}>"
    assert landing(f"{menu}<div id=turn>{pages}</div>", engine).reach.last == 3


def test_numbers_that_lead_elsewhere_are_no_page_links(engine: Engine) -> None:
    html = (
        "<div>"
        + a("/topic/x/2023/", 2023)
        + a("/topic/x/2024/", 2024)
        + "</div>"
        + a("/year/2", 2)
    )
    read = landing(html, engine)
    assert (read.pages.scheme, read.reach.last) == (None, None)
