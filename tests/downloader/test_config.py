"""The downloader's settings."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import Settings

from scraper.downloader.config import DownloaderConfig
from scraper.exceptions import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


def read(**settings: Any) -> DownloaderConfig:
    return DownloaderConfig.from_settings(Settings(settings))


def test_defaults_are_in_code() -> None:
    config = read()
    assert 1 <= config.threads <= 4
    assert (config.connection_limit, config.keepalive_timeout) == (0, 15)
    assert (config.connect_timeout, config.read_timeout, config.timeout) == (0, 0, 180)
    assert (config.dns_cache_size, config.dns_timeout) == (10_000, 60)
    assert (config.maxsize, config.warnsize) == (2**30, 2**25)
    assert config.fail_on_dataloss
    assert not config.tls.verify
    assert config.bind_address is None


def test_strings_of_the_command_line_are_understood() -> None:
    config = read(
        DOWNLOADER_THREADS="3",
        DOWNLOADER_READ_TIMEOUT="1.5",
        DOWNLOAD_FAIL_ON_DATALOSS="False",
        DNSCACHE_ENABLED="0",
    )
    assert (config.threads, config.read_timeout) == (3, 1.5)
    assert (config.fail_on_dataloss, config.dns_cache_size) == (False, 0)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("127.0.0.2", ("127.0.0.2", 0)),
        (("127.0.0.2", 0), ("127.0.0.2", 0)),
        (["::1", 5000], ("::1", 5000)),
        ("", None),
    ],
)
def test_bind_address(value: Any, address: Any) -> None:
    assert read(DOWNLOAD_BIND_ADDRESS=value).bind_address == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOADER_THREADS", -1),
        ("DOWNLOADER_THREADS", "many"),
        ("DOWNLOADER_THREADS", 1000),
        ("DOWNLOADER_CONNECTION_LIMIT", -1),
        ("DOWNLOADER_KEEPALIVE_TIMEOUT", -1),
        ("DOWNLOADER_CONNECT_TIMEOUT", "soon"),
        ("DOWNLOADER_READ_TIMEOUT", float("nan")),
        ("DOWNLOADER_CLOSE_TIMEOUT", float("inf")),
        ("DOWNLOAD_TIMEOUT", -5),
        ("DOWNLOAD_MAXSIZE", "1 GB"),
        ("DOWNLOAD_BIND_ADDRESS", ("127.0.0.1", "http")),
        ("DOWNLOAD_BIND_ADDRESS", ("127.0.0.1", 70_000)),
        ("DOWNLOAD_FAIL_ON_DATALOSS", "perhaps"),
        ("DOWNLOAD_VERIFY_CERTIFICATES", "perhaps"),
        ("DOWNLOAD_TLS_MIN_VERSION", "SSLv3"),
        ("DOWNLOAD_TLS_MAX_VERSION", "TLSv9"),
        ("DOWNLOADER_CLIENT_TLS_CIPHERS", "ROT13"),
        ("ASYNCIO_EVENT_LOOP", "no.such.Loop"),
        ("HTTPPROXY_AUTH_ENCODING", "no-such-encoding"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as error:
        read(**{name: value})
    assert name in str(error.value)
    assert str(value) in str(error.value) or repr(value) in str(error.value)
    assert "\n" not in str(error.value)


def test_loops_of_workers_are_those_of_scrapy() -> None:
    assert read().new_event_loop is asyncio.new_event_loop
    made = read(ASYNCIO_EVENT_LOOP="asyncio.SelectorEventLoop").new_event_loop
    assert made is asyncio.SelectorEventLoop


def test_key_log_that_can_not_be_written_is_warned_about(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "missing" / "keys"
    monkeypatch.setitem(os.environ, "SSLKEYLOGFILE", str(path))
    assert read().tls.keylog_file is None
    assert str(path) in caplog.text
