"""HTTP transport shared by the simulators: requests in, responses out, over a real socket.

A simulator is a function ``handle(Request) -> Response``. :class:`HttpServer` puts it behind a
keep-alive HTTP/1.1 socket on the loopback interface and carries out what a response asks for
besides its body: a delay before the answer, or no answer at all.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

_BUFFER_BYTES = 1 << 20


@dataclass(frozen=True)
class Request:
    """One call as the simulator sees it: path decoded, header names in lower case."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """One answer. ``delay`` is in seconds; ``lost`` closes the connection without an answer."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    delay: float = 0.0
    lost: bool = False


def json_response(
    status: int,
    data: object,
    *,
    delay: float = 0.0,
    headers: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> Response:
    """An answer with a JSON body (UTF-8, compact)."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    merged = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
    return Response(status, body, merged, reason, delay)


class HttpServer:
    """Serves ``handle`` on 127.0.0.1, one thread a connection.

    ``port=0`` takes a free port, known as soon as the object exists. ``stop`` also cuts the
    connections kept alive, so that a stopped server is really gone; ``start`` after ``stop``
    comes back on the same port.
    """

    def __init__(self, handle: Callable[[Request], Response], port: int = 0) -> None:
        self._handle = handle
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: _Server | None = _Server(port, handle, self._stopping)
        self.port: int = self._server.server_address[1]

    @property
    def address(self) -> str:
        """Base address without a path, for example ``http://127.0.0.1:8123``."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer; a server already running is left alone."""
        if self._thread is not None:
            return
        self._stopping.clear()
        server = self._server or _Server(self.port, self._handle, self._stopping)
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Refuse new connections and cut the open ones; delays in progress end at once."""
        self._stopping.set()
        if self._server is None:
            return
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.cut_connections()
        self._server = None
        self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, handle: Callable[[Request], Response], stopping: threading.Event) -> None:
        self.handle = handle
        self.stopping = stopping
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        with self._open_lock:
            sockets = list(self._open)
        for connection in sockets:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # already closed by its own thread

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests: stay quiet about them, not about bugs."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "simulator"
    sys_version = ""
    wbufsize = _BUFFER_BYTES
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )
        self._answer(self.server.handle(request))

    def _answer(self, response: Response) -> None:
        if response.delay > 0:
            self.server.stopping.wait(response.delay)
        if response.lost or self.server.stopping.is_set():
            self.close_connection = True
            return
        self.send_response(response.status, response.reason)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """No log: a test bench reads the call log instead."""
