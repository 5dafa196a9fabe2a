"""The wire: what counts as not sent and what as lost, seen over real sockets."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import Mock

import pytest
import requests
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError

from connector.vendors.http import Answer, AnswerLost, NotSent, RequestsTransport
from tests.fakes import FakeClock

OK = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\nX-Some-Name: value\r\n\r\n{}"


@contextmanager
def serving(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """One connection after another, each given one answer to one request and then closed."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        got: list[bytes] = []

        def serve() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    got.append(_request(connection))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/path", got
        thread.join(2)


def _request(connection: socket.socket) -> bytes:
    """One whole request, with its body if it announces one."""
    got = connection.recv(65536)
    length = re.search(rb"Content-Length: (\d+)", got)
    while length and len(got.partition(b"\r\n\r\n")[2]) < int(length[1]):
        got += connection.recv(65536)
    return got


def send(url: str, timeout: float = 1.0, **headers: str) -> Answer:
    """One GET on a new transport."""
    query = [("a", "1 #/"), ("a", "2")]
    return RequestsTransport().send("GET", url, headers=headers, query=query, read_timeout=timeout)


def test_an_answer_with_its_headers() -> None:
    """Status, reason, body and lower-case header names; repeated and odd query values survive."""
    with serving(OK) as (url, got):
        answer = send(url)
    assert (answer.status, answer.reason, answer.json()) == (200, "OK", {})
    assert answer.headers["x-some-name"] == "value"
    assert got[0].startswith(b"GET /path?a=1+%23%2F&a=2 HTTP/1.1")


def test_a_body_is_sent_as_json() -> None:
    """The body travels as JSON text with the length it has."""
    with serving(OK) as (url, got):
        RequestsTransport().send("PUT", url, headers={}, body={"Ä": [1.5]}, read_timeout=1.0)
    assert got[0].endswith(b'{"\\u00c4": [1.5]}')


def test_a_redirect_is_not_followed() -> None:
    """A redirect is an answer: following it would end on a login page."""
    with serving(b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n") as (
        url,
        _,
    ):
        assert send(url).status == 302


def test_nobody_listens() -> None:
    """A refused connection has sent nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotSent):
        send(f"http://127.0.0.1:{port}/path")


@pytest.mark.parametrize("answer", [b"", b"HTTP/1", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"])
def test_a_broken_answer(answer: bytes) -> None:
    """Closed before, during or in the middle of the body: anything may have happened."""
    with serving(answer) as (url, _), pytest.raises(AnswerLost):
        send(url)


def test_a_slow_answer() -> None:
    """Past the read timeout the request has been sent, so its answer counts as lost."""
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(AnswerLost):
        send(f"http://127.0.0.1:{listener.getsockname()[1]}/path", timeout=0.1)


@pytest.mark.parametrize("key", ["two\r\nlines", "clé-\u4e2d"])
def test_a_key_that_cannot_travel(key: str) -> None:
    """Nothing leaves, and neither the message nor its chain repeats the key."""
    with pytest.raises(NotSent) as raised:
        send("http://127.0.0.1:9/path", Key=key)
    assert raised.value.__suppress_context__
    assert raised.value.__cause__ is None
    assert key not in str(raised.value)


@pytest.mark.parametrize(("seconds", "connections"), [(19.0, 1), (21.0, 2)])
def test_an_idle_connection_is_not_trusted(seconds: float, connections: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A function frozen for long reconnects instead of writing into a dead connection."""
    clock = FakeClock()
    transport = RequestsTransport(clock)
    closed: list[bool] = []
    close: Callable[[], None] = transport._session.close

    def noted() -> None:
        closed.append(True)
        close()

    monkeypatch.setattr(transport._session, "close", noted)
    with serving(OK, OK) as (url, _):
        transport.send("GET", url, headers={}, read_timeout=1.0)
        clock.pass_time(seconds)
        transport.send("GET", url, headers={}, read_timeout=1.0)
    assert len(closed) == connections - 1


def test_a_connection_that_never_came_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connect timeout has sent nothing; a read timeout has."""
    transport = RequestsTransport()
    never = requests.ConnectTimeout(MaxRetryError(HTTPConnectionPool("host"), "/", ConnectTimeoutError()))
    for failure, expected in ((never, NotSent), (requests.ReadTimeout(), AnswerLost)):
        monkeypatch.setattr(transport._session, "request", Mock(side_effect=failure))
        with pytest.raises(expected):
            transport.send("GET", "http://127.0.0.1:9/", headers={}, read_timeout=1.0)


def test_an_answer_does_not_show_itself() -> None:
    """The representation of an answer, which a log may hold, has no body and no header."""
    shown = repr(Answer(200, b'{"name": "Priya"}', {"set-cookie": "secret"}))
    assert "Priya" not in shown
    assert "secret" not in shown


def test_requests_is_imported_only_when_something_is_sent() -> None:
    """Importing both clients leaves `requests` alone: a web-hook must start fast."""
    code = (
        "import sys, connector.vendors.sellercloud.client, connector.vendors.starshipit.client;"
        "sys.exit('requests' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
