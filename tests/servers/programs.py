"""Where the programs of a server are, and which port it may have."""

import os
import shutil
import socket
from pathlib import Path

import pytest

DEBIAN = Path("/usr/lib/postgresql")
"""Debian keeps the programs of each version of PostgreSQL in a folder here, off the PATH."""


def program(name: str) -> Path:
    """The path of a server's program, of the newest version there is.

    Where there is none, the test is skipped; on CI (the environment variable of that
    name is set) that is an error.
    """
    if found := shutil.which(name):
        return Path(found)
    if versions := sorted(DEBIAN.glob(f"*/bin/{name}"), key=_version):
        return versions[-1]
    reason = f"{name} is not installed on this machine"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def _version(path: Path) -> int:
    name = path.parents[1].name
    return int(name) if name.isdigit() else 0


def free_port() -> int:
    """A TCP port of the loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
