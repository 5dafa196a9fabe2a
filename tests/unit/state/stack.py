"""The state package over a table in memory, on virtual time."""

from __future__ import annotations

from connector.state.ledger import Ledger
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb

TABLE = "ledger"


def ledger(client: FakeDynamoDb | None = None, clock: FakeClock | None = None, prefix: str = "") -> Ledger:
    """A ledger; several over one client share their rows."""
    return Ledger(client or FakeDynamoDb(), TABLE, clock or FakeClock(), history_days=30, prefix=prefix)
