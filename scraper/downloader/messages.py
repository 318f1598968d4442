"""The values that cross between Scrapy's thread and the workers: frozen, of built-in types only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]
"""Header lines in their order on the wire, one (name, value) each."""

Address: TypeAlias = tuple[str, int]
"""A local address to bind to; port 0 lets the system choose."""

FailureKind: TypeAlias = Literal[
    "cancelled", "dns", "failed", "refused", "timeout", "unsupported", "usage"
]
"""Why a download gave no response; each kind is one exception on Scrapy's side."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask a worker for one download.

    Sizes are bytes and times seconds; 0 switches a limit off. `started` is `time.monotonic()` on
    Scrapy's thread. With `watch_headers` or `watch_body` the worker reports as it goes and waits
    for a `Proceed` after each report; with `watch_late` before it sends the request late.
    """

    id: int
    method: str
    url: str
    headers: RawHeaders
    body: bytes
    started: float
    timeout: float
    maxsize: int = 0
    warnsize: int = 0
    bind_address: Address | None = None
    proxy: str | None = None
    proxy_authorization: str | None = None
    watch_headers: bool = False
    watch_body: bool = False
    watch_late: bool = False
    describe_tls: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for this download any more."""

    id: int


@dataclass(frozen=True, slots=True)
class Proceed:
    """The answer to a `LateReport`, `HeadReport` or `ChunkReport`: go on. `Cancel` is the other answer."""

    id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """The worker shall drop everything and end its thread."""


Order: TypeAlias = Fetch | Cancel | Proceed | Stop
"""What Scrapy's thread tells a worker."""


@dataclass(frozen=True, slots=True)
class TlsDescription:
    """What verbose TLS logging shows of a connection."""

    hostname: str
    protocol: str
    cipher: str


@dataclass(frozen=True, slots=True)
class Head:
    """Status line and headers of a response, and what its connection was.

    `length` is the body's length in bytes as announced, `latency` the seconds from the start of
    the download to these headers, `certificate` the peer's in DER, `ip_address` the peer's.
    """

    status: int
    protocol: str
    headers: RawHeaders
    length: int | None
    latency: float
    ip_address: str | None = None
    certificate: bytes | None = None
    tls: TlsDescription | None = None


@dataclass(frozen=True, slots=True)
class LateReport:
    """The request is to be sent again, or late, and somebody listens; the worker waits for a `Proceed`."""

    id: int


@dataclass(frozen=True, slots=True)
class HeadReport:
    """The headers arrived and somebody listens.

    The worker waits for a `Proceed` if `watch_headers` was asked for.
    """

    id: int
    head: Head


@dataclass(frozen=True, slots=True)
class ChunkReport:
    """A piece of the body arrived and somebody listens; the worker waits for a `Proceed`."""

    id: int
    data: bytes


@dataclass(frozen=True, slots=True)
class SizeReport:
    """The body passed `warnsize`; `expected` tells an announced size from one received."""

    id: int
    size: int
    expected: bool


@dataclass(frozen=True, slots=True)
class TooLarge:
    """The end of a download whose body passed `maxsize`."""

    id: int
    size: int
    expected: bool


@dataclass(frozen=True, slots=True)
class Completed:
    """The end of a download that gave a response.

    `body` holds what no `ChunkReport` carried. `loss` says how the body fell short, empty if it is
    whole; `delimited` is False if only the end of the connection marked the end of the body, or
    more came than was announced.
    """

    id: int
    head: Head
    body: bytes
    delimited: bool = True
    loss: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The end of a download that gave no response."""

    id: int
    kind: FailureKind
    reason: str


@dataclass(frozen=True, slots=True)
class WorkerEnded:
    """The last word of a worker's thread, by request or because it died of `cause`."""

    worker: int
    cause: str


@dataclass(frozen=True, slots=True)
class WorkerTrouble:
    """What a worker's event loop would have logged from its own thread."""

    worker: int
    text: str


Outcome: TypeAlias = Completed | TooLarge | Failed
"""How a download ends."""

Report: TypeAlias = (
    LateReport
    | HeadReport
    | ChunkReport
    | SizeReport
    | Outcome
    | WorkerEnded
    | WorkerTrouble
)
"""What a worker tells Scrapy's thread."""
