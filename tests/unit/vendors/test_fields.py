"""Lenient field types, and the models built from them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connector.vendors import fields
from connector.vendors.sellercloud import codes
from connector.vendors.sellercloud.models import Address, KitPart, Line, Order, OrderDetail


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (9.85, "9.85"),
        (119, "119"),
        ("1,234.50", "1234.50"),
        ("$12.00", "12.00"),
        ("EUR 12", "12"),
        ("12.5 GBP", "12.5"),
        ("-3", "-3"),
        (".5", "0.5"),
        (1e-07, "1E-7"),
    ],
)
def test_money_is_read_in_every_form(written: object, expected: str) -> None:
    """Numbers, texts, thousands separators and currency signs give the same decimal."""
    assert fields.number(written) == Decimal(expected)


@pytest.mark.parametrize("written", [None, "", " ", "-", "$", True])
def test_no_money_is_none(written: object) -> None:
    """Empty text, a lone sign and null are no number."""
    assert fields.number(written) is None


@pytest.mark.parametrize("written", ["free", "12 - 14", float("nan"), float("inf"), "1.2.3"])
def test_what_is_no_number_is_refused(written: object) -> None:
    """Text that is not exactly one number is an error, not a guess."""
    with pytest.raises(ValueError, match="not a number"):
        fields.number(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T02:02:03.1234567Z", datetime(2026, 11, 20, 2, 2, 3, 123456, UTC)),
        ("2026-11-19T21:20:41.37", datetime(2026, 11, 19, 21, 20, 41, 370000)),
        ("2019-02-08T19:09:24", datetime(2019, 2, 8, 19, 9, 24)),
        ("2026-06-01T05:40:12+10:00", datetime.fromisoformat("2026-06-01T05:40:12+10:00")),
        ("0001-01-01T00:00:00", None),
        (None, None),
        ("", None),
    ],
)
def test_moments_in_every_form(written: object, expected: datetime | None) -> None:
    """Up to seven fraction digits, any zone or none; years before 1900 mean no date."""
    assert fields.moment(written) == expected


def test_the_first_filled_spelling_counts() -> None:
    """An empty field does not hide its twin: phones, names, warehouses and kit quantities."""
    address = Address.model_validate({"PhoneNumber": "", "HomePhone": "0400 555 010"})
    line = Line.model_validate({"DisplayName": None, "ProductName": "Tent", "WarehouseID": 12})
    part = KitPart.model_validate({"TotalQty": None, "Qty": 2})
    assert (address.phone, line.name, line.warehouse_id) == ("0400 555 010", "Tent", 12)
    assert (part.quantity, part.quantity_per_kit) == (2, 2)


def test_only_the_id_of_an_order_is_needed() -> None:
    """Unknown 21: every field but the id may be missing or null, and unknown ones are ignored."""
    order = Order.model_validate({"ID": 7.0, "Items": None, "ShippingAddress": None, "New": 1})
    assert (order.order_id, order.lines, order.status) == (7, (), None)


@pytest.mark.parametrize("group", [None, [], "none", 0])
def test_a_detail_without_its_groups_is_read(group: object) -> None:
    """A nested group of another shape counts as missing."""
    detail = OrderDetail.model_validate({"OrderID": 7, "Statuses": group, "OrderDetails": group, "GiftDetails": group})
    assert (detail.order_id, detail.status, detail.gift_message) == (7, None, "")


def test_codes_are_those_of_the_contract() -> None:
    """Samples of section 12, both spellings of the cancelled states, no filter-only value."""
    assert codes.ORDER_STATUS["Canceled"] == codes.ORDER_STATUS["Cancelled"] == -1
    assert (codes.CHANNEL["FBA"], codes.CHANNEL["WFS"]) == (20, 79)
    assert (codes.ORDER_TYPE["Prime"], codes.ORDER_TYPE["Amazon_Business_Prime"]) == (7, 10)
    assert [codes.CURRENCY[number] for number in (0, 5, 116, 174)] == ["USD", "AUD", "NZD", "ATS"]
    assert 711 not in codes.PAYMENT_STATUS.values()
