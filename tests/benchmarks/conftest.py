"""A small site of the benchmark, served."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.environment import ENVIRONMENT
from benchmarks.runs import Range, serve_site


def peers_python() -> str:
    """The interpreter of the peers' environment if that was made, else this one, which has some of their packages."""
    made = ENVIRONMENT / "bin" / "python"
    return os.environ.get("BENCHMARKS_PYTHON") or (
        str(made) if made.exists() else sys.executable
    )


@pytest.fixture(scope="module")
def site() -> Iterator[Range]:
    with serve_site(pages=7, topics=2, concurrency=4, python=peers_python()) as served:
        yield served


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "topic").mkdir()
    (tmp_path / "index.html").write_text("index")
    (tmp_path / "robots.txt").write_text("robots")
    (tmp_path / "topic" / "1.html").write_text("first")
    (tmp_path / "topic" / "2.html").write_text("second")
    return tmp_path
