"""Refusals: a single order Starshipit would not create gets its own reason, or turns out to exist.

In: the prepared order and the vendor's words. Out: its row refused, or adopted; or the order again under another number
when its number belongs to somebody else's order. Wrong: a setback while looking makes the outcome unknown, never a
refusal.
"""

from __future__ import annotations

from dataclasses import replace

from connector.flows import look
from connector.flows.prepare import refused
from connector.flows.tools import Tools
from connector.rules.hand_off import Prepared, collided, is_ours, says_exists
from connector.rules.reasons import Reason
from connector.rules.settling import found_in_starshipit
from connector.state.rows import State


def refuse_single(tools: Tools, one: Prepared, text: str) -> list[list[Prepared]]:
    """Record why the order was refused. What comes back is to be sent again, under its new number."""
    number, order_id = one.order.order_number, one.row.order_id
    there = look.by_number(tools, number)
    ours = [there] if there and is_ours(there, order_id) else look.everywhere(tools, order_id)
    if ours:
        row = found_in_starshipit(one.row, ours, tools.now, "the create was refused as a duplicate")
        tools.ledger.save_many([row])
        tools.telemetry.count("OrdersAdopted")
        return []
    other = collided(number, order_id)
    if there and says_exists(text) and not number.endswith(f"-{order_id}"):
        return _renumbered(tools, one, other)
    row = refused(tools, one.row, Reason.REFUSED_BY_STARSHIPIT, vendor_text=text)
    tools.ledger.save_many([row])
    return []


def _renumbered(tools: Tools, one: Prepared, number: str) -> list[list[Prepared]]:
    """Somebody else's order has the number: ours gets its Sellercloud id added."""
    tools.ledger.name(number, one.row.order_id)
    moved = one.row.to(State.QUEUED, tools.now, "number_taken", due_at=tools.now + tools.due_in)
    saved = tools.ledger.save_many([replace(moved, order_number=number)])
    order = one.order.model_copy(update={"order_number": number})
    return [[Prepared(row, order)] for row in saved.values()]
