"""What becomes of compressed bodies, seen by a spider."""

import gzip
import zlib
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from scrapy.http import HtmlResponse, Response

from tests.downloader.conftest import Serve
from tests.downloader.peer import Answer, Call
from tests.faults.asker import Asker, ask

TEXT = "<html><body>Žluťoučký kůň</body></html>"
HTML = TEXT.encode() * 100
TYPE = "Content-Type: text/html; charset=utf-8"
BOMB = gzip.compress(bytes(2**22))


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    async def answer(call: Call) -> None:
        await call.reply(body, status, TYPE, *headers)

    return answer


def outcome(
    serve: Serve, answer: Answer, **options: Any
) -> tuple[Response, Asker, dict[str, Any]]:
    url = serve(answer).url()
    spider, stats = ask([url], **options)
    return spider.responses[url], spider, stats


def failure(serve: Serve, answer: Answer, **options: Any) -> tuple[str, dict[str, Any]]:
    url = serve(answer).url()
    spider, stats = ask([url], **options)
    return spider.failed[url], stats


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(HTML, mtime=0), ["Content-Encoding: gzip"]),
        (gzip.compress(HTML, mtime=0), ["Content-Encoding: X-GZip"]),
        (zlib.compress(HTML), ["Content-Encoding: deflate, identity"]),
        (brotli.compress(gzip.compress(HTML, mtime=0)), ["Content-Encoding: gzip, br"]),
        (
            brotli.compress(gzip.compress(HTML, mtime=0)),
            ["Content-Encoding: gzip", "Content-Encoding: br"],
        ),
    ],
)
def test_a_body_is_decoded(body: bytes, headers: list[str], serve: Serve) -> None:
    response, _, stats = outcome(serve, answering(body, *headers))
    assert isinstance(response, HtmlResponse)
    assert response.text == TEXT * 100
    assert "Content-Encoding" not in response.headers
    assert stats["httpcompression/response_count"] == 1
    assert stats["httpcompression/response_bytes"] == len(HTML)


@pytest.mark.parametrize("coding", ["identity", "", " , identity"])
def test_a_coding_that_changes_nothing_is_none(coding: str, serve: Serve) -> None:
    response, _, stats = outcome(serve, answering(HTML, f"Content-Encoding: {coding}"))
    assert response.body == HTML
    assert "httpcompression/response_count" not in stats


def test_an_unknown_coding_is_left_and_named(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answering(gzip.compress(HTML, mtime=0), "Content-Encoding: pigeon, gzip")
    response, _, _ = outcome(serve, answer)
    assert response.body == HTML
    assert response.headers["Content-Encoding"] == b"pigeon"
    assert "unknown coding pigeon" in caplog.text


def test_an_empty_body_and_the_answer_to_head_have_nothing_to_decode(
    serve: Serve,
) -> None:
    response, _, _ = outcome(serve, answering(b"", "Content-Encoding: gzip"))
    assert response.body == b""
    answer = answering(gzip.compress(HTML, mtime=0), "Content-Encoding: gzip")
    response, _, _ = outcome(serve, answer, method="HEAD")
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("body", [gzip.compress(HTML, mtime=0)[:-9], HTML, BOMB])
def test_of_an_error_the_status_matters(body: bytes, serve: Serve) -> None:
    answer = answering(body, "Content-Encoding: gzip", status="404 Not Found")
    reason, stats = failure(serve, answer)
    assert reason.startswith("HttpError: Ignoring non-200 response")
    assert "retry/count" not in stats


def test_a_redirect_is_followed_whatever_its_body(serve: Serve) -> None:
    broken = answering(
        HTML, "Content-Encoding: gzip", "Location: /there", status="302 Found"
    )

    async def answer(call: Call) -> None:
        await (broken(call) if call.target == "/" else call.reply(b"there"))

    url = serve(answer).url()
    spider, _ = ask([url])
    assert spider.done == [f"{url}there"]


def test_a_broken_body_is_retried_by_the_rules_of_retries(serve: Serve) -> None:
    answer = answering(HTML, "Content-Encoding: gzip")
    reason, stats = failure(serve, answer)
    assert reason.startswith("ResponseDataLossError: the body is not whole gzip data")
    assert stats["retry/count"] == 2


@pytest.mark.parametrize(
    "options",
    [
        {"meta": {"dont_retry": True}},
        {"meta": {"max_retry_times": 0}},
        {"settings": {"RETRY_ENABLED": False}},
        {"settings": {"RETRY_EXCEPTIONS": []}},
    ],
)
def test_a_broken_body_is_not_retried_where_nothing_is(
    options: dict[str, Any], serve: Serve
) -> None:
    answer = answering(HTML, "Content-Encoding: gzip")
    reason, stats = failure(serve, answer, **options)
    assert reason.startswith("ResponseDataLossError: the body is not whole gzip data")
    assert "retry/count" not in stats


@pytest.mark.parametrize(
    "options",
    [
        {"settings": {"DOWNLOAD_FAIL_ON_DATALOSS": False}},
        {"meta": {"download_fail_on_dataloss": False}},
    ],
)
def test_a_broken_body_passes_where_loss_may_pass(
    options: dict[str, Any], serve: Serve
) -> None:
    answer = answering(gzip.compress(HTML, mtime=0)[:-9], "Content-Encoding: gzip")
    response, _, _ = outcome(serve, answer, **options)
    assert "dataloss" in response.flags
    assert HTML.startswith(response.body)
    assert len(response.body) > len(HTML) // 2


@pytest.mark.parametrize(
    "options",
    [
        {"settings": {"DOWNLOAD_MAXSIZE": 2**16}},
        {"meta": {"download_maxsize": 2**16}},
    ],
)
def test_a_body_that_grows_too_large_is_ignored_at_once(
    options: dict[str, Any], serve: Serve
) -> None:
    answer = answering(BOMB, "Content-Encoding: gzip")
    reason, stats = failure(serve, answer, **options)
    assert reason.startswith("IgnoreRequest: the body of <200 http://127.0.0.1")
    assert "more than DOWNLOAD_MAXSIZE (65536)" in reason
    assert "retry/count" not in stats


def test_without_a_limit_any_size_is_decoded(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answering(BOMB, "Content-Encoding: gzip")
    options = {"DOWNLOAD_MAXSIZE": 0, "DOWNLOAD_WARNSIZE": 2**20}
    response, _, _ = outcome(serve, answer, settings=options)
    assert len(response.body) == 2**22
    assert "more than DOWNLOAD_WARNSIZE (1048576)" in caplog.text


def test_it_can_be_turned_off(serve: Serve) -> None:
    body = gzip.compress(HTML, mtime=0)
    answer = answering(body, "Content-Encoding: gzip")
    response, _, _ = outcome(serve, answer, settings={"COMPRESSION_ENABLED": False})
    assert response.body == body
