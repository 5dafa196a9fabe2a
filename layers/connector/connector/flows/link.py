"""Link: an order that was merged into another one in Starshipit ships with that order's labels.

In: the numbers of the child, which is gone from Starshipit, and of the parent, which is there. Out: both rows know of
each other, and labels the parent has already are given to the write-back once more. Wrong: `refused` when one of the
two is not what it should be, with what was found; a vendor that does not answer is an exception, and nothing is done.

    rows → Starshipit: child gone? parent there? → parent's row → child's row → reports queued → the child's mark taken
                                          │ killed in between: the mark still stands, and linking once more completes it
"""

from __future__ import annotations

from connector.flows import look
from connector.flows.named import NotOne, named
from connector.flows.operator import Answer, Desk, Request, trouble
from connector.flows.tools import Tools
from connector.rules.linking import (
    ABOUT_A_LINKED_ORDER,
    Obstacle,
    against_child,
    against_parent,
    carrying,
    merged_into,
    reports_for_child,
)
from connector.rules.parcels import live_orders
from connector.state.queues import NotQueued
from connector.state.rows import OrderRow
from connector.vendors.starshipit.models import Order

REPORT_DELAY_SECONDS = 5


def link(desk: Desk, request: Request) -> Answer:
    """Link the child to the parent."""
    tools = desk.tools
    if tools.settings.dry_run:
        return trouble("refused", "The stack runs dry (DryRun): nothing is linked.", "Switch DryRun off, then link.")
    found = [named(tools, request.text(name)) for name in ("child", "parent")]
    for each in found:
        if isinstance(each, NotOne):
            return trouble(each.status, each.message, each.next)
    child, parent = (each for each in found if isinstance(each, OrderRow))
    against = against_child(child, parent) or against_parent(parent, child)
    against = against or against_child(child, parent, _live(tools, child))
    orders = () if against else _live(tools, parent)
    against = against or against_parent(parent, child, orders)
    if against:
        return _refused(against)
    return _link(desk, child, parent, request.by)


def _live(tools: Tools, row: OrderRow) -> tuple[Order, ...]:
    """The live orders Starshipit has of the order, by its known ids and by reference."""
    known = [look.by_id(tools, starshipit_id) for starshipit_id in row.starshipit_ids]
    orders = [order for order in known if order is not None] + look.everywhere(tools, row.order_id)
    reference = orders[0].reference if orders and row.adopted_by_number else str(row.order_id)
    return live_orders(orders, reference)


def _link(desk: Desk, child: OrderRow, parent: OrderRow, by: str) -> Answer:
    """Store it, parent first: a child that knows its parent is never shipped by a parent that does not know it."""
    tools = desk.tools

    def with_child(row: OrderRow) -> OrderRow | None:
        return None if child.order_id in row.linked else carrying(row, child.order_id, tools.now, by)

    def with_parent(row: OrderRow) -> OrderRow | None:
        return None if row.linked_to == parent.order_id else merged_into(row, parent.order_id, tools.now, by)

    carrier = tools.ledger.change(parent.order_id, with_child) or parent
    tools.ledger.change(child.order_id, with_parent)
    reports = reports_for_child(carrier)
    message = f"Order {child.order_id} ships with order {parent.order_id}."
    try:
        for report in reports:
            desk.tracking_queue.send(report.body(), REPORT_DELAY_SECONDS)
    except NotQueued:
        return trouble("no_time", f"{message} The queue did not take its labels.", "Link it once more in a moment.")
    tools.ledger.change(child.order_id, _settled)
    if reports:
        message += " Its labels are printed already, so Sellercloud is told now."
    tools.telemetry.note("order_linked", order_id=child.order_id)
    return {"status": "done", "child": child.order_id, "parent": parent.order_id, "message": message}


def _settled(row: OrderRow) -> OrderRow | None:
    return row.settled() if row.attention in ABOUT_A_LINKED_ORDER else None


def _refused(against: Obstacle) -> Answer:
    return trouble("refused", against.message, against.next)
