"""Every command of README and docs/ is run, document by document, in a project with a site of its own."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.snippets import DOCUMENTS, PROJECT, commands

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

RUN_ELSEWHERE = {
    "python3 -m venv": "CI runs the README's two commands",
    "python -m benchmarks": "tests/benchmarks runs them, on small sites",
}
SERVER = "postgresql+psycopg://user@host/name"
ON_A_SITE_OF_OUR_OWN = """
for _name in ("demo", "books"):
    SITES[_name] = {{**SITES["demo"], "index": {url!r}, "page_size": 20}}
PROGRESS_INTERVAL = 60.0
"""


@pytest.fixture(scope="module")
def used_project(tmp_path_factory: pytest.TempPathFactory, demo_url: str) -> Path:
    """A copy of the project whose profiles are of a small site; each was crawled before."""
    folder = tmp_path_factory.mktemp("used") / "project"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "scraper", folder / "scraper", ignore=ignored)
    shutil.copy(PROJECT / "scrapy.cfg", folder)
    with (folder / "scraper" / "settings.py").open("a") as settings:
        settings.write(ON_A_SITE_OF_OUR_OWN.format(url=demo_url))
    for site in ("books", "demo"):
        _run(f"scrapy crawl topics -a site={site}", folder)
    return folder


@pytest.fixture
def project(used_project: Path, tmp_path: Path) -> Path:
    """One of its own for each document."""
    return shutil.copytree(used_project, tmp_path / "project")


@pytest.mark.parametrize(
    "document",
    [document for document in DOCUMENTS if any(commands(document))],
    ids=lambda document: str(document.stem),
)
def test_every_command_works(
    document: Path, project: Path, demo_url: str, request: pytest.FixtureRequest
) -> None:
    for command in commands(document):
        text = command.text.replace("https://example.com/", demo_url)
        if SERVER in text:
            url = request.getfixturevalue("postgresql_url")
            text = text.replace(SERVER, url.render_as_string(hide_password=False))
        if not text.startswith(tuple(RUN_ELSEWHERE)):
            _run(text, project)


def _run(command: str, project: Path) -> None:
    words = shlex.split(command, comments=True)
    start = next(place for place, word in enumerate(words) if "=" not in word)
    variables = dict(word.split("=", 1) for word in words[:start])
    program = ["-m", "scrapy"] if words[start] == "scrapy" else []
    done = subprocess.run(
        [sys.executable, *program, *words[start + 1 :]],
        cwd=project,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert "Traceback" not in done.stderr, f"{command}\n{done.stderr}"
