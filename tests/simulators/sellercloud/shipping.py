"""Shipping (sections 8.1 to 8.3): the writes that cannot be taken back from the channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.simulators.transport import Response, json_response

from . import carriers
from .dates import parse_local
from .models import (
    CANCELLED,
    CHARGED,
    COMPLETED,
    FULLY_SHIPPED,
    ON_HOLD,
    VOID,
    ShipmentWrite,
    SimOrder,
    SimPackage,
)
from .state import Incoming, Refusal, State

Fields = Mapping[str, Any]
"""A body with lower-case keys."""

_SIZES = {"length": "length_in", "width": "width_in", "height": "height_in", "weight": "weight_oz"}


def ship_whole_order(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/ShippingStatus``: tracking goes on the first package (section 8.1)."""
    fields = call.fields()
    names = ("OrderID", "ShippingCarrier", "ShippingService", "ShipDate")
    return _ship(state, call, fields, names, ("shippingcarrier", "shippingservice"))


def ship_one_package(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/ShippingStatus/SinglePackage``: still ships the whole order (8.2)."""
    fields = call.fields()
    names: tuple[str, ...] = ("OrderID", "CarrierName", "ShippingMethod")
    if state.switches.ship_date_required:
        names += ("ShipDate",)
    return _ship(state, call, fields, names, ("carriername", "shippingmethod"))


def _ship(state: State, call: Incoming, fields: Fields, required: tuple[str, ...], method: tuple[str, str]) -> Response:
    write = ShipmentWrite(
        call.now,
        call.route,
        _id(fields.get("orderid")) or 0,
        _id(fields.get("packageid")),
        fields.get("trackingnumber"),
        str(fields.get(method[0]) or ""),
        str(fields.get(method[1]) or ""),
        warehouse_id=_id(fields.get("shipfromwarehouseid") or fields.get("warehouseid")),
    )
    try:
        write = _checked(state, call, fields, required, write)
    except Refusal as refusal:
        state.record(replace(write, accepted=False, message=refusal.message))
        raise
    state.record(write)
    order = _apply(state, state.true_order(write.order_id), fields, write)
    state.save(order, call.now)
    return _answer(state, order.id)


def _checked(
    state: State, call: Incoming, fields: Fields, required: tuple[str, ...], write: ShipmentWrite
) -> ShipmentWrite:
    """The write with its package, date and names settled, or the server's refusal."""
    for name in required:
        if fields.get(name.lower()) in (None, "", 0):
            raise Refusal(500, f"{name} is required.")
    order = state.true_order(write.order_id)
    _check_order(state, call, order, write)
    package = _package(order, write.package_id)
    tracking = write.tracking
    limit = state.switches.tracking_max_length
    if tracking and limit is not None and len(tracking) > limit:
        if state.switches.overlong_tracking == "error":
            raise Refusal(500, "String or binary data would be truncated.")
        tracking = tracking[:limit]
    if state.switches.validate_carriers:
        problem = carriers.problem(write.carrier, write.service, state.switches.carrier_names)
        if problem:
            raise Refusal(500, problem)
    for name in (*_SIZES, "shippingcost", "declaredvalue"):
        number(fields, name)
    ship_date = _ship_date(state, call, order, fields.get("shipdate"))
    return replace(
        write,
        package_id=package.id,
        tracking=tracking,
        ship_date=ship_date,
        replaced=package.tracking,
    )


def _check_order(state: State, call: Incoming, order: SimOrder, write: ShipmentWrite) -> None:
    if order.status in (CANCELLED, ON_HOLD, VOID):
        state.breaches.append(f"{call.route}: ships order {order.id} in status {order.status}")
        if state.switches.ship_on_hold == "refuse":
            raise Refusal(500, f"Order {order.id} cannot be shipped in its status.")
    if state.switches.refuse_unpaid and order.payment_status != CHARGED:
        raise Refusal(500, f"Order {order.id} is not paid.")
    whole = write.endpoint.lower().endswith("/shippingstatus")
    if whole and order.shipped and state.switches.ship_again == "refuse":
        raise Refusal(500, f"Order {order.id} is already shipped.")


def _package(order: SimOrder, package_id: int | None) -> SimPackage:
    if not order.packages:
        raise Refusal(500, f"Order {order.id} has no packages.")
    for package in order.packages:
        if package_id in (None, package.id):
            return package
    raise Refusal(500, f"Package {package_id} does not belong to order {order.id}.")


def _ship_date(state: State, call: Incoming, order: SimOrder, given: object) -> datetime:
    """The order's ship date after this write: frozen once shipped, else checked (section 8.3)."""
    if order.shipped and order.ship_date is not None:
        return order.ship_date
    if given in (None, ""):
        return call.now
    moment, offset = parse_local(str(given), state.zone)
    status = state.switches.ship_date_error_status
    if offset:
        state.breaches.append(f"{call.route}: ShipDate with an offset, which is dropped")
    if moment is None:
        raise Refusal(400, "The request is invalid.")
    # The tenant keeps naive local time: in the hour a change of clocks repeats, both hours are one.
    on_clock = [m.astimezone(state.zone).replace(tzinfo=None) for m in (order.created_on, moment, call.now)]
    if on_clock[1] > on_clock[2]:
        raise Refusal(status, "Ship date cannot be in the future.")
    if on_clock[1] < on_clock[0]:
        raise Refusal(status, "Ship date cannot be before the order was created.")
    return moment


def _apply(state: State, order: SimOrder, fields: Fields, write: ShipmentWrite) -> SimOrder:
    sizes = {target: number(fields, name) for name, target in _SIZES.items()}
    changes: dict[str, Any] = {key: value for key, value in sizes.items() if value is not None}
    if write.tracking is not None:
        changes["tracking"] = write.tracking
    if (cost := number(fields, "shippingcost")) is not None:
        changes["final_fee"] = Decimal(str(cost))
    if (declared := number(fields, "declaredvalue")) is not None:
        changes["declared_value"] = Decimal(str(declared))
    new_ids = state.switches.new_package_ids_on_ship and not order.shipped
    packages = []
    for package in order.packages:
        own = changes if package.id == write.package_id else {}
        number_ = state.next_id("package") if new_ids else package.id
        packages.append(replace(package, **own, delivery_status=1, id=number_))
    warehouse = fields.get("shipfromwarehouseid") or fields.get("warehouseid")
    return replace(
        order,
        status=COMPLETED,
        shipping_status=FULLY_SHIPPED,
        ship_date=write.ship_date,
        carrier=write.carrier,
        service=write.service,
        shipped_by="api",
        packages=tuple(packages),
        lines=tuple(
            replace(line, qty_shipped=line.qty, warehouse_id=warehouse or line.warehouse_id) for line in order.lines
        ),
    )


def order_ids(fields: Fields) -> list[int]:
    """The ``Orders`` list of a bulk write: null is a 400, an empty one a 500 (section 3.4)."""
    ids = fields.get("orders")
    if not isinstance(ids, list) or not all(isinstance(number, int) for number in ids):
        raise Refusal(400, "The request is invalid.")
    if not ids:
        raise Refusal(500, "At least one order is required.")
    return ids


def number(fields: Fields, name: str) -> float | None:
    """A number or numeric text of the body; anything else surfaces as a server error."""
    value = fields.get(name)
    if value is None:
        return None
    try:
        return float(Decimal(str(value)))
    except InvalidOperation:
        raise Refusal(500, f"Input string was not in a correct format: {name}.") from None


def _id(value: object) -> int | None:
    """An id as number or numeric text; 0 and nothing are the same."""
    text = str(value)
    return int(text) or None if text.isdigit() else None


def _answer(state: State, order_id: int) -> Response:
    kind = state.switches.ship_answer
    if kind == "empty":
        return Response(200)
    bodies: dict[str, object] = {
        "true": True,
        "string": "Success",
        "object": {"OrderID": order_id, "NewPackages": [], "UpdatedServerSide": True, "Error": []},
    }
    return json_response(200, bodies[kind])
