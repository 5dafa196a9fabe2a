"""A Starshipit client on a fake wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal

from connector.vendors.budget import Slot
from connector.vendors.http import Answer, Outcome
from connector.vendors.starshipit.client import StarshipitClient
from connector.vendors.starshipit.models import NewDestination, NewItem, NewOrder
from tests.fakes import START, FakeBudget, FakeClock, FakeCredentials, FakeTransport, Sent

BASE = "https://api.starshipit.com/api"
SECRET = {"api_key": "fake-api-key", "subscription_key": "fake-subscription-key"}
NEW_SECRET = {"api_key": "new-api-key", "subscription_key": "new-subscription-key"}
SLOT = Slot(START)

ORDER = NewOrder(
    order_number="SC-5012847",
    reference="5012847",
    order_date="2026-06-01T02:15:00Z",
    shipping_method="Standard",
    shipping_description="Standard shipping (3-5 days)",
    signature_required=False,
    currency="AUD",
    destination=NewDestination(
        name="Priya Example",
        company="Example Trading Pty Ltd",
        email="priya@example.com",
        phone="0400000000",
        building="Level 2",
        street="12 Sample Street",
        suburb="Richmond",
        city="Richmond",
        state="VIC",
        post_code="3121",
        country="Australia",
        delivery_instructions="Leave with reception",
    ),
    items=(
        NewItem(
            description="Cotton T-shirt, navy, M",
            sku="TS-NVY-M",
            quantity=2,
            weight=Decimal("0.21"),
            value=Decimal("24.50"),
        ),
    ),
)
SECOND = ORDER.model_copy(update={"order_number": "SC-5012850", "reference": "5012850"})


def told(body: object, status: int = 200, **headers: str) -> Answer:
    """An answer with this JSON body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body).encode(), named)


@dataclass
class Desk:
    """The client and everything it was given."""

    client: StarshipitClient
    transport: FakeTransport
    clock: FakeClock
    budget: FakeBudget
    credentials: FakeCredentials

    @property
    def last(self) -> Sent:
        """The last request."""
        return self.transport.sent[-1]


def desk(*outcomes: Outcome, secrets: tuple[dict[str, str], ...] = (SECRET,), seconds: float = 300.0) -> Desk:
    """A client whose calls get these outcomes."""
    transport, clock = FakeTransport(*outcomes), FakeClock()
    budget, credentials = FakeBudget(clock), FakeCredentials(*secrets)
    client = StarshipitClient(BASE, credentials, transport, budget, clock, clock.deadline(seconds), read_timeout=30.0)
    return Desk(client, transport, clock, budget, credentials)
