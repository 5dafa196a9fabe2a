"""Both vendors' view in plain values, whatever they leave out."""

from __future__ import annotations

import json

from connector.rules.present import of_sellercloud, of_starshipit
from connector.vendors.sellercloud.models import OrderDetail
from connector.vendors.starshipit.models import Order as StarshipitOrder
from tests.unit.rules.build import NEW_YORK, order


def test_a_list_row_with_the_single_form() -> None:
    """Statuses by name, numbers of row and packages together, the ship date as Sellercloud shows it."""
    row = order(ShipDate="2026-11-20T23:30:00", TrackingNumber="A", AllTrackingNumbers=["A", None, "B"], StatusCode="3")
    packages = [{"ID": 9, "TrackingNumber": " C "}, {"ID": 10, "TrackingNumber": None}]
    detail = OrderDetail.model_validate({"OrderID": 1045872, "OrderPackages": packages})
    view = of_sellercloud(row, detail, NEW_YORK)
    assert (view["order_status"], view["payment_status"]) == ("Completed", "Charged")
    assert view["tracking_numbers"] == ["A", "B", "C"]
    assert view["packages"] == [{"package_id": 9, "tracking_number": "C"}, {"package_id": 10, "tracking_number": ""}]
    assert view["ship_date"] == "2026-11-20"
    assert json.dumps(view)


def test_what_is_not_shown_is_empty() -> None:
    """No status, no moments, no packages; a status nobody named stays a number."""
    bare = order(StatusCode=None, ShippingStatus=77, PaymentStatus="", ShipDate="0001-01-01T00:00:00", LastUpdated=None)
    view = of_sellercloud(bare, None, NEW_YORK)
    assert (view["order_status"], view["shipping_status"], view["payment_status"]) == ("", "77", "")
    assert (view["ship_date"], view["updated_at"], view["packages"]) == ("", None, [])
    assert of_sellercloud(None, None, NEW_YORK)["listed"] is False


def test_the_single_form_alone() -> None:
    """An order that lists leave out still has its statuses."""
    detail = OrderDetail.model_validate({"OrderID": 7, "Statuses": {"OrderStatus": 2, "ShippingStatus": "1"}})
    view = of_sellercloud(None, detail, NEW_YORK)
    assert (view["order_id"], view["order_status"], view["listed"]) == (7, "InProcess", False)
    assert "payment_status" not in view


def test_a_moment_is_told_in_epoch_seconds() -> None:
    """A naive one is on the tenant's clock."""
    assert of_sellercloud(order(LastUpdated="2026-11-20T00:00:00"), None, NEW_YORK)["updated_at"] == 1795150800


def test_starshipit_with_its_parcels() -> None:
    """A return is said to be one, whether the parcel says so or the order."""
    told = {"order_id": 5, "status": "Printed", "packages": [{"tracking_number": "X"}, {"shipment_type": "Return"}, {}]}
    view = of_starshipit(StarshipitOrder.model_validate(told))
    assert [package["is_return"] for package in view["packages"]] == [False, True, False]
    assert [package["tracking_number"] for package in view["packages"]] == ["X", "", ""]
    returned = StarshipitOrder.model_validate({"order_id": 5, "type": "Return", "packages": [{}]})
    assert of_starshipit(returned)["packages"][0]["is_return"]
    assert of_starshipit(StarshipitOrder.model_validate({"order_id": 5, "packages": None}))["packages"] == []
