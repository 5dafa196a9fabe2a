"""Finished orders: did a person un-ship one in Sellercloud, or put another number on it?

In: shipped rows of the last days. Out: what was noticed, recorded; a mark where an order is not shipped any more.
Wrong: Sellercloud's refusals as they come; an order its list leaves out says nothing. Nothing is ever written to
Sellercloud here: what a person did there is not fought over.
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.flows.tools import Tools
from connector.rules.compare import STILL_IN_STARSHIPIT
from connector.rules.parcels import same_number
from connector.rules.write_back import is_shipped, shown_numbers
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.codes import SHIPPING_STATUS
from connector.vendors.sellercloud.models import Order

UNSHIPPED = "unshipped_in_sellercloud"
RETRACKED = "retracked_by_hand"
_LOOKED_AT = frozenset({"", UNSHIPPED, STILL_IN_STARSHIPIT})


def check_finished(tools: Tools, rows: Sequence[OrderRow]) -> None:
    """Compare up to fifty shipped orders with what Sellercloud shows now, in one call."""
    wanted = [row for row in rows if row.attention in _LOOKED_AT]
    if not wanted:
        return
    companies = sorted({row.company_id for row in wanted if row.company_id is not None})
    page = tools.sellercloud.orders_by_id([row.order_id for row in wanted], companies)
    shown = {order.order_id: order for order in page.orders}
    for row in wanted:
        order = shown.get(row.order_id)
        if order is not None and _noticed(tools, row, order) is not None:
            tools.ledger.change(row.order_id, lambda now, order=order: _noticed(tools, now, order))  # type: ignore[misc]


def _noticed(tools: Tools, row: OrderRow, order: Order) -> OrderRow | None:
    """The row with what a person did; None when nothing is different from what is recorded."""
    if row.state is not State.SHIPPED or row.attention not in _LOOKED_AT or row.unshipping:
        return None
    if order.shipping_status == SHIPPING_STATUS["Unshipped"]:
        return _unshipped(tools, row)
    if row.attention == UNSHIPPED and is_shipped(order):
        return row.settled().noting(tools.now, "shipped_by_hand", tracking_numbers=sorted(shown_numbers(order)))
    if row.attention or not row.written:
        return None
    numbers = sorted(shown_numbers(order))
    ours = {same_number(number) for number in row.written}
    if not is_shipped(order) or not numbers or ours & set(numbers):
        return None
    told = [event.facts.get("tracking_numbers") for event in row.events if event.what == RETRACKED]
    return None if numbers in told else row.noting(tools.now, RETRACKED, tracking_numbers=numbers)


def _unshipped(tools: Tools, row: OrderRow) -> OrderRow | None:
    """Of an order a person shipped, nothing of ours is in Sellercloud: it is on its way again, as before that."""
    if row.attention == UNSHIPPED:
        return None
    if row.written:
        return row.noting(tools.now, "unshipped_by_hand").needing(UNSHIPPED, tools.now)
    return row.settled().to(State.HANDED_OVER, tools.now, "unshipped_by_hand", revision="", due_at=tools.now)
