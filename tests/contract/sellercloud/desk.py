"""A Sellercloud client on a fake wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from connector.vendors.http import Answer, Outcome
from connector.vendors.sellercloud.client import SellercloudClient
from connector.vendors.sellercloud.tokens import TokenCache
from tests.contract.payloads import answer
from tests.fakes import FakeBudget, FakeClock, FakeCredentials, FakeTransport, Sent

BASE = "https://kx.api.sellercloud.com/rest"
SECRET = {"username": "sync@example.com", "password": "correct horse"}
NEW_SECRET = {"username": "sync@example.com", "password": "battery staple"}
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3NyJ9.c2lnbmF0dXJl"


def told(body: object, status: int = 200) -> Answer:
    """An answer with this JSON body."""
    return Answer(status, json.dumps(body).encode())


@dataclass
class Desk:
    """The client and everything it was given."""

    client: SellercloudClient
    transport: FakeTransport
    clock: FakeClock
    budget: FakeBudget
    credentials: FakeCredentials
    tokens: TokenCache

    @property
    def last(self) -> Sent:
        """The last request."""
        return self.transport.sent[-1]


def desk(
    *outcomes: Outcome,
    logged_in: bool = True,
    secrets: tuple[dict[str, str], ...] = (SECRET,),
    seconds: float = 300.0,
) -> Desk:
    """A client whose calls get these outcomes; `logged_in` puts a good login before them."""
    first = (answer("sellercloud", "token"),) if logged_in else ()
    transport = FakeTransport(*first, *outcomes)
    clock = FakeClock()
    budget, credentials, tokens = FakeBudget(clock), FakeCredentials(*secrets), TokenCache()
    client = SellercloudClient(
        BASE,
        credentials,
        tokens,
        transport,
        budget,
        clock,
        clock.deadline(seconds),
        ZoneInfo("America/New_York"),
        read_timeout=30.0,
    )
    return Desk(client, transport, clock, budget, credentials, tokens)
