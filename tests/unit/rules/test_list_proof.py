"""What two lists prove of an order: everything about it, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.rules.list_proof import answers_for, is_promising, may_be_proven, proven
from connector.settings import ShipWhen
from connector.state.rows import Label, OrderRow, State
from connector.vendors.starshipit.models import FoundOrder, Order

ROW = OrderRow(
    order_id=7, state=State.HANDED_OVER, since=1, order_number="7", starshipit_ids=(41,), labels={"A": Label("Printed")}
)


def shipped(number: str = "A", **fields: Any) -> FoundOrder:
    """A flat row of the list `shipped`."""
    told = {"order_id": 41, "order_number": "7", "reference": "7", "shipment_type": "Outgoing", "carrier_name": "AP"}
    return FoundOrder.model_validate({**told, "tracking_number": number, **fields})


def shipment(*numbers: str | None, **fields: Any) -> FoundOrder:
    """A row of the list `shipments`."""
    return FoundOrder.model_validate({"order_id": 41, "order_number": "7", "tracking_numbers": list(numbers), **fields})


def test_an_order_both_lists_agree_on() -> None:
    """It is the order as a single read would show it."""
    row = shipped("A", carrier_service_name="Express", tracking_short_status="In Transit")
    order = proven([row, shipped("B")], [shipment("A", "B")])[41]
    assert (order.order_number, order.reference, order.carrier_name) == ("7", "7", "AP")
    assert [package.tracking_number for package in order.packages] == ["A", "B"]
    first = order.packages[0]
    assert (first.carrier_service_name, first.delivery_status) == ("Express", "In Transit")
    assert answers_for(order, ROW, ShipWhen.PRINTED)
    assert Order.model_validate_json(order.model_dump_json(exclude_defaults=True)) == order


@pytest.mark.parametrize(
    ("flat", "row"),
    [
        ([], shipment("A")),
        ([shipped("A")], shipment("A", "B")),
        ([shipped("A"), shipped("B")], shipment("A")),
        ([shipped("A")], shipment("A", None)),
        ([shipped("A")], shipment("A", "")),
        ([shipped("")], shipment()),
        ([shipped("A", shipment_type="Return")], shipment("A")),
        ([shipped("A", shipment_type="")], shipment("A")),
        ([shipped("A"), shipped("B", shipment_type="Return")], shipment("A")),
        ([shipped("A", tracking_short_status="Cancelled")], shipment("A")),
        ([shipped("A", order_number="7-1")], shipment("A")),
        ([shipped("A"), shipped("B", reference="8")], shipment("A", "B")),
        ([shipped("A", order_id=42)], shipment("A")),
    ],
)
def test_what_is_not_certain_proves_nothing(flat: list[FoundOrder], row: FoundOrder) -> None:
    """Missing rows, parcels without a label, returns, cancelled labels, suffixes, other references."""
    assert proven(flat, [row]) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"starshipit_ids": (41, 42)},
        {"starshipit_ids": (42,)},
        {"order_id": 8},
        {"order_number": "7-R2"},
        {"labels": {"A": Label("Printed"), "B": Label("Printed")}},
        {"labels": {"A": Label("Printed"), "B": Label("Cancelled")}, "written": ("B",)},
    ],
)
def test_an_order_that_does_not_answer_for_a_row(changes: dict[str, Any]) -> None:
    """Another order, another generation, a label it does not show, a cancelled one in Sellercloud."""
    order = proven([shipped()], [shipment("A")])[41]
    assert not answers_for(order, replace(ROW, **changes), ShipWhen.PRINTED)


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({}, True),
        ({"state": State.SHIPPED}, True),
        ({"state": State.UNKNOWN}, False),
        ({"starshipit_ids": ()}, False),
        ({"starshipit_ids": (41, 42)}, False),
        ({"linked_to": 9}, False),
        ({"adopted_by_number": True}, False),
        ({"labels": {"A": Label("Cancelled")}}, False),
    ],
)
def test_which_orders_are_looked_for_in_lists(changes: dict[str, Any], *, may: bool) -> None:
    """Only those on the straight road; all others are read by themselves."""
    assert may_be_proven(replace(ROW, **changes)) is may


def test_whether_the_second_list_is_worth_reading() -> None:
    """Only when the first shows one of the orders as outgoing."""
    assert is_promising([shipped()], {41})
    assert not is_promising([shipped()], {42})
    assert not is_promising([shipped(shipment_type="Return")], {41})
