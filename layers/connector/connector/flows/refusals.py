"""Refusals: a single order Starshipit would not create gets its own reason, or turns out to exist.

In: the prepared order and the vendor's answer. Out: its row refused, or adopted; or the order again under another
number when its number belongs to somebody else's order. Wrong: a setback while looking; nothing is stored then.
"""

from __future__ import annotations

from dataclasses import replace

from connector.flows import look
from connector.flows.prepare import refused
from connector.flows.tools import Tools
from connector.rules.hand_off import Prepared, collided, of_this_generation
from connector.rules.reasons import Reason
from connector.rules.settling import found_in_starshipit
from connector.state.rows import State
from connector.vendors.starshipit.models import CreateAnswer


def refuse_single(tools: Tools, one: Prepared, answer: CreateAnswer) -> list[Prepared]:
    """Record why the order was refused. What comes back is to be sent again, under its new number."""
    number, order_id = one.order.order_number, one.row.order_id
    there = look.by_number(tools, number)
    ours = of_this_generation([there] if there else (), one.row)
    ours = ours or of_this_generation(look.everywhere(tools, order_id), one.row)
    if ours:
        row = found_in_starshipit(one.row, ours, tools.now, "the create was refused as a duplicate")
        tools.ledger.save_many([row])
        tools.telemetry.count("OrdersAdopted")
        return []
    other = collided(number, order_id)
    if there and answer.exists and number != other and not number.endswith(f"-{order_id}"):
        return _renumbered(tools, one, other)
    record_refusal(tools, one, answer.text)
    return []


def record_refusal(tools: Tools, one: Prepared, text: str) -> None:
    """The order is not sent until it is corrected; the vendor's words stand in the row."""
    tools.ledger.save_many([refused(tools, one.row, Reason.REFUSED_BY_STARSHIPIT, vendor_text=text)])


def _renumbered(tools: Tools, one: Prepared, number: str) -> list[Prepared]:
    """Somebody else's order has the number: ours gets its Sellercloud id added."""
    tools.ledger.name(number, one.row.order_id)
    moved = one.row.to(State.QUEUED, tools.now, "number_taken", due_at=tools.now + tools.due_in)
    saved = tools.ledger.save_many([replace(moved, order_number=number)])
    order = one.order.model_copy(update={"order_number": number})
    return [Prepared(row, order) for row in saved.values()]
