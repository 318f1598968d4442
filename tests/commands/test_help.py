"""`--help` of every command, and the documented exit statuses."""

import re
from pathlib import Path

import pytest

from scraper.outcome import ExitStatus
from tests.crawls.running import PROJECT, scrapy

COMMANDS = sorted(
    path.stem
    for path in (PROJECT / "scraper" / "commands").glob("*.py")
    if "class Command(" in path.read_text("utf-8")
)
DOCUMENTED = (PROJECT / "docs" / "commands.md").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_what_a_command_does(command: str) -> None:
    done = scrapy(command, "--help")
    assert done.returncode == 0
    usage, _, rest = done.stdout.partition("\n\n")
    assert f"scrapy {command}" in usage
    description = rest.partition("\n\n")[0]
    assert len(description.split()) >= 5, description


def test_the_exit_statuses_of_a_crawl_are_documented() -> None:
    rows = re.findall(r"^\| (\d+) \| ([a-z ]+) \|", DOCUMENTED, re.MULTILINE)
    assert [(int(value), name) for value, name in rows] == [
        (status.value, status.name.lower().replace("_", " ")) for status in ExitStatus
    ]


def test_every_link_in_the_commands_leads_somewhere() -> None:
    for name in re.findall(r"\]\((\w+\.md)", DOCUMENTED):
        assert Path(PROJECT, "docs", name).is_file(), name
