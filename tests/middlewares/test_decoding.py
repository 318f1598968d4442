"""Bodies are decoded whole or not at all, and never beyond the limit."""

import gzip
import sys
import tracemalloc
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest

from scraper.middlewares.decoding import (
    STEP,
    BrokenBodyError,
    TooLargeError,
    decode,
)

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "".join(f"<p>{number * 7919 % 10007} pages</p>" for number in range(20_000))
PAGE = TEXT.encode()
BIG = 12 * 2**20


def raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(data) + encoder.flush()


def zstd_with_checksum(data: bytes) -> bytes:
    flag: dict[int, int] = {zstd.CompressionParameter.checksum_flag: 1}
    return zstd.compress(data, options=flag)


ENCODERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", lambda data: brotli.compress(data, quality=5)),
    "zstd": ("zstd", zstd_with_checksum),
}

each_coding = pytest.mark.parametrize(
    ("coding", "encode"), ENCODERS.values(), ids=ENCODERS
)


@each_coding
@pytest.mark.parametrize("size", [1, 257, STEP - 1, STEP, STEP + 1, len(PAGE)])
def test_a_whole_body_is_decoded(
    coding: str, encode: Callable[[bytes], bytes], size: int
) -> None:
    assert decode(encode(PAGE[:size]), coding) == PAGE[:size]


@each_coding
def test_a_body_of_incompressible_bytes_is_decoded(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    noise = b"".join(zlib.crc32(b"%d" % n).to_bytes(4, "big") for n in range(50_000))
    assert decode(encode(noise), coding) == noise


@each_coding
def test_an_empty_body_is_an_empty_body(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    assert decode(b"", coding) == b""
    assert decode(encode(b""), coding) == b""


@each_coding
@pytest.mark.parametrize("missing", [1, 4, 8, 100, 2000])
def test_a_body_without_its_end_is_broken(
    coding: str, encode: Callable[[bytes], bytes], missing: int
) -> None:
    body = encode(PAGE)[:-missing]
    with pytest.raises(BrokenBodyError, match=f"not whole {coding} data") as caught:
        decode(body, coding)
    assert PAGE.startswith(caught.value.decoded)


@each_coding
def test_a_body_of_another_coding_is_broken(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    with pytest.raises(BrokenBodyError):
        decode(b"<!DOCTYPE html><html><body>plain</body></html>" * 10, coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
def test_a_corrupt_body_is_broken(coding: str) -> None:
    body = bytearray(ENCODERS[coding][1](PAGE))
    body[len(body) // 2] ^= 0x55
    with pytest.raises(BrokenBodyError):
        decode(bytes(body), coding)


def test_a_wrong_checksum_is_a_broken_body() -> None:
    body = bytearray(gzip.compress(PAGE, mtime=0))
    body[-8] ^= 1
    with pytest.raises(BrokenBodyError, match="incorrect data check"):
        decode(bytes(body), "gzip")


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_of_several_parts_is_decoded_to_its_end(coding: str) -> None:
    encode = ENCODERS[coding][1]
    first, second = encode(PAGE[:1000]), encode(PAGE[1000:2000])
    assert decode(first + second, coding) == PAGE[:2000]
    for length in (1, 2, 10, len(second) - 1):
        with pytest.raises(BrokenBodyError):
            decode(first + second[:length], coding)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd"])
@pytest.mark.parametrize("garbage", [b"\0\0\0\0", b"\r\n", b"<!-- 0.1 s -->"])
def test_bytes_after_the_end_are_ignored(coding: str, garbage: bytes) -> None:
    assert decode(ENCODERS[coding][1](PAGE) + garbage, coding) == PAGE


@each_coding
def test_a_bomb_costs_no_more_than_the_limit(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    bomb, limit = encode(bytes(BIG)), 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError) as caught:
            decode(bomb, coding, limit)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert limit < caught.value.size <= limit + 4 * STEP
    assert peak < 4 * limit


@each_coding
def test_a_body_of_just_the_limit_is_decoded(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    assert decode(encode(PAGE), coding, len(PAGE)) == PAGE
    with pytest.raises(TooLargeError):
        decode(encode(PAGE), coding, len(PAGE) - 1)


def test_no_window_above_eight_mebibytes_is_allocated() -> None:
    wide: dict[int, int] = {zstd.CompressionParameter.window_log: 27}
    encoder = zstd.ZstdCompressor(options=wide)
    body = encoder.compress(PAGE) + encoder.flush()
    with pytest.raises(BrokenBodyError):
        decode(body, "zstd")
