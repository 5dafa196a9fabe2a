"""Resend: an order goes to Starshipit once more, as a new order, because a person decided so.

In: the order's number and whether the person has confirmed. Out: `confirm` with what was found; once confirmed, a row
of the next generation in *queued*, and a pointer to it. Wrong: `refused` when a live order, a label that may travel, or
another run stands against it; a vendor that does not answer is an exception, and nothing is done.

    row → an obstacle? → look: known ids, number, reference, lately changed → an obstacle? → row → pointer
                                                              another run was first: refused ┘
"""

from __future__ import annotations

from connector.errors import LostRace
from connector.flows import look
from connector.flows.dispatch import queue_rows
from connector.flows.named import NotOne, named
from connector.flows.operator import Answer, Desk, Request, trouble
from connector.flows.tools import Tools
from connector.rules.resending import Obstacle, obstacle_in_row, obstacle_in_starshipit, of_the_order
from connector.state.queues import NotQueued
from connector.state.rows import OrderRow
from connector.vendors.starshipit.models import Order


def resend(desk: Desk, request: Request) -> Answer:
    """Look, then begin the next generation if that was confirmed."""
    tools = desk.tools
    number, confirmed = request.text("number"), request.flag("confirmed")
    if tools.settings.dry_run:
        return trouble("refused", "The stack runs dry (DryRun): nothing is sent.", "Switch DryRun off, then resend.")
    row = named(tools, number)
    if isinstance(row, NotOne):
        return trouble(row.status, row.message, row.next)
    against = obstacle_in_row(row, tools.now, tools.settings.settle_seconds)
    if against:
        return _refused(against)
    orders = _look(tools, row)
    against = obstacle_in_starshipit(row, orders)
    if against:
        return _refused(against)
    if not confirmed:
        return _question(row, orders)
    return _begin(tools, row, request.by)


def _look(tools: Tools, row: OrderRow) -> list[Order]:
    """All Starshipit has of the order: archived, printed or new; the last because a search may lag behind."""
    known = [look.by_id(tools, starshipit_id) for starshipit_id in row.starshipit_ids]
    by_number = [look.by_number(tools, row.order_number)] if row.order_number else []
    found = [order for order in (*known, *by_number) if order is not None]
    found += look.everywhere(tools, row.order_id)
    found += look.unshipped(tools, [row.order_id], tools.now).get(row.order_id, [])
    return of_the_order(row, found)


def _question(row: OrderRow, orders: list[Order]) -> Answer:
    """What a person confirms."""
    archived = ", ".join(f"{order.order_number} (id {order.order_id})" for order in orders)
    shows = f"only archived orders of it: {archived}" if archived else "no order of it"
    unknown = "" if row.starshipit_ids else " Its create was never answered, and it was not found since."
    return {
        "status": "confirm",
        "order_id": row.order_id,
        "generation": row.generation + 1,
        "message": (
            f"Starshipit shows {shows}.{unknown} Order {row.order_id} would be read again in Sellercloud, judged, and "
            f"created in Starshipit as a new order; its number ends in -R{row.generation + 1}."
        ),
    }


def _begin(tools: Tools, row: OrderRow, by: str) -> Answer:
    """Store the new generation, then queue it; killed in between, the next fetch finds the row by its deadline."""
    begun = row.next_generation(tools.now, by, tools.now + tools.due_in)
    try:
        saved = tools.ledger.save(begun)
    except LostRace:
        again = f"Look at it first: connector order {row.order_id}."
        return trouble("refused", f"Order {row.order_id} changed meanwhile; nothing was done.", again)
    message = f"Order {row.order_id} is queued; its number in Starshipit ends in -R{saved.generation}."
    try:
        queue_rows(tools, [saved], tools.owner)
    except NotQueued:
        message = f"Order {row.order_id} is to be sent; the queue did not take it, so it goes with a later fetch."
    tools.telemetry.note("order_resent", order_id=row.order_id)
    return {"status": "done", "order_id": row.order_id, "generation": saved.generation, "message": message}


def _refused(against: Obstacle) -> Answer:
    return trouble("refused", against.message, against.next)
