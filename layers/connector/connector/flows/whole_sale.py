"""The whole sale: every Starshipit order there is of one Sellercloud order, printed or not, read singly.

In: a row. Out: its orders, or the live ones, oldest first. Wrong: the vendor's refusals as they come; a sale that is
not read completely is an exception.
"""

from __future__ import annotations

from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.hand_off import is_ours
from connector.rules.tracking import is_cancelled, normalise
from connector.state.rows import OrderRow
from connector.vendors.starshipit.client import pages
from connector.vendors.starshipit.models import Order

_OUTGOING = frozenset({"", "outgoing"})


def live_orders(tools: Tools, row: OrderRow, *, lately: bool = False) -> tuple[Order, ...]:
    """The orders that could become a parcel, or are one: neither archived nor cancelled, and outgoing."""
    return tuple(filter(is_live, all_orders(tools, row, lately=lately)))


def all_orders(tools: Tools, row: OrderRow, *, lately: bool = False) -> tuple[Order, ...]:
    """The orders we know of, and others found by reference: parts of a split one, a clone, a redone label.

    With `lately` the list of new orders is read as well: a search may lag behind.
    """
    found = {i: order for i in row.starshipit_ids if (order := look.by_id(tools, i)) is not None}
    phrase = str(row.order_id)
    for listed in pages(lambda page: tools.starshipit.search(phrase, fields="TheirRef", page=page)):
        if listed.order_id not in found:
            order = look.by_id(tools, listed.order_id)
            if order is not None and is_ours(order, row.order_id):
                found[order.order_id] = order
    if lately:
        new = look.unshipped(tools, [row.order_id], tools.now).get(row.order_id, [])
        found |= {order.order_id: order for order in new if order.order_id not in found}
    return tuple(found[i] for i in sorted(found))


def is_live(order: Order) -> bool:
    """Whether it counts: neither archived nor cancelled, and outgoing."""
    return not order.archived and not is_cancelled(order.status) and normalise(order.order_type) in _OUTGOING
