"""The demo site in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from scraper.demo import DemoError, demo_site, process
from scraper.exceptions import ConfigurationError

PROJECT = Path(__file__).parents[2]
DEADLINE = 20.0
CHILDREN = Path("/proc/thread-self/children")


@contextmanager
def running(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python in the project; end it with the context."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def first_line(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    return started.stdout.readline().strip()


def is_served(url: str) -> bool:
    with urlopen(url, timeout=DEADLINE) as response:
        return b"Topics" in response.read()


def connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    assert parts.hostname
    return socket.create_connection((parts.hostname, parts.port or 80), DEADLINE)


def test_site_is_served_while_the_context_is_open() -> None:
    with demo_site(topics=2, pages=2) as url:
        assert is_served(url)
        client = connected(url)
    with client:
        assert client.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        connected(url)


def test_two_sites_are_served_side_by_side() -> None:
    with demo_site(topics=1, pages=1) as one, demo_site(topics=1, pages=1) as other:
        assert one != other
        assert is_served(one)
        assert is_served(other)


def test_site_ends_with_an_exception_too() -> None:
    def crash() -> None:
        with demo_site(topics=1, pages=1) as url:
            urls.append(url)
            raise ZeroDivisionError

    urls: list[str] = []
    with pytest.raises(ZeroDivisionError):
        crash()
    with pytest.raises(ConnectionRefusedError):
        connected(urls[0])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kill -9 is POSIX")
def test_site_ends_when_its_parent_is_killed() -> None:
    script = (
        "from scraper.demo import demo_site\n"
        "with demo_site(topics=1, pages=1) as url:\n"
        "    print(url, flush=True)\n"
        "    input()\n"
    )
    with running("-c", script) as parent, connected(first_line(parent)) as client:
        parent.send_signal(signal.SIGKILL)
        # The end of the stream comes from the server, when it goes.
        assert client.recv(1) == b""


def test_ctrl_c_is_left_to_the_parent_and_end_of_input_ends_the_site() -> None:
    with running("-m", "scraper.demo", "--topics=1", "--pages=1") as server:
        url = first_line(server)
        server.send_signal(signal.SIGINT)
        assert is_served(url)
        out, err = server.communicate(timeout=DEADLINE)
        assert (server.returncode, out, err) == (0, "", "")


def test_a_port_that_is_taken_is_one_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(DemoError) as caught,
            demo_site(topics=1, pages=1, port=port),
        ):
            pass
    assert str(caught.value) == (
        f"the demo site did not start: cannot listen on 127.0.0.1:{port}: Address already in use"
    )


def test_a_site_that_does_not_start_in_time_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "START_TIMEOUT", 0.001)
    with (
        pytest.raises(DemoError, match="it said nothing"),
        demo_site(topics=1, pages=1),
    ):
        pass


@pytest.mark.skipif(not CHILDREN.exists(), reason="lists child processes by /proc")
def test_a_site_that_does_not_stop_is_ended_by_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(process, "STOP_TIMEOUT", 0.1)
    before = set(CHILDREN.read_text().split())
    with demo_site(topics=1, pages=1) as url:
        (pid,) = set(CHILDREN.read_text().split()) - before
        os.kill(int(pid), signal.SIGSTOP)
    with pytest.raises(ConnectionRefusedError):
        connected(url)


def test_a_wrong_option_starts_nothing() -> None:
    with pytest.raises(ConfigurationError, match="--topics"), demo_site(topics=0):
        pass
