"""Repairing heads, as tables."""

from __future__ import annotations

import pytest

from scraper.downloader.heads import body_pieces, final_head_end, repair_heads

OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (b"A: b", b"A: b"),
        (b"A: b\r\nno colon\r\nC: d", b"A: b\r\nC: d"),
        (b"<meta charset=utf-8>\r\nC: d", b"C: d"),
        (b": no name\r\nC: d", b"C: d"),
        (b"two words: x\r\nC: d", b"C: d"),
        (b"HTTP/1.1 200 OK\r\nC: d", b"C: d"),
        (b"A : b", b"A: b"),
        (b"A: one\r\n two\r\n\t three\r\nC: d", b"A: one two three\r\nC: d"),
        (b"  folded to nothing\r\nC: d", b"C: d"),
        (b"A: \0\r\nC: d", b"C: d"),
        (b"A: b\rX: y\r\nC: d", b"C: d"),
        (b"A: b\nC: d", b"A: b\r\nC: d"),
        (b"A: caf\xe9", b"A: caf\xe9"),
        (b"Content-Length: 5\r\ncontent-length: 5", b"Content-Length: 5"),
        (b"Content-Length: 5, 5\r\nA: b", b"A: b\r\nContent-Length: 5"),
        (
            b"Content-Length: 5\r\nContent-Length: 6",
            b"Content-Length: 5\r\nContent-Length: 6",
        ),
        (b"Content-Length: 5, 6", b"Content-Length: 5, 6"),
    ],
)
def test_lines(lines: bytes, kept: bytes) -> None:
    assert repair_heads(OK + lines + b"\r\n\r\n") == OK + kept + b"\r\n\r\n"


def test_interim_heads_are_repaired_too() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\n"
    assert repair_heads(early + b"bad\r\n\r\n" + OK + b"bad\r\nA: b\r\n\r\n") == (
        early[:-2] + b"\r\n\r\n" + OK + b"A: b\r\n\r\n"
    )


@pytest.mark.parametrize("status", [b"http/1.1 200 OK", b"Http/1.1 200 OK"])
def test_version_is_spelled_right(status: bytes) -> None:
    assert repair_heads(status + b"\r\n\r\n") == b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize(
    ("data", "end"),
    [
        (b"", -1),
        (OK, -1),
        (OK + b"A: b\r\n", -1),
        (OK + b"\r\n", len(OK) + 2),
        (OK + b"A: b\r\n\r\nbody\r\n\r\n", len(OK) + 8),
        (b"HTTP/1.1 200 OK\n\nbody", 17),
        (b"HTTP/1.1 100 Continue\r\n\r\n", -1),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"\r\n", 25 + len(OK) + 2),
        (b"HTTP/1.1 101 Switching\r\n\r\n", 26),
    ],
)
def test_end_of_the_final_head(data: bytes, end: int) -> None:
    assert final_head_end(data) == end


@pytest.mark.parametrize(
    ("body", "length", "pieces"),
    [
        (b"abcdef", 4, [b"abcd", b"ef"]),
        (b"abcd", 4, [b"abcd", b""]),
        (b"ab", 4, [b"ab", b""]),
        (
            b"5\r\nabcde\r\n0\r\n\r\nmore",
            None,
            [b"5\r\n", b"abcde\r\n", b"0\r\n", b"\r\n", b"more"],
        ),
    ],
)
def test_body_pieces(body: bytes, length: int | None, pieces: list[bytes]) -> None:
    assert body_pieces(body, length) == pieces
