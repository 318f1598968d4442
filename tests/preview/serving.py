"""Serves pages, given by path and query, on a free port of the loopback interface."""

import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@contextmanager
def serving(
    pages: Mapping[str, str], tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """Serve `pages`, over TLS if asked to; gives the URL of "/". A page may be changed while it is served.

    `{origin}` in a page stands for the site's own scheme, host and port.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
    server.daemon_threads = True
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def _handler(pages: Mapping[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path)
            origin = f"http://{self.headers['Host']}"
            body = (
                ("not here" if page is None else page)
                .replace("{origin}", origin)
                .encode()
            )
            kind = "text/plain" if self.path == "/robots.txt" else "text/html"
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    return Handler
