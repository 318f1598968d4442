"""`scrapy demo`."""

import argparse
import signal
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from urllib.request import urlopen

import pytest

from scraper.commands.demo import Command

PROJECT = Path(__file__).parents[2]
DEADLINE = 30.0


def run_command(arguments: list[str]) -> Command:
    """Run the command in this process, as Scrapy does."""
    from scrapy.settings import Settings

    command = Command()
    command.settings = Settings()
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    options, others = parser.parse_known_args(arguments)
    command.process_options(others, options)
    command.run(others, options)
    return command


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--topics", "none"], "--topics must be a whole number, not 'none'"),
        (["--error-rate", "2"], "--error-rate must be from 0 to 0.99, not 2.0"),
        (["--speed", "9"], "unknown argument '--speed'"),
        (["please"], "unknown argument 'please'"),
    ],
)
def test_wrong_usage_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = run_command(arguments)
    assert capsys.readouterr().err == f"scrapy demo: {message}\n"
    assert command.exitcode == 2


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = run_command(["--port", str(port)])
    said = capsys.readouterr()
    assert (
        said.err
        == f"scrapy demo: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    )
    assert said.out == ""
    assert command.exitcode == 1


def test_serves_until_ctrl_c() -> None:
    arguments = ["demo", "--topics", "2", "--pages", "2", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        # Where the tests run in the background, a shell may have had Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 (one thread)
    ) as process:
        try:
            assert process.stdout is not None
            # All of it line by line: communicate does not see what readline has read ahead.
            said = list(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
            url = said[0].strip()
            with urlopen(url, timeout=DEADLINE) as response:
                assert response.status == 200
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=DEADLINE)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "")
    assert f"scrapy crawl topics -a url={url} -o articles.csv" in "".join(said)
