"""Retries wait outside of everything, each for its own time."""

from collections import defaultdict
from time import monotonic
from typing import Any

import pytest

from scraper.exceptions import ConfigurationError
from tests.crawls.running import project_settings
from tests.downloader.conftest import Serve
from tests.downloader.peer import Call
from tests.faults.asker import ask
from tests.faults.crawling import RETRIES

SECOND = {"RETRY_BACKOFF_BASE": 1.0, "RETRY_BACKOFF_CAP": 1.0}


class FailingAtFirst:
    """Answers each target with `bad` for the first `times` requests; `arrivals` has when they came."""

    def __init__(self, times: int, bad: tuple[bytes, str] = (b"", "500 Oops")) -> None:
        self._times = times
        self._bad = bad
        self.arrivals: defaultdict[str, list[float]] = defaultdict(list)

    async def __call__(self, call: Call) -> None:
        self.arrivals[call.target].append(monotonic())
        if len(self.arrivals[call.target]) > self._times:
            await call.reply(b"well")
        else:
            await call.reply(*self._bad)

    @property
    def waits(self) -> list[float]:
        return [after - before for before, after in self.arrivals.values()]


def test_waiting_retries_are_spread_and_hold_no_place(serve: Serve) -> None:
    answer = FailingAtFirst(times=1)
    url = serve(answer).url()
    urls = [f"{url}{number}" for number in range(12)]
    spider, stats = ask(urls, {"CONCURRENT_REQUESTS": 1, **SECOND})
    assert sorted(spider.done) == sorted(urls)
    firsts = [first for first, _ in answer.arrivals.values()]
    assert max(firsts) - min(firsts) < 1, "with one place, none waits for another"
    assert sum(answer.waits) > max(firsts) - min(firsts)
    assert max(answer.waits) > 0.25
    assert len({round(wait, 1) for wait in answer.waits}) > 3
    assert stats["retry/count"] == 12


def test_the_wait_can_be_set_for_one_request(serve: Serve) -> None:
    answer = FailingAtFirst(times=1)
    url = serve(answer).url()
    urls = [f"{url}{number}" for number in range(12)]
    meta = {"retry_backoff": {"cap": 0}}
    long = {"RETRY_BACKOFF_BASE": 20.0, "RETRY_BACKOFF_CAP": 20.0}
    spider, _ = ask(urls, long, meta=meta)
    assert len(spider.done) == 12
    assert max(answer.waits) < 5, "on a busy machine, too"


def test_a_wait_that_makes_no_sense_is_said(serve: Serve) -> None:
    url = serve(FailingAtFirst(times=1)).url()
    spider, _ = ask([url], meta={"retry_backoff": {"caap": 0}})
    assert spider.failed[url] == (
        "ValueError: unknown key(s) caap; known: base, cap, factor"
    )


def test_a_callback_can_retry_too(serve: Serve) -> None:
    answer = FailingAtFirst(times=1, bad=(b"not yet", "200 OK"))
    url = serve(answer).url()
    urls = [f"{url}{number}" for number in range(12)]
    spider, stats = ask(urls, {"CONCURRENT_REQUESTS": 1, **SECOND})
    assert sorted(spider.done) == sorted(urls)
    assert max(answer.waits) > 0.25
    assert stats["retry/reason_count/it says so"] == 12


def test_a_callback_cannot_retry_for_ever(serve: Serve) -> None:
    answer = FailingAtFirst(times=99, bad=(b"not yet", "200 OK"))
    spider, stats = ask([serve(answer).url()])
    assert spider.done == []
    assert len(answer.arrivals["/"]) == 1 + RETRIES
    assert stats["retry/max_reached"] == 1


@pytest.mark.parametrize("target", ["/", "/robots.txt"])
def test_a_retry_waits_for_as_long_as_it_was_asked_to(
    target: str, serve: Serve
) -> None:
    arrivals: list[float] = []

    async def answer(call: Call) -> None:
        if call.target == target:
            arrivals.append(monotonic())
        if len(arrivals) == 1 and call.target == target:
            await call.reply(b"", "503 Busy", "Retry-After: 0.5")
        else:
            await call.reply(b"well")

    url = serve(answer).url()
    impolite = {
        **project_settings()["DOWNLOADER_MIDDLEWARES"],
        "scraper.middlewares.PolitenessMiddleware": None,
    }
    settings = {"DOWNLOADER_MIDDLEWARES": impolite, "ROBOTSTXT_OBEY": True}
    spider, _ = ask([url], settings)
    assert spider.done == [url]
    assert arrivals[1] - arrivals[0] >= 0.5


@pytest.mark.parametrize(
    "status", [408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524]
)
def test_what_passes_is_asked_for_again(status: int, serve: Serve) -> None:
    answer = FailingAtFirst(times=1, bad=(b"", f"{status} Not now"))
    spider, stats = ask([serve(answer).url()])
    assert len(spider.done) == 1
    assert stats["retry/count"] == 1


@pytest.mark.parametrize("status", [404, 410, 403, 501, 525, 526])
def test_what_cannot_change_is_not_asked_for_again(status: int, serve: Serve) -> None:
    answer = FailingAtFirst(times=99, bad=(b"", f"{status} No"))
    url = serve(answer).url()
    spider, _ = ask([url])
    assert list(spider.failed) == [url]
    assert len(answer.arrivals["/"]) == 1


@pytest.mark.parametrize(
    ("settings", "meta", "attempts"),
    [
        ({"RETRY_TIMES": 4}, {}, 5),
        ({}, {"max_retry_times": 1}, 2),
        ({}, {"dont_retry": True}, 1),
        ({"RETRY_ENABLED": False}, {}, 1),
        ({"RETRY_HTTP_CODES": [503]}, {}, 1),
    ],
)
def test_the_settings_of_scrapy_mean_what_they_mean(
    settings: dict[str, Any], meta: dict[str, Any], attempts: int, serve: Serve
) -> None:
    answer = FailingAtFirst(times=99)
    url = serve(answer).url()
    spider, _ = ask([url], settings, meta=meta)
    assert spider.failed[url].startswith("HttpError")
    assert len(answer.arrivals["/"]) == attempts


def test_a_crawl_that_closes_does_not_wait_for_retries(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def later(call: Call) -> None:
        await call.reply(b"", "503 Busy", "Retry-After: 60")

    began = monotonic()
    with caplog.at_level("INFO"):
        _, stats = ask([serve(later).url()], {"CLOSESPIDER_TIMEOUT": 0.3})
    assert stats["finish_reason"] == "closespider_timeout"
    assert monotonic() - began < 10
    assert "1 requests were still waiting for their retry" in caplog.text


def test_a_crawl_that_is_stopped_does_not_wait_for_robots_txt(serve: Serve) -> None:
    async def later(call: Call) -> None:
        await call.reply(b"", "503 Busy", "Retry-After: 60")

    began = monotonic()
    settings = {"ROBOTSTXT_OBEY": True, "SHUTDOWN_GRACE": 0.2}
    _, stats = ask([serve(later).url()], settings, stop_after=0.3)
    assert stats["finish_reason"] == "shutdown"
    assert monotonic() - began < 10


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RETRY_BACKOFF_BASE", "soon"),
        ("RETRY_BACKOFF_FACTOR", 0.5),
        ("RETRY_BACKOFF_CAP", -1),
        ("RETRY_AFTER_MAX", "nan"),
        ("OVERLOAD_MAX_DELAY", -0.1),
        ("HOST_FAILURES", 0),
        ("HOST_PROBE_WAIT", "inf"),
        ("HOST_GIVE_UP", -5),
        ("STALL_TIMEOUT", "x"),
    ],
)
def test_a_wrong_number_stops_the_crawl_and_is_named(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} = {value!r} is wrong"):
        ask([], {name: value})


def test_robots_txt_that_cannot_be_had_is_one_line(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async def answer(call: Call) -> None:
        if call.target == "/robots.txt":
            call.reset()
        else:
            await call.reply(b"well")

    url = serve(answer).url()
    spider, _ = ask([url], {"ROBOTSTXT_OBEY": True})
    assert spider.done == [url]
    assert f"{url}robots.txt cannot be had, so all is allowed: Download" in caplog.text
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_kept_connection_that_was_closed_costs_no_attempt(serve: Serve) -> None:
    async def answer(call: Call) -> None:
        await call.reply(b"well")
        call.close()

    peer = serve(answer)
    urls = [peer.url(f"/{number}") for number in range(20)]
    spider, stats = ask(urls, {"CONCURRENT_REQUESTS": 1})
    assert len(spider.done) == 20
    assert "retry/count" not in stats
