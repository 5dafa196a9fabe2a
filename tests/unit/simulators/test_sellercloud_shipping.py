"""Shipping, packing and status writes of the simulated tenant."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.simulators.sellercloud import SimKitPart, SimLine, SimPackage

from .sellercloud_caller import START, Caller

WHOLE = "/api/Orders/ShippingStatus"
SINGLE = "/api/Orders/ShippingStatus/SinglePackage"


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def order(caller: Caller) -> int:
    """An order with two packages, created an hour ago."""
    number = caller.sim.add_order(packages=(SimPackage(), SimPackage()))
    caller.clock.advance(hours=1)
    return number


def _whole(number: int, **changes: object) -> dict[str, object]:
    return {
        "OrderID": number,
        "ShippingCarrier": "Australia Post",
        "ShippingService": "Express Post",
        "ShipDate": "2026-11-20T11:00:00",
        "TrackingNumber": "33A",
        **changes,
    }


def _single(number: int, **changes: object) -> dict[str, object]:
    body = {"OrderID": number, "CarrierName": "AustraliaPost", "ShippingMethod": "Parcel Post"}
    return {**body, **changes}


def _message(caller: Caller, path: str, body: dict[str, object]) -> str:
    status, answer = caller.call("PUT", path, body)
    assert status == 500
    return str(answer["Message"])


def test_whole_order_goes_on_the_first_package(caller: Caller, order: int) -> None:
    """One call ships everything and writes number and cost to the first package."""
    body = _whole(order, ShippingCost=9.85, Weight=40, ShipFromWarehouseID=14)
    assert caller.call("PUT", WHOLE, body) == (200, None)
    after = caller.sim.snapshot(order)
    assert (after.status, after.shipping_status) == (3, 3)
    assert [number for _, number in after.packages] == ["33A", ""]
    assert str(caller.sim.orders[order].packages[0].final_fee) == "9.85"
    assert after.ship_date == START + timedelta(minutes=55, seconds=55)
    write = caller.sim.shipments[order][0]
    assert (write.tracking, write.replaced, write.accepted) == ("33A", "", True)


def test_single_package_ships_the_whole_order(caller: Caller, order: int) -> None:
    """The first call ships all; the second sets its own number and leaves the date alone."""
    ids = [number for number, _ in caller.sim.snapshot(order).packages]
    body = _single(order, PackageID=ids[1], TrackingNumber="33B", ShipDate="2026-11-20T10:30:00")
    assert caller.call("PUT", SINGLE, body)[0] == 200
    first = caller.sim.snapshot(order)
    assert (first.shipping_status, first.tracking) == (3, ("33B",))
    body = _single(order, TrackingNumber="33A", ShipDate="2026-11-20T11:00:00")
    assert caller.call("PUT", SINGLE, body)[0] == 200
    second = caller.sim.snapshot(order)
    assert [number for _, number in second.packages] == ["33A", "33B"]
    assert second.ship_date == first.ship_date


def test_ids_may_be_numeric_text(caller: Caller, order: int) -> None:
    """Ids arrive as numbers or as text; a person may ship more parcels than were planned."""
    assert caller.call("PUT", WHOLE, _whole(order, OrderID=str(order)))[0] == 200
    assert caller.sim.snapshot(order).tracking == ("33A",)
    caller.sim.ship_by_hand(order, ["33D", "33E", "33F"])
    assert caller.sim.snapshot(order).tracking == ("33D", "33E", "33F")


def test_overwritten_numbers_are_on_record(caller: Caller, order: int) -> None:
    """The history shows which number a write replaced."""
    for tracking in ("33A", "33C"):
        caller.call("PUT", WHOLE, _whole(order, TrackingNumber=tracking))
    assert [(w.tracking, w.replaced) for w in caller.sim.shipments[order]] == [
        ("33A", ""),
        ("33C", "33A"),
    ]
    caller.sim.switches.ship_again = "refuse"
    assert "already shipped" in _message(caller, WHOLE, _whole(order))


@pytest.mark.parametrize("name", ["OrderID", "ShippingCarrier", "ShippingService", "ShipDate"])
def test_required_fields(caller: Caller, order: int, name: str) -> None:
    """A missing field is a server error with a message, and nothing is applied."""
    body = {key: value for key, value in _whole(order).items() if key != name}
    assert _message(caller, WHOLE, body) == f"{name} is required."
    assert caller.sim.snapshot(order).shipping_status == 1


@pytest.mark.parametrize(
    ("ship_date", "word"),
    [
        ("2026-11-20T11:04:06", "future"),
        ("2026-11-20T10:04:04", "before"),
        ("2026-11-20T15:30:00Z", "future"),
    ],
)
def test_ship_date_limits(caller: Caller, order: int, ship_date: str, word: str) -> None:
    """Not in the future, not before the order; an offset is dropped, not converted."""
    assert word in _message(caller, WHOLE, _whole(order, ShipDate=ship_date))
    assert word in _message(caller, SINGLE, _single(order, ShipDate=ship_date))
    assert [write.accepted for write in caller.sim.shipments[order]] == [False, False]


def test_unknown_package_carrier_and_long_numbers_are_refused(caller: Caller, order: int) -> None:
    """What the tenant does not know is refused with its reason."""
    assert "Package 9" in _message(caller, SINGLE, _single(order, PackageID=9))
    assert "carrier 'Sendle'" in _message(caller, WHOLE, _whole(order, ShippingCarrier="Sendle"))
    assert "service 'Post'" in _message(caller, WHOLE, _whole(order, ShippingService="Post"))
    assert "truncated" in _message(caller, WHOLE, _whole(order, TrackingNumber="3" * 51))
    caller.sim.switches.carrier_names = "key"
    assert "carrier" in _message(caller, WHOLE, _whole(order))
    caller.sim.switches.validate_carriers = False
    assert caller.call("PUT", WHOLE, _whole(order, ShippingCarrier="Sendle"))[0] == 200


def test_orders_on_hold_ship_unless_switched(caller: Caller, order: int) -> None:
    """Whether a held or cancelled order ships is a switch; trying it is always a breach."""
    caller.sim.hold(order)
    caller.sim.switches.ship_on_hold = "refuse"
    assert "status" in _message(caller, WHOLE, _whole(order))
    caller.sim.switches.ship_on_hold = "accept"
    caller.sim.cancel(order)
    assert caller.call("PUT", WHOLE, _whole(order))[0] == 200
    assert len([text for text in caller.sim.breaches if f"ships order {order}" in text]) == 2


@pytest.mark.parametrize(("kind", "body"), [("true", True), ("string", "Success"), ("empty", None)])
def test_body_of_success_is_a_switch(caller: Caller, order: int, kind: Any, body: object) -> None:
    """Success may come with any body, or none."""
    caller.sim.switches.ship_answer = kind
    assert caller.call("PUT", WHOLE, _whole(order)) == (200, body)


def test_package_ids_may_change_on_shipping(caller: Caller, order: int) -> None:
    """With the switch on, the ids read before the first call are worth nothing after it."""
    caller.sim.switches.new_package_ids_on_ship = True
    old = caller.sim.snapshot(order).packages
    caller.call("PUT", SINGLE, _single(order, PackageID=old[0][0], TrackingNumber="33A"))
    assert "Package" in _message(caller, SINGLE, _single(order, PackageID=old[1][0]))


def test_recreating_packages(caller: Caller) -> None:
    """Packages are replaced whole, with new ids, and only if everything is packed."""
    lines = (
        SimLine(product_id="A", qty=3),
        SimLine(product_id="KIT", parts=(SimKitPart(product_id="MUG", qty=2),)),
    )
    number = caller.sim.add_order(lines=lines)
    first, kit = (line.id for line in caller.sim.orders[number].lines)
    mugs: dict[str, object] = {"OrderItemID": kit, "OrderItemBundleItemProductID": "MUG", "Qty": 2}
    one: dict[str, object] = {"OrderItemID": first, "Qty": 1}
    two: dict[str, object] = {"OrderItemID": first, "Qty": 2}
    kit_itself: dict[str, object] = {"OrderItemID": kit, "Qty": 1}
    path = f"/api/Orders/{number}/Shipping/Packages"
    old = caller.sim.snapshot(number).packages
    for packages in ([[one, mugs]], [[one, two]], [[one, two, kit_itself]]):
        body = {"Packages": [{"Items": items} for items in packages]}
        assert caller.call("POST", path, body)[0] == 500
    assert caller.sim.snapshot(number).packages == old
    complete = {"Packages": [{"Items": [two], "Weight": 40}, {"Items": [one, mugs]}]}
    assert caller.call("POST", path, complete)[0] == 200
    new = caller.sim.snapshot(number).packages
    assert len(new) == 2
    assert {package for package, _ in new}.isdisjoint(package for package, _ in old)
    edit = {"Packages": [{"ID": new[1][0], "Weight": 9}]}
    assert caller.call("PUT", path, edit)[0] == 200
    assert [p.weight_oz for p in caller.sim.orders[number].packages] == [40, 9]
    caller.sim.ship_by_hand(number, ["33A", "33B"])
    assert caller.call("POST", path, complete)[0] == 500


def test_bulk_writes_answer_only_what_changed(caller: Caller, order: int) -> None:
    """Status and exported flag answer the ids that changed; a list that is empty is a 500."""
    held = caller.sim.add_order(status=200)
    ids = {"Orders": [order, held, 99]}
    assert caller.call("PUT", "/api/Orders/StatusCode", {**ids, "Status": "200"}) == (200, [order])
    path = "/api/Orders/SetExported"
    assert caller.call("PUT", path, {**ids, "Exported": True}) == (200, [order, held])
    assert caller.call("PUT", path, {**ids, "Exported": True}) == (200, [])
    assert caller.call("PUT", path, {"Orders": [], "Exported": True})[0] == 500
    assert caller.call("PUT", path, {"Exported": True})[0] == 400
    assert caller.call("PUT", "/api/Orders/StatusCode", {**ids, "Status": 5})[0] == 500
