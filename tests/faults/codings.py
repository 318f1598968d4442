"""Compressed bodies that are not what they say."""

import gzip
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
from backports import zstd

from tests.downloader.peer import Call
from tests.faults.wire import HTML, LOSS, Fault, Send

SIZE = 16 * 2**20
"""Bytes that a bomb swells to."""

BOMBED = "the body of"


def coded(coding: str, make: Callable[[bytes], bytes]) -> Send:
    """A body made from the HTML, declared as of that coding, of the right length."""

    async def send(call: Call, html: bytes) -> None:
        await call.reply(make(html), "200 OK", HTML, f"Content-Encoding: {coding}")

    return send


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, options={zstd.CompressionParameter.checksum_flag: 1})


def _corrupt(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes(16) + body[middle + 16 :]


def _bomb(coding: str, compress: Callable[[bytes], bytes]) -> Fault:
    bomb = compress(bytes(SIZE))
    return Fault(coded(coding, lambda h: bomb), BOMBED, final=True)


def _losing(coding: str, make: Callable[[bytes], bytes]) -> Fault:
    return Fault(coded(coding, make), LOSS)


FAULTS = {
    "gzip without end": _losing("gzip", lambda h: _gzip(h)[:-9]),
    "gzip cut in half": _losing("gzip", lambda h: _gzip(h)[: len(_gzip(h)) // 2]),
    "gzip corrupt": _losing("gzip", lambda h: _corrupt(_gzip(h))),
    "gzip with a wrong sum": _losing("gzip", lambda h: _gzip(h)[:-8] + bytes(8)),
    "gzip is plain": _losing("gzip", lambda h: h),
    "gzip is deflate": _losing("gzip", zlib.compress),
    "deflate without end": _losing("deflate", lambda h: zlib.compress(h)[:-5]),
    "deflate corrupt": _losing("deflate", lambda h: _corrupt(zlib.compress(h))),
    "brotli without end": _losing("br", lambda h: brotli.compress(h)[:-5]),
    "brotli corrupt": _losing("br", lambda h: _corrupt(brotli.compress(h))),
    "zstd without end": _losing("zstd", lambda h: zstd.compress(h)[:-5]),
    "zstd corrupt": _losing("zstd", lambda h: _corrupt(_zstd(h))),
    "zstd is plain": _losing("zstd", lambda h: h),
    "two codings, one applied": _losing("gzip, br", _gzip),
    "gzip bomb": _bomb("gzip", _gzip),
    "gzip bomb in gzip": _bomb("gzip, gzip", lambda h: _gzip(_gzip(h))),
    "deflate bomb": _bomb("deflate", zlib.compress),
    "brotli bomb": _bomb("br", brotli.compress),
    "zstd bomb": _bomb("zstd", zstd.compress),
    "bare deflate": Fault(coded("deflate", lambda h: zlib.compress(h)[2:-4]), ""),
    "two codings": Fault(coded("gzip, br", lambda h: brotli.compress(_gzip(h))), ""),
    "two members": Fault(coded("gzip", lambda h: _gzip(h[:9]) + _gzip(h[9:])), ""),
    "unknown coding": Fault(coded("none", lambda h: h), ""),
}
"""What goes wrong with Content-Encoding, by name."""
