"""The Starshipit simulator: account, gateway, warehouse and webhook sender in one object."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from tests.simulators.transport import HttpServer, Request, Response

from .account import Account
from .audit import Audit
from .desk import Call, Desk
from .faults import Faults
from .gateway import Gateway
from .order import Json
from .rules import Rule
from .switches import Latency, Switches
from .warehouse import Warehouse
from .webhooks import Delivery, Message, Webhooks


class StarshipitSimulator(Warehouse, Audit):
    """One Starshipit account with its API.

    In a `with` block it listens on `url`; without one it is driven by `handle`. The rate is
    calls per sliding second of `clock` (of the monotonic clock when none is given).
    `switches`, `latency`, `faults` and `webhooks` are changed in place, at any time.
    """

    def __init__(
        self,
        port: int = 0,
        clock: Callable[[], datetime] | None = None,
        *,
        api_key: str = "obviously-fake-api-key",
        subscription_key: str = "obviously-fake-subscription-key",
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        rate_per_second: float = 20,
        faults: Faults | None = None,
        switches: Switches | None = None,
        latency: Latency | None = None,
        seed: int = 1,
    ) -> None:
        self.switches = switches or Switches()
        self.latency = latency or Latency()
        self.faults = faults or Faults(seed)
        self.webhooks = Webhooks(webhook_url, webhook_secret, seed)
        self.account = Account(clock or _utc_now, self.switches, self.webhooks, seed)
        self.gateway = Gateway(api_key, subscription_key, rate_per_second, self.switches)
        self._seconds = _seconds_of(clock)
        self._desk = Desk(self.account, self.gateway, self.faults, self.latency, seconds=self._seconds, seed=seed)
        self._port = port
        self._server: HttpServer | None = None

    def handle(self, request: Request) -> Response:
        """Answer one request without a socket."""
        return self._desk.handle(request)

    @property
    def url(self) -> str:
        """The base the connector is given; documented paths follow without their "/api"."""
        return f"{self._http().address}/api"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._http().port

    def start(self) -> None:
        """Begin to listen."""
        self._http().start()

    def stop(self) -> None:
        """Stop listening and end the webhook threads."""
        if self._server is not None:
            self._server.stop()
        self.webhooks.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def calls(self) -> list[Call]:
        """The call log."""
        return self._desk.calls

    def count(self) -> dict[str, int]:
        """Calls by "METHOD /api/path"."""
        return self._desk.count()

    @property
    def breaches(self) -> list[str]:
        """What the client did that the contract forbids."""
        return self.gateway.breaches

    @property
    def refusals(self) -> int:
        """Calls the rate limiter refused (faults of kind "429" not counted)."""
        return self.gateway.refusals

    @property
    def max_calls_in_a_second(self) -> int:
        """Most calls with the right subscription key in any sliding second, refused ones too."""
        return self.gateway.max_in_a_second

    def spend_elsewhere(self, calls: int) -> int:
        """Let another account that shares the subscription key call; returns how many passed."""
        with self.account.open():
            return self.gateway.spend_elsewhere(calls, self._seconds())

    @property
    def rules(self) -> list[Rule]:
        """The import rules, first created first; change the list freely."""
        return self.account.rules

    @property
    def catalogue(self) -> dict[str, Json]:
        """Product catalogue: sku -> item fields that fill what a line leaves out."""
        return self.account.catalogue

    @property
    def waiting_commits(self) -> int:
        """Late commits not yet due."""
        with self.account.open() as account:
            return account.waiting_commits

    def set_webhook(self, url: str | None, secret: str | None) -> None:
        """What a person types into Settings > Tracking & notifications."""
        self.webhooks.url, self.webhooks.secret = url, secret

    @property
    def outbox(self) -> list[Message]:
        """Messages not sent because there is no address."""
        return self.webhooks.outbox

    @property
    def sent(self) -> list[Delivery]:
        """Messages sent, with the HTTP status each got."""
        return self.webhooks.sent

    def flush(self, timeout: float = 30.0) -> bool:
        """Wait until all queued messages are delivered; False after `timeout` seconds."""
        return self.webhooks.flush(timeout)

    def _http(self) -> HttpServer:
        if self._server is None:
            self._server = HttpServer(self.handle, self._port)
        return self._server


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _seconds_of(clock: Callable[[], datetime] | None) -> Callable[[], float]:
    if clock is None:
        return time.monotonic
    given = clock
    return lambda: given().timestamp()
