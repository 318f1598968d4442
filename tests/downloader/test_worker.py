"""Workers and their pool, where no download gets to."""

from __future__ import annotations

import asyncio
import errno
import logging
import queue
import threading
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadFailedError,
    NotConfigured,
)
from scrapy.settings import Settings

from scraper.downloader import ThreadedDownloadHandler
from scraper.downloader.config import DownloaderConfig
from scraper.downloader.messages import Fetch, Report, Stop, WorkerEnded, WorkerTrouble
from scraper.downloader.resolver import NameCache
from scraper.downloader.worker import Worker

from .fetching import make_crawler, opened
from .watching import descriptors, downloader_threads, within

if TYPE_CHECKING:
    from .conftest import Serve
    from .peer import Call


async def hello(call: Call) -> None:
    await call.reply(b"hello")


def make_worker(reports: queue.Queue[Report], *, wanted: bool = True) -> Worker:
    config = DownloaderConfig.from_settings(Settings())
    return Worker(1, config, NameCache(0), reports.put, lambda: wanted)


def test_a_worker_ends_when_told_and_says_so() -> None:
    reports: queue.Queue[Report] = queue.Queue()
    worker = make_worker(reports)
    worker.start()
    worker.tell(Stop())
    assert reports.get(timeout=10) == WorkerEnded(1, "")
    worker.join(10)
    with pytest.raises(RuntimeError):
        worker.tell(Stop())


def test_a_worker_nobody_wants_ends_by_itself() -> None:
    reports: queue.Queue[Report] = queue.Queue()
    worker = make_worker(reports, wanted=False)
    worker.start()
    report = reports.get(timeout=10)
    assert isinstance(report, WorkerEnded)
    assert "event loop has stopped" in report.cause
    worker.join(10)


def test_trouble_in_a_workers_loop_is_reported_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    reports: queue.Queue[Report] = queue.Queue()
    worker = make_worker(reports)
    worker.start()
    nonsense: Any = "soon"
    worker.tell(Fetch(1, "GET", "http://localhost/", (), b"", 0, timeout=nonsense))
    report = reports.get(timeout=10)
    assert isinstance(report, WorkerTrouble)
    assert "TypeError" in report.text
    worker.tell(Stop())
    assert reports.get(timeout=10) == WorkerEnded(1, "")
    worker.join(10)
    assert not [record for record in caplog.records if record.levelno > logging.DEBUG]


def test_trouble_is_logged_on_scrapys_thread(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: Worker, fetch: Fetch) -> None:
        monkeypatch.undo()
        raise ZeroDivisionError

    async def run() -> None:
        async with opened() as fetcher:
            await fetcher(serve(hello).url())
            monkeypatch.setattr(Worker, "_begin", fail)
            with pytest.raises(asyncio.TimeoutError):
                async with asyncio.timeout(0.5):
                    await fetcher(serve(hello).url())

    asyncio.run(run())
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "ZeroDivisionError" in record.getMessage()
    assert record.threadName == "MainThread"


@pytest.mark.parametrize(
    ("owner", "name", "error"),
    [
        (threading.Thread, "start", RuntimeError("can't start new thread")),
        (Worker, "__init__", OSError(errno.EMFILE, "can't open more files")),
    ],
)
def test_a_system_without_threads_or_descriptors(
    owner: Any,
    name: str,
    error: Exception,
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peer = serve(hello)

    def refuse(*_: object, **__: object) -> None:
        raise error

    async def run() -> None:
        async with opened() as fetcher:
            before = descriptors(peer.port)
            with monkeypatch.context() as patch:
                patch.setattr(owner, name, refuse)
                with pytest.raises(DownloadFailedError, match=r"No thread .* can't"):
                    await fetcher(peer.url())
            assert descriptors(peer.port) == before
            assert (await fetcher(peer.url())).body == b"hello"

    asyncio.run(run())


def test_close_gives_up_on_a_thread_that_will_not_end(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    released = threading.Event()
    monkeypatch.setattr(Worker, "_obey", lambda self, order: released.wait(30))

    async def run() -> None:
        async with opened(DOWNLOADER_CLOSE_TIMEOUT=0.2) as fetcher:
            task = asyncio.create_task(fetcher(serve(hello).url()))
            await asyncio.sleep(0)
            with within(5):
                await fetcher.handler.close()
            with pytest.raises(DownloadCancelledError):
                await task

    try:
        asyncio.run(run())
        assert "1 downloader threads did not end in time" in caplog.text
    finally:
        released.set()
        for thread in downloader_threads():
            thread.join(10)


def test_without_asyncio_there_is_no_handler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "scraper.downloader.handler.is_asyncio_available", lambda: False
    )
    with pytest.raises(NotConfigured, match="asyncio"):
        ThreadedDownloadHandler.from_crawler(make_crawler())
