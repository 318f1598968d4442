"""Starts and stops the server of a comparison: nginx where it is installed, else `benchmarks.server`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[1]
START_TIMEOUT = 10.0
STOP_TIMEOUT = 5.0

_NGINX = """
daemon off; worker_processes 1; pid {state}/nginx.pid; error_log stderr warn;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout 300;
  open_file_cache max=50000; types {{ text/html html; text/plain txt; }} charset utf-8;
  client_body_temp_path {state}; proxy_temp_path {state}; fastcgi_temp_path {state};
  uwsgi_temp_path {state}; scgi_temp_path {state};
  server {{
    listen {host}:{port} backlog=1024; root {folder};
    location = /robots.txt {{ }}
    location = / {{ try_files /index.html =404; }}
    location / {{ try_files $uri/$arg_page.html $uri/1.html =404; }}
  }}
}}
"""


def nginx_version() -> str | None:
    """Return `nginx/1.22.1`, None if there is none."""
    nginx = _nginx()
    if nginx is None:
        return None
    said = subprocess.run([nginx, "-v"], check=True, capture_output=True, text=True)  # noqa: S603 - found above
    return said.stderr.split()[-1]


@contextmanager
def serving(folder: Path, latency: float = 0) -> Iterator[str]:
    """Serve the files in `folder`, each answer after `latency` seconds; gives the URL of the index.

    Raises:
        RuntimeError: the server does not start.
    """
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="benchmark-server-") as state:
        nginx = None if latency else _nginx()
        if nginx:
            command = _nginx_command(nginx, Path(state), folder, port)
        else:
            options = [f"--port={port}", f"--latency={latency}", str(folder)]
            command = [sys.executable, "-m", "benchmarks.server", *options]
        with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE) as server:  # noqa: S603 - as built here
            try:
                _wait_for(server, port)
                yield f"http://{HOST}:{port}/"
            finally:
                _stop(server)


def _nginx() -> str | None:
    # Debian has it where only root's PATH looks.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _nginx_command(nginx: str, state: Path, folder: Path, port: int) -> list[str]:
    # As root nginx gives its workers to another user, who may not read the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    text = _NGINX.format(state=state, folder=folder, host=HOST, port=port)
    (state / "nginx.conf").write_text(user + text)
    return [nginx, "-p", str(state), "-c", str(state / "nginx.conf"), "-e", "stderr"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"the server did not start (exit status {server.returncode})")


def _stop(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    server.stdin.close()
    server.terminate()
    try:
        server.wait(STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        server.kill()
