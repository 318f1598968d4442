"""Workers of one crawl that are killed, stopped and continued, while their database restarts; the dice say when."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import URL

from scraper.demo.content import DemoSite
from tests.crawls.running import PROJECT, read_csv
from tests.crawls.stored import in_database
from tests.crawls.test_paginations import unique
from tests.faults.catalogue import FAULTS
from tests.faults.plans import planned
from tests.faults.site import ALWAYS, FaultySite
from tests.servers.postgresql import PostgreSQL

CONTENT = DemoSite(topics=8, pages=25, articles=5)
PROMPT = [f for f in FAULTS.values() if not f.is_late and not f.final]
COLUMNS = ("title", "description", "url", "topic", "page")
SILENCE = 3.0
LONG = 60.0


def faulty_site(seed: int) -> FaultySite:
    """A site, three pages in ten of which are bad at first or for ever; slow, so that there is time for trouble."""
    return FaultySite(planned(seed, 0.3, PROMPT, CONTENT), CONTENT, latency=0.3)


@dataclass
class Crew:
    """Starts processes at the crawl of `site`, each with a log of its own in `folder`, and ends them all."""

    site: FaultySite
    folder: Path
    url: URL
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, *verb: str) -> "subprocess.Popen[bytes]":
        """Start `scrapy VERB topics`."""
        settings = {
            "SITES": json.dumps({"site": self.site.profile()}),
            "SITE": "site",
            "CRAWL_DB": self.url.render_as_string(hide_password=False),
            "CRAWL_SHARED": 1,
            "CRAWL_WORKER_TIMEOUT": SILENCE,
            "CONCURRENT_REQUESTS": 8,
            "FLEET_RESTARTS": 100,
            "RETRY_TIMES": 4,
            "RETRY_BACKOFF_BASE": 0.01,
            "RETRY_BACKOFF_CAP": 0.05,
            "OVERLOAD_MAX_DELAY": 0.05,
            "HOST_PROBE_WAIT": 0.1,
        }
        options = [part for k, v in settings.items() for part in ("-s", f"{k}={v}")]
        outputs = ["-o", str(self.folder / "articles.csv")]
        with self._log(len(self.processes)).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "scrapy", *verb, "topics", *options, *outputs],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def said(self, process: "subprocess.Popen[bytes]") -> str:
        """The log of a process."""
        return self._log(self.processes.index(process)).read_text("utf-8", "replace")

    @property
    def all_have_joined(self) -> bool:
        """Whether each process that lives is at work on the crawl."""
        living = [p for p in self.processes if p.poll() is None]
        return all("Crawl 1 " in self.said(process) for process in living)

    def end_all(self) -> None:
        """Kill all that still run; a fleet's workers end with it."""
        for process in self.processes:
            process.kill()
            process.wait()

    def _log(self, number: int) -> Path:
        return self.folder / f"log-{number}"


@contextmanager
def crew(site: FaultySite, folder: Path, url: URL) -> Iterator[Crew]:
    started = Crew(site, folder, url)
    try:
        yield started
    finally:
        started.end_all()


@dataclass
class Trouble:
    """What happens to the processes that `pids` tells: `count` times something, in an order that the seed decides.

    `died` is called when one was killed. The site gets slow before it has shown all its
    pages, so that the crawl does not end before the trouble does, and all are `ready`.
    """

    site: FaultySite
    pids: Callable[[], Sequence[int]]
    chance: random.Random
    postgresql: PostgreSQL | None = None
    died: Callable[[int], object] = lambda _: None
    ready: Callable[[], bool] = lambda: True
    happened: list[str] = field(default_factory=list)
    _stopped: dict[int, float] = field(default_factory=dict)

    def make(self, events: Sequence[str]) -> None:
        """Let `events` happen, each some time after the one before."""
        order = list(events)
        self.chance.shuffle(order)
        for event in order:
            self._let_pass(self.chance.uniform(0.2, 1.2))
            getattr(self, event)()
            self.happened.append(event)
        deadline = monotonic() + LONG
        while self._stopped or not self.ready():
            assert monotonic() < deadline, "not all have joined"
            self._let_pass(0.1)
        self.site.latency = 0.0

    def kill(self) -> None:
        """One is killed, in whatever state it is."""
        if pids := sorted(self.pids()):
            pid = self.chance.choice(pids)
            self._stopped.pop(pid, None)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self.died(pid)

    def stop(self) -> None:
        """One stands still, for less time than it takes to be taken for dead, or for more."""
        if pids := sorted(set(self.pids()) - set(self._stopped)):
            pid = self.chance.choice(pids)
            os.kill(pid, signal.SIGSTOP)
            self._stopped[pid] = monotonic() + self.chance.uniform(0.2, 2.5 * SILENCE)

    def restart(self) -> None:
        """The database is stopped, in order or not, and is there again at once or some seconds later."""
        if self.postgresql is not None:
            self.postgresql.stop(self.chance.choice(["fast", "immediate"]))
            sleep(self.chance.choice([0.0, 1.0, SILENCE + 1]))
            self.postgresql.start()

    def _let_pass(self, seconds: float) -> None:
        end = monotonic() + seconds
        while monotonic() < end:
            if len(self.site.visits) > 100:
                self.site.latency = 4.0
            for pid in [p for p, until in self._stopped.items() if until < monotonic()]:
                del self._stopped[pid]
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
            sleep(0.01)


def children_of(process: "subprocess.Popen[bytes]") -> list[int]:
    """The processes that a process has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def check(crew: Crew, site: FaultySite) -> None:
    """See that the database and the feed have every article once, and that the pages that were bad for ever failed."""
    expected = sorted(str(r["url"]) for r in unique([dict(r) for r in site.records()]))
    stored, failed = in_database(crew.url, COLUMNS)
    assert sorted(row[2] for row in stored) == expected, "in the database"
    exported = read_csv(crew.folder / "articles.csv")
    assert [tuple(row.values()) for row in exported] == stored, "row by row"
    lost = {place for place, bad in site.plan.items() if bad.times == ALWAYS}
    names = {topic.name: topic.index for topic in CONTENT.listing}
    assert {(names[topic], number) for topic, number in failed} == lost
    assert not list(crew.folder.glob("*.part-*")), "an unfinished feed is left"
