"""Starts and stops the server of a measurement: nginx where it is installed, else `benchmarks.server`."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import HOST

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT = Path(__file__).parents[1]
START_TIMEOUT = 10.0
STOP_TIMEOUT = 5.0

_NGINX = """
daemon off; worker_processes 1; pid {state}/nginx.pid; error_log stderr error; {user}
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; keepalive_timeout {keep};
  open_file_cache max=50000; types {{ text/html html; text/plain txt; }} charset utf-8;
  client_body_temp_path {state}; proxy_temp_path {state}; fastcgi_temp_path {state};
  uwsgi_temp_path {state}; scgi_temp_path {state};
  server {{
    listen {host}:{port} backlog=1024 {tls}; root {folder};
    location = /robots.txt {{ }}
    location = / {{ try_files /index.html =404; }}
    location / {{ try_files $uri/$arg_page.html $uri/1.html =404; }}
  }}
}}
"""
_NGINX_TLS = "ssl; ssl_certificate {pem}; ssl_certificate_key {pem}"


def nginx_version() -> str | None:
    """Return `nginx/1.22.1`, None if there is none."""
    nginx = _nginx()
    if nginx is None:
        return None
    said = subprocess.run([nginx, "-v"], check=True, capture_output=True, text=True)  # noqa: S603 - found above
    return said.stderr.split()[-1]


@dataclass(frozen=True, slots=True)
class _Server:
    """How the files in `folder` are served; `state` is a folder for the server's own files."""

    folder: Path
    state: Path
    port: int
    latency: float
    certificate: Path | None
    keep_alive: bool

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://{HOST}:{self.port}/"

    def command(self) -> list[str]:
        nginx = None if self.latency else _nginx()
        return self._nginx_command(nginx) if nginx else self._own_command()

    def _nginx_command(self, nginx: str) -> list[str]:
        configuration = self.state / "nginx.conf"
        configuration.write_text(
            _NGINX.format(
                # As root nginx gives its workers to another user, who may not read the folder.
                user="user root;" if os.geteuid() == 0 else "",
                state=self.state,
                folder=self.folder,
                host=HOST,
                port=self.port,
                keep=300 if self.keep_alive else 0,
                tls=_NGINX_TLS.format(pem=self.certificate) if self.certificate else "",
            )
        )
        prefix = ["-p", str(self.state), "-c", str(configuration)]
        return [nginx, *prefix, "-e", "stderr"]

    def _own_command(self) -> list[str]:
        options = [f"--port={self.port}", f"--latency={self.latency}"]
        options += [f"--certificate={self.certificate}"] if self.certificate else []
        options += [] if self.keep_alive else ["--close"]
        module = [sys.executable, "-m", "benchmarks.server"]
        return [*module, *options, str(self.folder)]


@contextmanager
def serving(
    folder: Path, latency: float = 0, *, tls: bool = False, keep_alive: bool = True
) -> Iterator[str]:
    """Serve the files in `folder`; gives the URL of the index.

    Each answer comes after `latency` seconds; without `keep_alive` the connection is
    closed then; `tls` is with a certificate that nobody has signed.

    Raises:
        RuntimeError: the server does not start.
    """
    with tempfile.TemporaryDirectory(prefix="benchmark-server-") as temporary:
        state = Path(temporary)
        certificate = _certificate(state) if tls else None
        how = _Server(folder, state, _free_port(), latency, certificate, keep_alive)
        with subprocess.Popen(  # noqa: S603 - as built above
            how.command(), cwd=PROJECT, stdin=subprocess.PIPE
        ) as server:
            try:
                _wait_for(server, how.port)
                yield how.url
            finally:
                _stop(server)


def _nginx() -> str | None:
    # Debian has it where only root's PATH looks.
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _certificate(state: Path) -> Path:
    """Write a key and its certificate into one file."""
    # It needs what the tests need, which no other measurement does.
    from tests.downloader.certificates import self_signed

    pem = state / "server.pem"
    pem.write_bytes(b"".join(self_signed()))
    return pem


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
