"""The transport carries requests and answers faithfully, and loses or delays them when asked."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator

import pytest

from tests.simulators.transport import HttpServer, Request, Response, json_response


def _echo(request: Request) -> Response:
    if request.path == "/lost":
        return Response(200, b"never seen", lost=True)
    if request.path == "/slow":
        return json_response(200, {}, delay=0.1)
    if request.path == "/endless":
        return json_response(200, {}, delay=60)
    if request.path == "/odd":
        return Response(401, reason="Invalid token")
    return json_response(
        200,
        {
            "method": request.method,
            "path": request.path,
            "query": list(request.query),
            "agent": request.headers.get("user-agent"),
            "body": request.body.decode(),
        },
    )


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with HttpServer(_echo) as running:
        yield running


def _connect(server: HttpServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)


def test_request_arrives_decoded(server: HttpServer) -> None:
    """Path and query are decoded, repeated and empty keys survive, header names are lower case."""
    connection = _connect(server)
    connection.request("PUT", "/a%20b/c?x=1&x=2&y=&n=M%C3%BCller", b'{"k":1}', {"User-Agent": "check"})
    seen = json.loads(connection.getresponse().read())
    assert seen == {
        "method": "PUT",
        "path": "/a b/c",
        "query": [["x", "1"], ["x", "2"], ["y", ""], ["n", "Müller"]],
        "agent": "check",
        "body": '{"k":1}',
    }


def test_connection_is_kept_alive(server: HttpServer) -> None:
    """Several requests share one connection."""
    connection = _connect(server)
    for _ in range(3):
        connection.request("GET", "/")
        assert connection.getresponse().read()
    connection.request("GET", "/odd")
    answer = connection.getresponse()
    assert (answer.status, answer.reason, answer.read()) == (401, "Invalid token", b"")


def test_lost_answer_closes_the_connection(server: HttpServer) -> None:
    """A lost answer leaves the client with a connection that ends without a status line."""
    connection = _connect(server)
    connection.request("POST", "/lost", b"x")
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()


def test_delay_holds_the_answer_back(server: HttpServer) -> None:
    """A delayed answer comes no sooner than asked."""
    connection = _connect(server)
    started = time.monotonic()
    connection.request("GET", "/slow")
    connection.getresponse().read()
    assert time.monotonic() - started >= 0.09


def test_stop_cuts_waiting_and_idle_connections() -> None:
    """Stopping ends delays in progress and connections kept alive; starting again works."""
    server = HttpServer(_echo)
    server.start()
    idle, waiting = _connect(server), _connect(server)
    idle.request("GET", "/")
    idle.getresponse().read()
    waiting.request("GET", "/endless")
    time.sleep(0.05)
    server.stop()
    with pytest.raises((http.client.HTTPException, OSError)):
        waiting.getresponse()
    refused = _connect(server)
    with pytest.raises(ConnectionRefusedError):
        refused.request("GET", "/")
    with server:
        again = _connect(server)
        again.request("GET", "/")
        assert again.getresponse().status == 200
