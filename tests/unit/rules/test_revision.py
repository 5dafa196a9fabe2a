"""The revision is stored with every order, so its value is pinned."""

from __future__ import annotations

from typing import Any

import pytest

from connector.rules.revision import ORDER_FIELDS_LEFT_OUT, revision
from connector.vendors.sellercloud.models import Order
from tests.unit.rules.build import address, line, order


def test_value_is_pinned() -> None:
    """If this value changes, every open order looks edited after an upgrade: do it knowingly."""
    assert revision(order()) == "d472525bb3f14921"


@pytest.mark.parametrize(
    "changes",
    [
        {"Items": [line(SitePrice="119.00", Qty="1.0", Weight="2.400")]},
        {"Items": [line(QtyShipped=None, Notes="", BundleItems=None)]},
        {"ShippingAddress": address(CompanyName=None, FirstName="  Priya ")},
        {"TimeOfOrder": "2026-11-19T21:14:05.0000000"},
        {"IsGiftOrder": "false", "RequireSignatureConfirmation": None},
        {"LastUpdated": "2027-01-01T00:00:00", "TrackingNumber": "33ABC", "ShipDate": None},
    ],
)
def test_spelling_and_bookkeeping_do_not_change_it(changes: dict[str, Any]) -> None:
    """Number formats, null for empty text and the vendor's own bookkeeping are no edits."""
    assert revision(order(**changes)) == revision(order())


def test_line_order_does_not_change_it() -> None:
    """The list may show the same lines in another order."""
    one, two = line(), line(ID=2, ProductID="MUG")
    assert revision(order(Items=[one, two])) == revision(order(Items=[two, one]))


def test_two_lines_that_swap_a_quantity_change_it() -> None:
    """Sorting lines must not mix what belongs to different lines."""
    before = order(Items=[line(ID=1, Qty=1), line(ID=2, Qty=2)])
    after = order(Items=[line(ID=1, Qty=2), line(ID=2, Qty=1)])
    assert revision(before) != revision(after)


def test_fields_left_out_exist() -> None:
    """A renamed model field must not slip into the revision unnoticed."""
    assert set(Order.model_fields) > ORDER_FIELDS_LEFT_OUT
