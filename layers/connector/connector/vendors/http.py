"""HTTP, once for both vendors: one request out, one `Answer` in, or the fact that none came.

In: method, address, headers, query, JSON body, timeouts in seconds. Out: `Answer`. Wrong: `NotSent`
(no connection, so certainly nothing happened) or `AnswerLost` (the request left and no whole answer
came back: anything may have happened). There is no retry here, no redirect is followed (a login
page would answer 200), and no body is ever logged or shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from connector.clock import Clock, SystemClock

Query = Sequence[tuple[str, str]]

LONGEST_CONNECT_TIMEOUT_SECONDS = 5.0
# A frozen function does not see the vendor close its connection, and a create sent into a dead one
# would count as "answer lost".
LONGEST_IDLE = timedelta(seconds=20)


def connect_timeout(read_timeout: float) -> float:
    """How many seconds a connection may take to be made: a share of the time the answer may take."""
    return min(LONGEST_CONNECT_TIMEOUT_SECONDS, read_timeout / 2)


class NotSent(Exception):
    """No connection could be made; the vendor has seen nothing."""


class AnswerLost(Exception):
    """The request was sent, and no whole answer came in time."""


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. Header names are lower case."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    reason: str = ""

    def json(self) -> Any:
        """The decoded body, or None when it is empty or not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def text(self) -> str:
        """The body as text, for the vendor's own words."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def is_html(self) -> bool:
        """True for a web page, which an API host never sends on purpose."""
        return self.body.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))


Outcome = Answer | NotSent | AnswerLost


class Transport(Protocol):
    """What sends one request: `requests` in production, a table of answers in a test."""

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Query = (),
        body: object | None = None,
        read_timeout: float,
    ) -> Answer:
        """Send once. Raises `NotSent` or `AnswerLost`."""
        ...


class RequestsTransport:
    """`requests` with a kept-alive session; imported late, because a web-hook never needs it."""

    def __init__(self, clock: Clock | None = None) -> None:
        import requests

        self._requests = requests
        self._session = requests.Session()
        self._session.trust_env = False
        self._clock = clock or SystemClock()
        self._used_at: datetime | None = None

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Query = (),
        body: object | None = None,
        read_timeout: float,
    ) -> Answer:
        """Send once. Raises `NotSent` or `AnswerLost`."""
        self._drop_idle_connections()
        failures = self._requests.exceptions
        try:
            answer = self._session.request(
                method,
                url,
                headers=dict(headers),
                params=list(query),
                data=None if body is None else json.dumps(body).encode(),
                timeout=(connect_timeout(read_timeout), read_timeout),
                allow_redirects=False,
            )
        except failures.ConnectionError as exc:
            raise _never_connected(exc) from exc
        except (failures.InvalidHeader, failures.InvalidURL, UnicodeError):
            # Not chained: these messages repeat the header, which may be a key.
            raise NotSent("a header or the address cannot be sent") from None
        except failures.RequestException as exc:
            raise AnswerLost(type(exc).__name__) from exc
        finally:
            self._used_at = self._clock.now()
        return Answer(
            answer.status_code,
            answer.content,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.reason or "",
        )

    def _drop_idle_connections(self) -> None:
        if self._used_at is not None and self._clock.now() - self._used_at > LONGEST_IDLE:
            self._session.close()


def _never_connected(error: Exception) -> Exception:
    """Tell a connection that was never made, which sent nothing, from one that broke while in use."""
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

    cause = error.args[0] if error.args else None
    if isinstance(getattr(cause, "reason", cause), (NewConnectionError, ConnectTimeoutError)):
        return NotSent("no connection")
    return AnswerLost("connection broken")
