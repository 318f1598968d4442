from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from scraper.site import SiteProfile

PROFILE = {"index": "https://x.org/", "topics": ".topic a", "articles": ".article"}


def test_a_short_profile_has_the_usual_fields() -> None:
    site = SiteProfile.parse("x", PROFILE)
    assert site.columns == ("title", "description", "url", "topic", "page")
    assert site.allowed_domains == ("x.org",)


def test_own_fields_follow_the_usual_columns() -> None:
    site = SiteProfile.parse(
        "x", {**PROFILE, "fields": {"price": ".price", "title": "h2"}}
    )
    assert site.columns == ("title", "description", "url", "topic", "page", "price")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"index": ""}, "has no 'index'"),
        ({"index": "x.org"}, "['index'] = 'x.org' is no http or https URL"),
        ({"index": "ftp://x.org/"}, "['index'] = 'ftp://x.org/'"),
        ({"index": "http:///x"}, "['index'] = 'http:///x'"),
        ({"index": "http://x.org:port/"}, "['index'] = 'http://x.org:port/'"),
        ({"index": 7}, "['index'] = 7"),
        ({"topic": "a"}, "['topic'] = 'a' is no key of a profile"),
        ({"topics": "a[["}, "['topics'] = 'a[['"),
        ({"topics": ""}, "['topics'] = ''"),
        ({"articles": None}, "['articles'] = None"),
        ({"fields": {}}, "['fields'] = {}"),
        ({"fields": {"title": "h2[["}}, "'title'"),
        ({"fields": {"title": {"csss": "h2"}}}, "'csss'"),
        ({"fields": {"page": "h2"}}, "may not have 'page'"),
        ({"pagination": "ul["}, "['pagination'] = 'ul['"),
        ({"page_param": 3}, "['page_param'] = 3"),
        ({"page_url": "{topic}/page"}, "must have {page}"),
        ({"page_url": "/{page}", "page_param": "p"}, "exclude each other"),
        ({"page_size": 35}, "go together"),
        ({"page_size": 0, "page_size_param": "n"}, "['page_size'] = 0"),
        ({"page_size": True, "page_size_param": "n"}, "['page_size'] = True"),
        ({"first_page": -1}, "['first_page'] = -1"),
        ({"page_step": 0}, "['page_step'] = 0"),
        ({"encoding": "utf-99"}, "['encoding'] = 'utf-99'"),
        ({"encoding": "base64"}, "['encoding'] = 'base64'"),
        ({"allowed_domains": "x.org"}, "['allowed_domains'] = 'x.org'"),
        ({"allowed_domains": 5}, "['allowed_domains'] = 5"),
    ],
)
def test_an_error_is_one_line_that_names_key_and_value(
    change: dict[str, Any], named: str
) -> None:
    with pytest.raises(ConfigurationError) as error:
        SiteProfile.parse("x", {**PROFILE, **change})
    message = str(error.value)
    assert "SITES['x']" in message
    assert named in message
    assert "\n" not in message


@pytest.mark.parametrize("key", ["topics", "articles"])
def test_a_missing_selector_is_named(key: str) -> None:
    with pytest.raises(ConfigurationError, match=f"has no '{key}'"):
        SiteProfile.parse("x", {k: v for k, v in PROFILE.items() if k != key})


def test_an_unknown_site_lists_the_known_ones() -> None:
    with pytest.raises(
        ConfigurationError, match=r"no profile named 'y' in SITES .there are: x."
    ):
        SiteProfile.from_settings({"x": PROFILE}, "y")


def test_the_url_argument_takes_the_place_of_the_index() -> None:
    site = SiteProfile.from_settings({"x": PROFILE}, "x", "http://127.0.0.1:8000/blog/")
    assert (site.index, site.allowed_domains) == (
        "http://127.0.0.1:8000/blog/",
        ("127.0.0.1",),
    )


def test_a_profile_that_is_no_dict_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"SITES\['x'\] must be a dict"):
        SiteProfile.from_settings({"x": "https://x.org/"}, "x")  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("url", "onsite"),
    [
        ("https://x.org/a", True),
        ("http://x.org/a", True),
        ("https://www.x.org/a", True),
        ("https://x.org:8080/a", True),
        ("https://x.org:9999/a", False),
        ("https://notx.org/a", False),
        ("https://x.org.evil.com/", False),
        ("https://x.org@evil.com/", False),
        ("file:///etc/passwd", False),
        ("javascript:alert(1)", False),
        ("https://cdn.net/a", True),
        ("https://www.cdn.net/a", True),
        ("https://img.CDN.net/a", True),
        ("http://[broken", False),
        ("https://x.org:port/", False),
    ],
)
def test_what_is_on_the_site(url: str, onsite: bool) -> None:
    profile = {
        **PROFILE,
        "index": "https://x.org:8080/",
        "allowed_domains": ["CDN.net"],
    }
    assert SiteProfile.parse("x", profile).is_onsite(url) is onsite


@pytest.mark.parametrize(
    ("url", "onsite"),
    [
        ("https://x.org/a", True),
        ("https://www.x.org/a", True),
        ("https://shop.x.org/a", False),
        ("https://shop.www.x.org/a", True),
        ("https://notx.org/a", False),
    ],
)
def test_the_same_host_is_spelled_with_and_without_www(url: str, onsite: bool) -> None:
    profile = {**PROFILE, "index": "https://www.x.org/"}
    assert SiteProfile.parse("x", profile).is_onsite(url) is onsite
