"""TLS settings, and the contexts that workers make of them."""

from __future__ import annotations

import logging
import os
import ssl
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import certifi

from scraper.exceptions import ConfigurationError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

VERSIONS = {
    "TLSv1.0": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, slots=True)
class TlsOptions:
    """How connections are secured: the meaning is that of Scrapy's settings of these names.

    `ca_file` and `ca_directory` come on top of certifi's bundle; None for `ciphers` and the
    versions leaves OpenSSL's default.
    """

    verify: bool = False
    min_version: str | None = None
    max_version: str | None = None
    ciphers: str | None = None
    keylog_file: str | None = None
    ca_file: str | None = None
    ca_directory: str | None = None

    @classmethod
    def from_settings(cls, settings: BaseSettings, *, verify: bool) -> TlsOptions:
        """Read `settings` and the environment; raises ConfigurationError for what is unusable."""
        options = cls(
            verify=verify,
            min_version=_version(settings, "DOWNLOAD_TLS_MIN_VERSION"),
            max_version=_version(settings, "DOWNLOAD_TLS_MAX_VERSION"),
            ciphers=settings.get("DOWNLOADER_CLIENT_TLS_CIPHERS") or None,
            keylog_file=_keylog_file(),
            ca_file=_environment("SSL_CERT_FILE"),
            ca_directory=_environment("SSL_CERT_DIR"),
        )
        try:
            _bare_context(options)
        except (ssl.SSLError, ValueError) as error:
            raise ConfigurationError(
                f"DOWNLOADER_CLIENT_TLS_CIPHERS = {options.ciphers!r} with TLS versions "
                f"{options.min_version} to {options.max_version} is wrong: {error}"
            ) from None
        return options


def make_context(options: TlsOptions) -> ssl.SSLContext:
    """Return a client context; reads the CA bundle from disk if certificates are verified."""
    context = _bare_context(options)
    if options.verify:
        context.load_verify_locations(certifi.where())
        if options.ca_file or options.ca_directory:
            context.load_verify_locations(options.ca_file, options.ca_directory)
    if options.keylog_file:
        context.keylog_filename = options.keylog_file
    return context


def _bare_context(options: TlsOptions) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = options.verify
    context.verify_mode = ssl.CERT_REQUIRED if options.verify else ssl.CERT_NONE
    if options.min_version:
        context.minimum_version = VERSIONS[options.min_version]
    if options.max_version:
        context.maximum_version = VERSIONS[options.max_version]
    if options.ciphers:
        context.set_ciphers(options.ciphers)
    return context


def _version(settings: BaseSettings, name: str) -> str | None:
    value = settings.get(name)
    if value is not None and value not in VERSIONS:
        raise ConfigurationError(
            f"Unknown {name} value: {value}; known are {', '.join(VERSIONS)}"
        )
    return value  # type: ignore[no-any-return]


def _keylog_file() -> str | None:
    path = _environment("SSLKEYLOGFILE")
    if path is None:
        return None
    try:
        with Path(path).open("ab"):
            return path
    except OSError as error:
        logger.warning("Cannot write TLS session keys to %s: %s", path, error)
        return None


def _environment(name: str) -> str | None:
    # As the ssl module does, "python -E" ignores the variable.
    return None if sys.flags.ignore_environment else os.environ.get(name) or None
