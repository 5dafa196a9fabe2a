"""The Starshipit part of the connection check: are the keys accepted, and may orders be created?

In: tools. Out: findings. Wrong: nothing is raised for what Starshipit does. One cheap read is made; nothing is written,
so the right to create orders is proven by what the connector created before.
"""

from __future__ import annotations

from datetime import timedelta

from connector.flows.inquiry import Inquiry
from connector.flows.tools import Tools
from connector.rules.findings import Finding, counted, not_verifiable, ok
from connector.state.rows import State

KEYS, CREATE = "Starshipit keys", "Starshipit: create orders"
_ALL_TIME = timedelta(days=36_500)
_LOOKED_AT = 100


def check_starshipit(tools: Tools) -> tuple[list[Finding], bool]:
    """Every finding about Starshipit, and whether it is worth to ask it more."""
    inquiry = Inquiry("Starshipit", lambda: tools.starshipit, KEYS, "StarshipitEndpoint")
    since = tools.clock.now() - timedelta(hours=1)
    found = inquiry.ask(KEYS, lambda client: client.unshipped(since, 1))
    if found is not None:
        changed = counted(len(found.orders), "unshipped order")
        inquiry.add(ok(KEYS, f"Both keys are accepted; {changed} changed within the last hour."), _create(tools))
    return inquiry.findings, not inquiry.stopped


def _create(tools: Tools) -> Finding:
    """Orders whose create was answered prove the right; those that were only found there prove nothing."""
    later = tools.now + int(_ALL_TIME.total_seconds())
    rows = tools.ledger.get_many(tools.ledger.due(State.HANDED_OVER, later, limit=_LOOKED_AT))
    created = [row.order_id for row in rows.values() if any(event.what == "handed_over" for event in row.events)]
    if created:
        return ok(CREATE, f"Order {created[0]} was created by the connector and is in Starshipit.")
    message = "No order that waits for its label was created by the connector, and trying it would create one."
    return not_verifiable(CREATE, message, "The first order that is handed over proves it: connector order N.")
