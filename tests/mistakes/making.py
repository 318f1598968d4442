"""Making a mistake as a person does it: by a command, in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawls.running import FINDS_PROJECT, PATIENCE, PROJECT

QUICK = ("-s", "RETRY_TIMES=1", "-s", "RETRY_BACKOFF_BASE=0.01")


def crawl(
    *arguments: str,
    variables: dict[str, str] | None = None,
    folder: Path = PROJECT,
    unprivileged: bool = False,
) -> "subprocess.CompletedProcess[str]":
    """Run `scrapy crawl topics`; `unprivileged` takes from root what lets it write anywhere."""
    in_memory = [] if any("CRAWL_DB" in a for a in arguments) else ["-s", "CRAWL_DB="]
    command = [sys.executable, "-m", "scrapy", "crawl", "topics"]
    return subprocess.run(
        [
            *(_without_privilege() if unprivileged else []),
            *command,
            *in_memory,
            *QUICK,
            *arguments,
        ],
        cwd=folder,
        env=os.environ | FINDS_PROJECT | (variables or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def complaints(done: "subprocess.CompletedProcess[str]") -> list[str]:
    """What a command says that is wrong, without times and loggers; a traceback is never right."""
    assert "Traceback" not in done.stderr, done.stderr
    found = []
    for line in done.stderr.splitlines():
        for mark in (" ERROR: ", " CRITICAL: ", " WARNING: "):
            found += [line.partition(mark)[2]] if mark in line else []
        if line.startswith(("Error: ", "FAILED ", "scrapy ")):
            found.append(line)
    return [line for line in found if line != "Account of the crawl:"]


def _without_privilege() -> list[str]:
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write anywhere, and there is no setpriv to prevent it")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
