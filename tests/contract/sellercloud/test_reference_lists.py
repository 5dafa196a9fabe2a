"""What the tenant can choose from, in the shapes its reference lists may have (contract section 10)."""

from __future__ import annotations

import pytest

from connector.errors import RetryLater
from tests.contract.payloads import answer
from tests.contract.sellercloud.desk import desk, told


def test_warehouses() -> None:
    """Each warehouse once; a row without an id is passed over."""
    found = desk(answer("sellercloud", "warehouses")).client.warehouses()
    assert [(warehouse.warehouse_id, warehouse.name) for warehouse in found] == [(12, "Main"), (14, "Overflow")]
    rows = [{"ID": "12", "Name": None}, {"Name": "Ghost"}, None, {"ID": 12}]
    [odd] = desk(told({"Items": rows, "TotalResults": 4})).client.warehouses()
    assert (odd.warehouse_id, odd.name) == (12, "")


def test_carriers_and_services_to_choose_from() -> None:
    """Both names of each are kept: which of them is meant is not documented."""
    carriers = desk(answer("sellercloud", "shipping_carriers")).client.shipping_carriers(3)
    assert [carrier.names for carrier in carriers] == [("AustraliaPost", "Australia Post"), ("StarTrack",), ("Other",)]
    services = desk(answer("sellercloud", "shipping_services")).client.shipping_services(3, "AustraliaPost")
    assert services[1].names == ("Intl Standard", "International Standard")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ([], []),
        ({"Items": None, "TotalResults": 0}, []),
        ({"Items": [{"Key": None, "Value": " DHL "}]}, [("DHL",)]),
        (["USPS", {"Key": 7, "Value": ""}, {"Key": " ", "Value": None}, {}, None, 5], [("USPS",), ("7",)]),
    ],
)
def test_odd_lists_to_choose_from(body: object, names: list[tuple[str, ...]]) -> None:
    """An empty list is one; bare texts count; rows that name nothing are passed over."""
    found = desk(told(body)).client.shipping_services(0, "USPS")
    assert [choice.names for choice in found] == names


@pytest.mark.parametrize("body", [{}, "USPS", {"Message": "Hello"}])
def test_what_is_no_list_to_choose_from(body: object) -> None:
    """An answer of another shape never means that nothing is offered."""
    with pytest.raises(RetryLater):
        desk(told(body)).client.shipping_carriers(0)
