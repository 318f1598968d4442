"""The benchmark of docs/scaling.md runs, and sees that no page is handed out twice."""

import subprocess
import sys

import pytest

from tests.crawls.running import PROJECT
from tests.servers.programs import program

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("database", "articles"), [("sqlite", 0), ("postgresql", 3)])
def test_it_hands_each_page_out_once(database: str, articles: int) -> None:
    if database == "postgresql":
        program("initdb")
    size = ["--pages", "300", "--batch", "16", "--workers", "4"]
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.leasing", "--database", database),
            *(*size, "--articles", str(articles)),
        ],
        cwd=PROJECT,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "300 pages handed out, each once; all are done" in ended.stdout
    assert ("WITH turn AS" in ended.stdout) == (database == "postgresql")
