"""What can go wrong before a request is sent over TLS."""

import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.certificates import Authority
from tests.faults.crawling import RETRIES, assert_exact, crawl_quickly
from tests.faults.door import Door
from tests.faults.site import ALWAYS, FaultySite, serving


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """An authority that crawls trust."""
    trusted = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    return trusted


async def well(call: Call) -> None:
    await call.reply(b"well")


BAD: dict[str, Callable[[Authority], ssl.SSLContext]] = {
    "certificate has expired": lambda a: a.context(expired=True),
    "IP address mismatch": lambda a: a.context("127.0.0.9"),
    "unable to get local issuer certificate": lambda a: Authority(
        a.folder, "nobody"
    ).context(),
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_certificate_is_named_and_not_tried_again(
    reason: str, authority: Authority, serve: Serve
) -> None:
    peer = serve(well, BAD[reason](authority))
    urls = [peer.url(f"/{number}") for number in range(30)]
    spider, stats = ask(urls)
    assert sorted(spider.failed) == sorted(urls)
    assert all(reason in why for why in spider.failed.values())
    assert stats["downloader/request_count"] == 30
    assert "retry/count" not in stats
    assert "hosts/pauses" not in stats


def test_a_good_certificate_is_good(authority: Authority, tmp_path: Path) -> None:
    site = FaultySite({})
    with serving(site, authority.context()):
        crawled = crawl_quickly(tmp_path, site)
    assert_exact(crawled, site)


def test_a_handshake_that_is_cut_off_is_tried_again(
    authority: Authority, serve: Serve
) -> None:
    peer = serve(well, authority.context())
    with Door(peer.port, times=RETRIES) as door:
        url = f"https://127.0.0.1:{door.port}/"
        spider, stats = ask([url])
    assert spider.done == [url]
    assert stats["retry/count"] == RETRIES


@pytest.mark.parametrize("farewell", ["closed", "reset"])
def test_a_handshake_that_is_always_cut_off_is_named(
    farewell: str, authority: Authority, serve: Serve
) -> None:
    peer = serve(well, authority.context())
    with Door(peer.port, times=ALWAYS, resets=farewell == "reset") as door:
        url = f"https://127.0.0.1:{door.port}/"
        spider, stats = ask([url])
    assert list(spider.failed) == [url]
    assert spider.failed[url] == (
        "DownloadFailedError: "
        f"127.0.0.1:{door.port} closed the connection in the TLS handshake"
    )
    assert stats["retry/count"] == RETRIES
    assert stats["retry/max_reached"] == 1
    assert peer.calls == []
