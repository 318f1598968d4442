"""Heads of responses that the parser refuses: the lines a browser would skip, as pure functions."""

from __future__ import annotations

import re

_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LINE_END = re.compile(rb"\r?\n")
_INTERIM = re.compile(rb"\s*HTTP/\d\.\d +1(?!01)\d\d\b", re.IGNORECASE)
_NAME = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_FORBIDDEN_IN_VALUE = re.compile(rb"[\x00\r\n]")


def final_head_end(data: bytes) -> int:
    """Return the index after the first head that is not a 1xx one, -1 if it is not complete."""
    start = 0
    while end := _HEAD_END.search(data, start):
        if not _INTERIM.match(data, start):
            return end.end()
        start = end.end()
    return -1


def repair_heads(data: bytes) -> bytes:
    """Return `data`, one or more complete heads, with only lines that every parser accepts.

    Skipped are lines without a colon, with a name that is none (RFC 9110 5.1) or with a NUL or a
    bare CR in the value. Folded lines are joined to the line they continue by a space (RFC 9112
    5.2), white space between name and colon is dropped. Repeated Content-Lengths that agree become
    one (RFC 9110 8.6); ones that differ stay, and the parser goes on refusing (RFC 9112 6.3).
    """
    heads = [head for head in _HEAD_END.split(data) if head]
    return b"".join(_repair_head(head) + b"\r\n\r\n" for head in heads)


def body_pieces(body: bytes, length: int | None) -> list[bytes]:
    """Split the start of a body so that its end falls on the end of a piece.

    `length` is the length announced, None for a chunked body, which may end with any of its lines.
    What is beyond `length` is in the second piece.
    """
    if length is None:
        return body.splitlines(keepends=True)
    return [body[:length], body[length:]]


def _repair_head(head: bytes) -> bytes:
    status_line, *lines = _LINE_END.split(head.lstrip(b"\r\n"))
    version, _, rest = status_line.partition(b" ")
    kept = [line for line in map(_repair_line, _unfold(lines)) if line is not None]
    return b"\r\n".join([version.upper() + b" " + rest, *_agree_on_length(kept)])


def _unfold(lines: list[bytes]) -> list[bytes]:
    unfolded: list[bytes] = []
    for line in lines:
        if line.startswith((b" ", b"\t")) and unfolded:
            unfolded[-1] += b" " + line.strip(b" \t")
        else:
            unfolded.append(line)
    return unfolded


def _repair_line(line: bytes) -> bytes | None:
    name, colon, value = line.partition(b":")
    name = name.rstrip(b" \t")
    if not colon or not _NAME.fullmatch(name) or _FORBIDDEN_IN_VALUE.search(value):
        return None
    return name + b":" + value


def _agree_on_length(lines: list[bytes]) -> list[bytes]:
    lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
    values = {
        value.strip(b" \t") for line in lengths for value in line[15:].split(b",")
    }
    if len(values) != 1:
        return lines
    others = [line for line in lines if line not in lengths]
    return [*others, b"Content-Length: " + values.pop()]
