"""A caller of the Sellercloud simulator for its own tests: in process, with a clock of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.simulators.sellercloud import SellercloudSimulator
from tests.simulators.transport import Request, Response

START = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


@dataclass
class VirtualClock:
    """Time that moves only when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> None:
        """Let time pass, in ``timedelta`` words."""
        self.now += timedelta(**parts)


@dataclass
class Caller:
    """Calls the tenant the way a well-behaved client would."""

    clock: VirtualClock = field(default_factory=VirtualClock)
    token: str = ""

    def __post_init__(self) -> None:
        self.sim = SellercloudSimulator(clock=self.clock)

    def log_in(self) -> Response:
        """Fetch a token and keep it."""
        answer = self.raw(
            "POST",
            "/api/token",
            {"Username": self.sim.access.username, "Password": "obviously-fake-password"},
        )
        if answer.status == 200:
            self.token = json.loads(answer.body)["access_token"]
        return answer

    def raw(self, method: str, path: str, body: object = None) -> Response:
        """One call, answer untouched."""
        parts = urlsplit(path)
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        payload = b"" if body is None else json.dumps(body).encode()
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        return self.sim.handle(Request(method, f"/rest{parts.path}", query, headers, payload))

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """One call with a token: status and decoded body."""
        if not self.token:
            self.log_in()
        answer = self.raw(method, path, body)
        return answer.status, json.loads(answer.body) if answer.body else None

    def get(self, path: str) -> Any:
        """The body of a call that must succeed."""
        status, data = self.call("GET", path)
        assert status == 200, data
        return data

    def ids(self, path: str) -> list[int]:
        """Order ids of a list, in its order."""
        return [row["ID"] for row in self.get(path)["Items"] or []]
