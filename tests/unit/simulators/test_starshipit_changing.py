"""The Starshipit simulator's changes by API: update, delete, archive, merge, print."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulators.starshipit import StarshipitSimulator
from tests.simulators.starshipit.order import Json
from tests.simulators.starshipit.visitor import Visitor


@pytest.fixture
def visitor() -> Visitor:
    """A client of a fresh simulator without a rate limit."""
    return Visitor(StarshipitSimulator(rate_per_second=10_000))


def put(visitor: Visitor, **order: Any) -> Json:
    """`PUT /api/orders`."""
    return visitor.ask("PUT", "/orders", {"order": order})


def test_update_replaces_the_whole_destination(visitor: Visitor) -> None:
    """What is not sent is gone."""
    order = visitor.create()["order"]
    place = {"name": "Priya Example", "street": "14 Sample Street", "country": "Australia"}
    changed = put(visitor, order_id=order["order_id"], destination=place)["order"]
    assert changed["destination"] == place
    assert put(visitor, order_id=order["order_id"], destination={"street": "x"})["success"] is False


def test_update_changes_adds_and_removes_lines_by_id(visitor: Visitor) -> None:
    """A line without an id is new; an unknown id changes nothing."""
    visitor.simulator.switches.mixed_numbers = False
    order = visitor.create(items=[{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}])["order"]
    first, second = (item["item_id"] for item in order["items"])
    answer = put(
        visitor,
        order_id=order["order_id"],
        items=[
            {"item_id": first, "quantity": 5},
            {"item_id": second, "delete": True},
            {"sku": "C", "quantity": 1},
        ],
    )
    assert [(i["sku"], i["quantity"]) for i in answer["order"]["items"]] == [("A", 5), ("C", 1)]
    answer = put(visitor, order_id=order["order_id"], items=[{"item_id": 1, "quantity": 9}])
    assert answer["success"] is False
    package = order["packages"][0]["package_id"]
    answer = put(visitor, order_id=order["order_id"], packages=[{"package_id": package, "weight": 2.5}])
    assert answer["order"]["packages"][0]["weight"] == 2.5


def test_printed_order_takes_status_only_and_never_back(visitor: Visitor) -> None:
    """Contract 5."""
    order_id = visitor.create()["order"]["order_id"]
    visitor.simulator.print_label(order_id)
    assert put(visitor, order_id=order_id, shipping_method="Express")["success"] is False
    assert put(visitor, order_id=order_id, status="Unshipped")["success"] is False
    assert put(visitor, order_id=order_id, status="Shipped")["order"]["status"] == "Shipped"
    visitor.simulator.switches.printed_update = "ignore"
    order = put(visitor, order_id=order_id, shipping_method="Express")["order"]
    assert order["shipping_method"] == "Standard"


def test_update_many_answers_for_each(visitor: Visitor) -> None:
    """The good one is changed, the unknown one is an error."""
    order_id = visitor.create()["order"]["order_id"]
    answer = visitor.ask(
        "PUT",
        "/orders/update",
        {"orders": [{"order_id": order_id, "shipping_method": "Express"}, {"order_id": 1}]},
    )
    assert (answer["success"], len(answer["orders"]), len(answer["errors"])) == (False, 1, 1)
    assert visitor.simulator.order(order_id).shipping_method == "Express"


def test_delete_is_for_unshipped_orders_only(visitor: Visitor) -> None:
    """By query or by body; a deleted order is not found."""
    first, second = (visitor.create(n)["order"]["order_id"] for n in ("A", "B"))
    assert visitor.ask("DELETE", "/orders/delete", order_id=first) == {"success": True}
    assert visitor.get("/orders", order_id=first)["success"] is False
    visitor.simulator.print_label(second)
    answer = visitor.ask("DELETE", "/orders/delete", {"order_id": second})
    assert (visitor.last.status, answer["success"]) == (200, False)


def test_archive_is_for_printed_orders_and_restore_brings_back(visitor: Visitor) -> None:
    """The label of an archived order stays known as such."""
    sim = visitor.simulator
    order_id = visitor.create("A")["order"]["order_id"]
    assert visitor.ask("POST", "/orders/archive", order_id=order_id)["success"] is False
    (number,) = sim.print_label(order_id)
    assert visitor.ask("POST", "/orders/archive", order_id=order_id)["success"] is True
    assert sim.tracking_numbers("A", "archived") == {number}
    assert visitor.ask("POST", "/orders/restore", order_id=order_id)["success"] is True
    assert sim.tracking_numbers("A") == {number}


def test_merged_children_are_gone_and_cannot_be_imported_again(visitor: Visitor) -> None:
    """Their lines are with the parent."""
    parent, child = (visitor.create(n)["order"]["order_id"] for n in ("P", "C"))
    body = {"parent_order_id": parent, "child_order_ids": [child]}
    assert len(visitor.ask("POST", "/orders/merge", body)["order"]["items"]) == 2
    assert visitor.get("/orders", order_id=child)["success"] is False
    assert visitor.create("C")["success"] is False
    assert visitor.simulator.order(child).merged_into == parent


def test_print_manifest_and_replace_by_api(visitor: Visitor) -> None:
    """The endpoints share the warehouse's state."""
    order_id = visitor.create("A")["order"]["order_id"]
    printed = visitor.ask("POST", "/orders/shipment", {"order_id": order_id})
    assert len(printed["tracking_numbers"]) == 1
    again = visitor.ask("POST", "/orders/shipment", {"order_number": "A", "reprint": True})
    assert again["tracking_numbers"] == printed["tracking_numbers"]
    assert visitor.ask("POST", "/orders/manifest", {"order_ids": [order_id]})["success"] is True
    fresh = visitor.ask("POST", "/orders/shipment/replace", {"order_id": order_id})["order"]
    assert fresh["order_id"] != order_id
    assert fresh["order_number"] == "A"


def test_assigned_orders_are_out_of_our_sight(visitor: Visitor) -> None:
    """Parent to child account, new orders only."""
    order_id = visitor.create("A")["order"]["order_id"]
    row = {"order_number": "A", "current_api_key": "x", "new_api_key": "y"}
    assert visitor.ask("POST", "/orders/assign", {"orders": [row]})["success"] is True
    assert visitor.get("/orders", order_id=order_id)["success"] is False
    assert visitor.get("/orders/search", phrase="A", status="All")["orders"] == []
    assert visitor.get("/orders/search", phrase="A", status="All", include_child_accounts="true")["orders"] != []


def test_delivery_services_list_the_carriers_of_the_rules(visitor: Visitor) -> None:
    """The only call that shows carriers."""
    services = visitor.ask("POST", "/deliveryservices", {})["services"]
    assert "AusPost" in {service["carrier"] for service in services}
