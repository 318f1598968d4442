"""The limit of file descriptors."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scraper.downloader import limits

resource = pytest.importorskip("resource")

SCRIPT = """
import resource, sys
from scraper.downloader.limits import ensure_descriptors
from scraper.exceptions import ConfigurationError
soft, hard, concurrency = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
try:
    ensure_descriptors(concurrency)
except ConfigurationError as error:
    print("error", error)
else:
    print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def limits_after(soft: int, hard: int, concurrency: int) -> str:
    """Return what a process with these limits has or says after the check."""
    arguments = [str(soft), str(hard), str(concurrency)]
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_enough_is_left_alone() -> None:
    assert limits_after(256, 512, 16) == "256 512"


def test_the_soft_limit_is_raised_as_far_as_needed() -> None:
    needed = limits.descriptors_needed(100)
    assert limits_after(256, 512, 100) == f"{needed} 512"


def test_too_little_names_both_numbers() -> None:
    said = limits_after(256, 512, 1000)
    assert said.startswith("error CONCURRENT_REQUESTS = 1000 needs 2100 ")
    assert " 256 " in said


def test_systems_without_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "resource", None)
    limits.ensure_descriptors(10**9)
