"""TLS: who is trusted, what is negotiated, what is told of it."""

from __future__ import annotations

import asyncio
import os
import ssl
from typing import TYPE_CHECKING, Any

import certifi
import pytest
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from scraper.downloader.tls import TlsOptions, make_context

from .certificates import certificate_der, certificate_file, server_context
from .fetching import opened

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.http import Response

    from .conftest import Serve
    from .peer import Call


# Whether the server's alert or the end of the connection is seen first is a matter of luck.
NO_AGREEMENT = (DownloadFailedError, DownloadConnectionRefusedError)


async def hello(call: Call) -> None:
    await call.reply(b"" if call.target == "/empty" else b"x")


def fetch(url: str, **settings: Any) -> Response:
    async def run() -> Response:
        async with opened(**settings) as fetcher:
            return await fetcher(url)

    return asyncio.run(run())


def test_every_response_has_the_certificate(serve: Serve, tmp_path: Path) -> None:
    peer = serve(hello, server_context(tmp_path))

    async def run() -> None:
        async with opened() as fetcher:
            for path in ("/", "/empty", "/empty", "/"):
                response = await fetcher(peer.url(path))
                assert response.certificate == certificate_der()
                assert str(response.ip_address) == "127.0.0.1"
                assert response.protocol == "HTTP/1.1"

    asyncio.run(run())
    assert peer.connections == 1


def test_certificates_are_not_verified_by_default(serve: Serve, tmp_path: Path) -> None:
    assert fetch(serve(hello, server_context(tmp_path)).url()).status == 200


def test_a_certificate_of_nobody_is_refused(serve: Serve, tmp_path: Path) -> None:
    peer = serve(hello, server_context(tmp_path))
    with pytest.raises(DownloadFailedError, match=r"Cannot trust 127\.0\.0\.1"):
        fetch(peer.url(), DOWNLOAD_VERIFY_CERTIFICATES=True)
    assert peer.calls == []


@pytest.mark.parametrize(
    ("host", "trusted"), [("127.0.0.1", True), ("127.0.0.2", False)]
)
def test_an_authority_of_ones_own(
    serve: Serve,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    trusted: bool,
) -> None:
    peer = serve(hello, server_context(tmp_path), host)
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(certificate_file(tmp_path)))
    if trusted:
        assert fetch(peer.url(), DOWNLOAD_VERIFY_CERTIFICATES=True).status == 200
    else:
        with pytest.raises(DownloadFailedError, match=r"not valid for '127\.0\.0\.2'"):
            fetch(peer.url(), DOWNLOAD_VERIFY_CERTIFICATES=True)


def test_certifis_bundle_is_what_is_trusted() -> None:
    trusted = make_context(TlsOptions(verify=True)).get_ca_certs(binary_form=True)
    bundle = ssl.create_default_context(cafile=certifi.where())
    assert set(trusted) == set(bundle.get_ca_certs(binary_form=True))
    assert make_context(TlsOptions(verify=False)).get_ca_certs() == []


@pytest.mark.parametrize(
    ("low", "high", "version"),
    [
        (None, None, "TLSv1.3"),
        (None, "TLSv1.2", "TLSv1.2"),
        ("TLSv1.3", None, "TLSv1.3"),
    ],
)
def test_versions_and_verbose_logging(
    serve: Serve,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    low: str | None,
    high: str | None,
    version: str,
) -> None:
    peer = serve(hello, server_context(tmp_path))
    caplog.set_level("DEBUG")
    fetch(
        peer.url(),
        DOWNLOAD_TLS_MIN_VERSION=low,
        DOWNLOAD_TLS_MAX_VERSION=high,
        DOWNLOADER_CLIENT_TLS_VERBOSE_LOGGING=True,
    )
    assert (
        f"SSL connection to 127.0.0.1 using protocol {version}, cipher " in caplog.text
    )
    assert 'issuer "CN=localhost", subject "CN=localhost"' in caplog.text
    records = [record for record in caplog.records if "SSL" in record.getMessage()]
    assert {record.threadName for record in records} == {"MainThread"}


def test_versions_that_do_not_meet(serve: Serve, tmp_path: Path) -> None:
    context = server_context(tmp_path)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with pytest.raises(NO_AGREEMENT):
        fetch(serve(hello, context).url(), DOWNLOAD_TLS_MAX_VERSION="TLSv1.2")


@pytest.mark.parametrize(
    ("ciphers", "agreed"),
    [("AES128-GCM-SHA256", False), ("ECDHE+AESGCM", True), (None, True)],
)
def test_ciphers(
    serve: Serve, tmp_path: Path, ciphers: str | None, agreed: bool
) -> None:
    context = server_context(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES256-GCM-SHA384")
    url = serve(hello, context).url()
    if agreed:
        assert fetch(url, DOWNLOADER_CLIENT_TLS_CIPHERS=ciphers).status == 200
    else:
        with pytest.raises(NO_AGREEMENT):
            fetch(url, DOWNLOADER_CLIENT_TLS_CIPHERS=ciphers)


def test_key_log(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "keys"
    monkeypatch.setitem(os.environ, "SSLKEYLOGFILE", str(path))
    fetch(serve(hello, server_context(tmp_path)).url())
    assert "CLIENT_TRAFFIC_SECRET_0" in path.read_text()
