"""Unshipping (section 8.5): what it leaves behind is undocumented, therefore mostly switches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from tests.simulators.transport import Response, json_response

from .models import (
    FULLY_SHIPPED,
    IN_PROCESS,
    PARTIALLY_SHIPPED,
    UNSHIPPED,
    Job,
    ShipmentWrite,
    SimOrder,
)
from .shipping import order_ids
from .state import Incoming, Refusal, State


def unship(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/SetUnshipped``: one id at once, several as a queued job (8.5)."""
    fields = call.fields()
    ids = order_ids(fields)
    pin = state.switches.unship_pin
    if pin is not None and str(fields.get("pin")) != pin:
        for order_id in ids:
            _note(state, call, order_id, accepted=False, message="PIN")
        raise Refusal(500, "A valid PIN is required to edit shipped orders.")
    if len(ids) > 1:
        due = call.now + timedelta(seconds=state.switches.job_seconds)
        job = Job(state.next_id("job"), tuple(ids), due, call.now)
        if not state.discarding:
            state.jobs[job.id] = job
        return json_response(200, job.id)
    order = state.true_order(ids[0])
    if order.shipping_status not in (FULLY_SHIPPED, PARTIALLY_SHIPPED):
        _note(state, call, order.id, accepted=False, message="not shipped")
        if state.switches.unship_unshipped == "error":
            raise Refusal(500, f"Order {order.id} is not shipped.")
        return Response(200)
    _note(state, call, order.id)
    state.save(unshipped(state, order), call.now)
    return Response(200)


def unshipped(state: State, order: SimOrder) -> SimOrder:
    """What an unship leaves of an order: mostly switches, because nobody documents it."""
    switches = state.switches
    packages = order.packages
    if switches.unship_clears_tracking:
        packages = tuple(replace(p, tracking="", final_fee=Decimal(0)) for p in packages)
    return replace(
        order,
        shipping_status=UNSHIPPED,
        status=IN_PROCESS if switches.unship_resets_status else order.status,
        ship_date=None if switches.unship_clears_ship_date else order.ship_date,
        lines=tuple(replace(line, qty_shipped=0) for line in order.lines),
        packages=tuple(replace(package, delivery_status=0) for package in packages),
    )


def _note(state: State, call: Incoming, order_id: int, *, accepted: bool = True, message: str = "") -> None:
    order = state.book.truth.get(order_id)
    replaced = order.packages[0].tracking if order and order.packages else ""
    state.record(ShipmentWrite(call.now, call.route, order_id, replaced=replaced, accepted=accepted, message=message))
