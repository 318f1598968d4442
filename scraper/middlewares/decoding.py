"""Strict and bounded decoding of HTTP content codings (RFC 9110, 8.4.1; RFC 7932; RFC 8878)."""

import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from io import BytesIO

import brotli  # type: ignore[import-untyped]

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STEP = 2**16
"""Bytes that are fed and taken at a time: what a few bytes may swell to is looked at before it is kept."""

MAX_WINDOW_LOG = 23
"""Encoders must not ask for a window above 8 MiB (RFC 9659), so none is allocated."""

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

Pieces = Generator[bytes, None, memoryview]
"""Yields what a stream decodes to, piece by piece; returns the bytes that follow its end."""


class BrokenBodyError(Exception):
    """A body is not what its coding says, or its end is missing; `decoded` is what came out of it before."""

    decoded: bytes = b""


class TooLargeError(Exception):
    """A body is larger than allowed, decoded; `size` is the bytes seen so far."""

    def __init__(self, size: int) -> None:
        super().__init__(f"more than {size} bytes when decoded")
        self.size = size


def decode(body: bytes, coding: str, max_size: int = 0) -> bytes:
    """Decode a whole `body` of one of CODINGS into at most `max_size` bytes; 0 is no limit.

    An empty body is an empty body in every coding. Bytes after the end are ignored, as
    browsers do, unless they begin another gzip member or zstd frame; after the end of a
    brotli stream none are allowed.

    Raises:
        BrokenBodyError: the body is incomplete, corrupt or of another coding.
        TooLargeError: it decodes to more than `max_size` bytes; at most STEP bytes more
            than these were decoded.
    """
    decoded = BytesIO()
    try:
        for piece in CODINGS[coding](body) if body else ():
            decoded.write(piece)
            if 0 < max_size < (size := decoded.tell()):
                decoded.close()  # or the exception's traceback would keep all of it
                raise TooLargeError(size)
    except (BrokenBodyError, zlib.error, brotli.error, zstd.ZstdError) as error:
        broken = BrokenBodyError(f"the body is not whole {coding} data: {error}")
        broken.decoded = decoded.getvalue()
        raise broken from error
    return decoded.getvalue()


def _gzip(body: bytes) -> Iterator[bytes]:
    rest = memoryview(body)
    while True:
        rest = yield from _zlib_stream(rest, 16 + zlib.MAX_WBITS)
        if not _begins(rest, _GZIP_MAGIC):
            return


def _deflate(body: bytes) -> Iterator[bytes]:
    # Some servers send the bare stream, without the zlib header that the RFC asks for.
    has_header = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    bits = zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
    yield from _zlib_stream(memoryview(body), bits)


def _zlib_stream(body: memoryview, bits: int) -> Pieces:
    stream = zlib.decompressobj(bits)
    for start, data in _steps(body):
        piece = stream.decompress(data, STEP)
        yield piece
        # A piece that is cut off at STEP may leave some behind although all input is used.
        while not stream.eof and (stream.unconsumed_tail or len(piece) == STEP):
            piece = stream.decompress(stream.unconsumed_tail, STEP)
            yield piece
        if stream.eof:
            return body[start + len(data) - len(stream.unused_data) :]
    raise BrokenBodyError("its end is missing")


def _brotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for _, data in _steps(memoryview(body)):
        piece = stream.process(bytes(data), output_buffer_limit=STEP)
        yield piece
        # Only an empty piece shows that all that the input holds has come out.
        while piece and not stream.is_finished():
            piece = stream.process(b"", output_buffer_limit=STEP)
            yield piece
    if not stream.is_finished():
        raise BrokenBodyError("its end is missing")


def _zstd(body: bytes) -> Iterator[bytes]:
    rest = memoryview(body)
    while True:
        rest = yield from _zstd_frame(rest)
        if not (_begins(rest, _ZSTD_MAGIC) or _begins(rest[1:], b"\x2a\x4d\x18")):
            return


def _zstd_frame(body: memoryview) -> Pieces:
    limits: dict[int, int] = {
        zstd.DecompressionParameter.window_log_max: MAX_WINDOW_LOG
    }
    frame = zstd.ZstdDecompressor(options=limits)
    for start, data in _steps(body):
        yield frame.decompress(data, STEP)
        while not (frame.eof or frame.needs_input):
            yield frame.decompress(b"", STEP)
        if frame.eof:
            return body[start + len(data) - len(frame.unused_data) :]
    raise BrokenBodyError("its end is missing")


def _steps(body: memoryview) -> Iterator[tuple[int, memoryview]]:
    for start in range(0, len(body), STEP):
        yield start, body[start : start + STEP]


def _begins(rest: memoryview, magic: bytes) -> bool:
    """Whether `rest` begins with `magic`, or with as much of it as there is."""
    head = bytes(rest[: len(magic)])
    return bool(head) and magic.startswith(head)


CODINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
"""The codings that can be decoded."""
