"""Links made absolute as browsers do it."""

import random
from urllib.parse import urljoin

import pytest

from scraper.markup import absolute_url

BASE = "https://www.example.com/topics/python/?page=2&limit=35"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a/1", "https://www.example.com/a/1"),
        ("/", "https://www.example.com/"),
        ("3.html", "https://www.example.com/topics/python/3.html"),
        ("./3.html", "https://www.example.com/topics/python/3.html"),
        ("../java/", "https://www.example.com/topics/java/"),
        ("/a/../b", "https://www.example.com/b"),
        ("?page=3&limit=35", "https://www.example.com/topics/python/?page=3&limit=35"),
        ("//cdn.example.com/x", "https://cdn.example.com/x"),
        ("http://other.example/x", "http://other.example/x"),
        ("HTTPS://Other.example/x", "https://Other.example/x"),
        ("/a#comments", "https://www.example.com/a#comments"),
        ("#comments", BASE + "#comments"),
        ("  /a/1\n", "https://www.example.com/a/1"),
        ("\x00 /a/1 \x1f", "https://www.example.com/a/1"),
        ("/a\n\t/1\r", "https://www.example.com/a/1"),
        ("/a  b", "https://www.example.com/a  b"),
        ("/a\x01b", "https://www.example.com/ab"),
        ("ht\ntp://other.example/x", "http://other.example/x"),
        (
            "/\u043f\u0443\u0442\u044c",
            "https://www.example.com/\u043f\u0443\u0442\u044c",
        ),
        ("/a:b", "https://www.example.com/a:b"),
        ("", ""),
        (" \n", ""),
        ("#", ""),
        ("javascript:void(0)", ""),
        (" JavaScript:alert('http://x.example/')", ""),
        ("mailto:a@example.com", ""),
        ("tel:+123", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("ftp://example.com/x", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://[SITE_URL]/about", ""),
        ("//[SITE_URL]/about", ""),
        ("http://a]b/2", ""),
        ("http://\u2100.example/", ""),
        ("http://[::1]:8000/x", "http://[::1]:8000/x"),
    ],
)
def test_absolute_url(href: str, url: str) -> None:
    assert absolute_url(href, BASE) == url


@pytest.mark.parametrize("base", ["", "about:blank", "file:///tmp/", "/relative"])
@pytest.mark.parametrize("href", ["/a", "a", "//", "?x"])
def test_no_url_without_a_base(href: str, base: str) -> None:
    assert absolute_url(href, base) == ""


@pytest.mark.parametrize("seed", range(300))
def test_shortcuts_do_what_urljoin_does(seed: int) -> None:
    chance = random.Random(seed)
    pieces = [
        "/",
        "a",
        "b.html",
        "..",
        ".",
        "c d",
        "?x=1",
        "&y=/../z",
        "#f",
        ":",
        ";p",
        "//",
        "http://h",
        "https://h/",
    ]
    href = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 6)))
    joined = urljoin(BASE, href)

    assert absolute_url(href, BASE) in {joined, ""}
    if "://h" not in href and ":" not in href:
        assert absolute_url(href, BASE) == ("" if href == "#" else joined)
