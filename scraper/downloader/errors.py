"""Exceptions of the transport, told apart by what they ask of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

if TYPE_CHECKING:
    from .messages import FailureKind


class DownloadError(Exception):
    """A failure that the worker has put into words itself."""

    def __init__(self, kind: FailureKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


def describe(error: BaseException) -> tuple[FailureKind, str]:
    """Return the kind of failure and its reason in words, for the log and whoever reads it."""
    return _kind(error), _reason(error)


def _kind(error: BaseException) -> FailureKind:
    match error:
        case DownloadError():
            return error.kind
        case TimeoutError():
            return "timeout"
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError():
            return "unsupported"
        case aiohttp.ClientConnectorDNSError():
            return "dns"
        case aiohttp.ClientSSLError() | aiohttp.ClientConnectorCertificateError():
            return "failed"
        case aiohttp.ClientConnectorError():
            return "failed" if _is_cut_handshake(error) else "refused"
        case _:
            return "failed"


def _reason(error: BaseException) -> str:
    match error:
        case aiohttp.ClientHttpProxyError():
            return f"The proxy refused the tunnel: {error.status} {error.message}"
        case HttpProcessingError():
            # The parser's message has lines that point at the offending byte.
            return f"Not a valid HTTP response: {' '.join(error.message.split())}"
        case aiohttp.ClientConnectorDNSError():
            return f"Cannot resolve {error.host}: {error.os_error}"
        case aiohttp.ClientConnectorCertificateError():
            return f"Cannot trust {error.host}:{error.port}: {error.certificate_error}"
        case aiohttp.ClientConnectorError() if _is_cut_handshake(error):
            return (
                f"{error.host}:{error.port} closed the connection in the TLS handshake"
            )
        case aiohttp.ClientConnectorError():
            cause = str(error.os_error) or type(error.os_error).__name__
            return f"Cannot connect to {error.host}:{error.port}: {cause}"
        case DownloadError() | aiohttp.ClientError():
            return str(error) or type(error).__name__
        case _:
            return f"{type(error).__name__}: {error}"


def _is_cut_handshake(error: aiohttp.ClientConnectorError) -> bool:
    # Before there is a connection the system has no reset to tell of: what is not there refuses.
    return isinstance(error.os_error, ConnectionResetError)
