"""The shapes of the simulated tenant's answers: list form, detail form, values and blanks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.simulators.sellercloud import SimAddress, SimKitPart, SimLine, SimNote, SimPackage

from .sellercloud_caller import Caller


@pytest.fixture
def caller() -> Caller:
    return Caller()


def _kit_order(caller: Caller) -> int:
    kit = SimLine(
        product_id="CAMP-KIT-01",
        qty=2,
        price=Decimal("1000"),
        parts=(SimKitPart(product_id="MUG-ENAMEL", qty=2),),
    )
    return caller.sim.add_order(
        lines=(kit,),
        currency=5,
        rate_from_usd=Decimal("1.6"),
        gift=True,
        gift_message="Happy trails!",
        created_on=datetime(2026, 11, 19, 2, 20, 41, 370000, tzinfo=UTC),
        notes=(SimNote(message="Side gate", category=1),),
    )


def test_list_form(caller: Caller) -> None:
    """The list form has its own key names, weights on its lines and kit parts with float ids."""
    number = _kit_order(caller)
    row = caller.get("/api/Orders")["Items"][0]
    assert (row["ID"], row["StatusCode"], row["CompanyID"]) == (number, 2, 171)
    line = row["Items"][0]
    assert line["KitItemsCount"] == 1
    assert isinstance(line["BundleItems"][0]["ID"], float)
    assert {"Weight", "ShipFromWareHouseID", "QtyShipped"} <= line.keys()
    assert row["CreatedOn"].startswith("2026-11-18T21:20:41.37")
    assert row["ShipDate"] in (None, "0001-01-01T00:00:00")


def test_detail_form(caller: Caller) -> None:
    """The detail form renames keys, nests the gift message twice and has no weights."""
    number = _kit_order(caller)
    detail = caller.get(f"/api/Orders/{number}")
    assert detail["OrderID"] == number
    assert detail["OrderDetails"]["OrderSourceOrderId"] == f"#SIM{number}"
    assert detail["OrderSiteCode"] == "0"
    assert detail["Statuses"]["OrderStatus"] == 2
    assert detail["GiftDetails"]["GiftDetails"]["GiftMessage"] == "Happy trails!"
    assert detail["OrderItems"][0]["BundleItems"][0]["TotalQty"] == 4
    assert "Weight" not in detail["OrderItems"][0]
    content = detail["OrderPackages"][0]["Items"][0]
    assert (content["ProductID"], content["Qty"]) == ("MUG-ENAMEL", 4)
    assert content["OrderItemBundleItemID"] > 0


def test_money_of_a_foreign_order(caller: Caller) -> None:
    """Foreign amounts are shown in USD unless switched; the detail form writes text."""
    number = _kit_order(caller)
    assert caller.get("/api/Orders")["Items"][0]["GrandTotal"] == 1250.0
    assert caller.get(f"/api/Orders/{number}")["TotalInfo"]["GrandTotal"] == "1,250.00"
    caller.sim.switches.amounts = "order"
    caller.sim.switches.money = "numbers"
    assert caller.get(f"/api/Orders/{number}")["TotalInfo"]["GrandTotal"] == 2000.0


def test_empty_texts_vary(caller: Caller) -> None:
    """Nothing is written as "", null or not at all, different from order to order."""
    for _ in range(6):
        caller.sim.add_order()
    rows = caller.get("/api/Orders")["Items"]
    forms = {row["ShippingAddress"].get("CompanyName", "absent") for row in rows}
    assert forms == {"", None, "absent"}
    caller.sim.switches.varied_blanks = False
    rows = caller.get("/api/Orders")["Items"]
    assert {row["ShippingAddress"]["CompanyName"] for row in rows} == {""}


def test_fraction_digits_vary(caller: Caller) -> None:
    """Dates carry none to seven fraction digits and never a zone."""
    for _ in range(4):
        caller.sim.add_order()
    texts = [row["CreatedOn"] for row in caller.get("/api/Orders")["Items"]]
    assert {len(text.partition(".")[2]) for text in texts} == {0, 2, 3, 7}
    assert all(text.startswith("2026-11-20T10:04:05") for text in texts)


def test_packages_are_under_results(caller: Caller) -> None:
    """The packages call uses its own key and pages."""
    number = caller.sim.add_order(packages=tuple(SimPackage() for _ in range(3)))
    answer = caller.get(f"/api/Orders/Packages?id={number}&pageNumber=1&pageSize=2")
    assert answer["TotalResults"] == 3
    assert len(answer["Results"]) == 2


def test_notes_are_read_and_appended(caller: Caller) -> None:
    """A repeated note is there twice: nothing is ever replaced."""
    number = _kit_order(caller)
    for _ in range(2):
        status, _body = caller.call("POST", f"/api/Orders/{number}/Notes", {"Message": "Label 33X"})
        assert status == 200
    notes = caller.get(f"/api/Orders/Notes?id={number}")
    assert [(note["Note"], note["Category"]) for note in notes] == [
        ("Side gate", 1),
        ("Label 33X", 0),
        ("Label 33X", 0),
    ]
    wrapped = {"OrderID": number, "note": {"Message": "x"}}
    assert caller.call("POST", f"/api/Orders/{number}/Notes", wrapped)[0] == 500


def test_custom_columns(caller: Caller) -> None:
    """Columns must exist and hold no more than their length."""
    number = caller.sim.add_order()
    caller.sim.add_column("STARSHIPIT_STATUS", data_length=6)
    path = f"/api/Orders/{number}/CustomColumns"
    assert caller.call("PUT", path, {"ColumnName": "STARSHIPIT_STATUS", "Value": "Sent"})[0] == 200
    too_long = [{"ColumnName": "STARSHIPIT_STATUS", "Value": "Sent long ago"}]
    assert caller.call("PUT", f"{path}/Multiple", too_long)[0] == 500
    assert caller.call("PUT", path, {"ColumnName": "NONE", "Value": "x"})[0] == 500
    assert caller.get(path)[0]["Value"] == "Sent"
    bulk = caller.call("POST", "/api/Orders/GetCustomColumns", {"OrderIDs": [number]})[1]
    assert bulk[0]["CustomColumns"][0]["Value"] == "Sent"


def test_unknown_order_status_is_a_switch(caller: Caller) -> None:
    """An unknown order id is a 500 with a message, or a 404."""
    status, body = caller.call("GET", "/api/Orders/7")
    assert (status, body) == (500, {"Message": "Order 7 was not found."})
    caller.sim.switches.unknown_order_status = 404
    assert caller.call("GET", "/api/Orders/Packages?id=7")[0] == 404


def test_split_makes_a_related_child(caller: Caller) -> None:
    """A split moves lines to a child order and relates both."""
    number = caller.sim.add_order(lines=(SimLine(product_id="A", qty=3), SimLine(product_id="B")))
    line = caller.sim.orders[number].lines[0]
    child = caller.sim.split(number, {line.id: 2})
    assert [(ln.product_id, ln.qty) for ln in caller.sim.orders[child].lines] == [("A", 2)]
    assert [ln.qty for ln in caller.sim.orders[number].lines] == [1, 1]
    answer = caller.get(f"/api/Orders/CheckSplittedStatus?orderID={child}")
    assert answer["ParrentOrderID"] == number
    assert caller.ids("/api/Orders?model.hasParentOrder=1") == [child]


def test_edit_bumps_last_updated(caller: Caller) -> None:
    """An edit in the office moves LastUpdated, and the order is otherwise replaced whole."""
    number = caller.sim.add_order()
    caller.clock.advance(minutes=5)
    moved = replace(caller.sim.orders[number].address, street1="9 New St")
    caller.sim.edit(number, address=moved)
    assert caller.sim.snapshot(number).last_updated == caller.clock.now
    row = caller.get("/api/Orders")["Items"][0]
    assert row["ShippingAddress"]["StreetLine1"].strip() == "9 New St"
    assert isinstance(caller.sim.orders[number].address, SimAddress)
