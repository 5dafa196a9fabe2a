"""Unshipping in the simulated tenant: one order, many orders, with a PIN, by hand."""

from __future__ import annotations

import pytest

from tests.simulators.sellercloud import SimPackage

from .sellercloud_caller import Caller

PATH = "/api/Orders/SetUnshipped"


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def order(caller: Caller) -> int:
    """An order with two packages."""
    return caller.sim.add_order(packages=(SimPackage(), SimPackage()))


def _refusal(caller: Caller, order: int) -> str:
    status, answer = caller.call("PUT", PATH, {"Orders": [order]})
    assert status == 500
    return str(answer["Message"])


def test_unship_one_order_at_once(caller: Caller, order: int) -> None:
    """One id is done at once; what is left behind follows the switches."""
    caller.sim.ship_by_hand(order, ["33A", "33B"])
    assert caller.call("PUT", PATH, {"Orders": [order]})[0] == 200
    after = caller.sim.snapshot(order)
    assert (after.status, after.shipping_status, after.tracking) == (3, 1, ("33A", "33B"))
    assert after.ship_date is None
    assert "not shipped" in _refusal(caller, order)
    caller.sim.switches.unship_clears_tracking = True
    caller.sim.switches.unship_resets_status = True
    caller.sim.ship_by_hand(order, "33C")
    caller.call("PUT", PATH, {"Orders": [order]})
    after = caller.sim.snapshot(order)
    assert (after.status, after.tracking) == (2, ())


def test_unship_needs_the_pin_when_there_is_one(caller: Caller, order: int) -> None:
    """With a PIN set, an unship without it is refused and on record."""
    caller.sim.ship_by_hand(order, "33A")
    caller.sim.switches.unship_pin = "0000"
    assert "PIN" in _refusal(caller, order)
    body = {"Orders": [order], "PIN": "0000"}
    assert caller.call("PUT", PATH, body)[0] == 200
    assert [write.accepted for write in caller.sim.shipments[order]][-2:] == [False, True]


def test_unship_many_orders_is_a_job(caller: Caller, order: int) -> None:
    """Several ids become a queued job that is done later, in part where it must be."""
    caller.sim.ship_by_hand(order, "33A")
    open_ = caller.sim.add_order()
    job = caller.call("PUT", PATH, {"Orders": [order, open_]})[1]
    assert caller.get(f"/api/QueuedJobs/{job}")["Basic"]["Status"] == 0
    assert caller.sim.snapshot(order).shipping_status == 3
    caller.clock.advance(seconds=30)
    basic = caller.get(f"/api/QueuedJobs/{job}")["Basic"]
    assert (basic["Status"], basic["TotalSucceeded"], basic["TotalFailure"]) == (5, 1, 1)
    assert caller.sim.snapshot(order).shipping_status == 1


def test_unship_by_hand(caller: Caller, order: int) -> None:
    """A person's unship clears everything, and both writes are on record."""
    caller.sim.ship_by_hand(order, ["33A", "33B"])
    caller.sim.unship_by_hand(order)
    after = caller.sim.snapshot(order)
    assert (after.status, after.shipping_status, after.tracking) == (2, 1, ())
    endpoints = [write.endpoint for write in caller.sim.shipments[order]]
    assert endpoints == ["by hand", "by hand", "by hand: unship"]
