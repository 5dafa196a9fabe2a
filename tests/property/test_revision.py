"""The revision notices every edit and no mere spelling (product.md, Hand-off 1 and Reconcile)."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.revision import revision
from connector.settings import CustomsValue, KitMode, WeightUnit
from connector.vendors.sellercloud.models import Order
from tests.property.orders import Json, orders
from tests.unit.rules.build import NEW_YORK, ORDER, address, line

CHOICES = [MappingChoices(mode, CustomsValue.ORDER, WeightUnit.POUNDS, NEW_YORK) for mode in KitMode]


LISTS_AND_FLAGS = {"Items", "BundleItems", "ShippingAddress", "NonShipping"}
"""What is never written as an empty text or a decimal."""


def respelt(value: Any, random: Any) -> Any:
    """The same JSON as another version of the vendor's service might write it."""
    match value:
        case dict():
            return {
                name: inner
                if name in LISTS_AND_FLAGS and not isinstance(inner, dict | list)
                else respelt(inner, random)
                for name, inner in value.items()
            }
        case list():
            return [respelt(inner, random) for inner in value]
        case None | "":
            return random.choice([None, ""])
        case bool():
            return value
        case int():
            return random.choice([value, float(value), f"{value}.00", f" {value} "])
        case float():
            return random.choice([value, repr(value), Decimal(repr(value))])
        case _:
            return random.choice([value, f" {value}"])


@settings(max_examples=60, deadline=None)
@given(orders(), st.randoms(use_true_random=False))
def test_equivalent_spellings_have_one_revision(shown: Json, random: Any) -> None:
    """119, 119.0 and "119.00", null and "", blanks around a text: one revision."""
    again = {**respelt(shown, random), "ID": shown["ID"]}
    assert revision(Order.model_validate(again)) == revision(Order.model_validate(shown))


@settings(max_examples=60, deadline=None)
@given(orders(), orders())
def test_what_is_sent_differently_has_another_revision(one: Json, other: Json) -> None:
    """Two states of an order that would be sent differently never share a revision."""
    mixed = {**one, **{name: other[name] for name in ("ShippingAddress", "Items")}}
    before, after = Order.model_validate(one), Order.model_validate(mixed)
    sent = [[to_starshipit(order, "1", Extras(), choices) for choices in CHOICES] for order in (before, after)]
    assume(sent[0] != sent[1])
    assert revision(before) != revision(after)


EDITS: list[tuple[tuple[str | int, ...], Any]] = [
    *(((name,), value) for name, value in {
        "OrderSourceOrderID": "X", "OrderSource": 4, "OrderSubType": 1, "StatusCode": 200,
        "ShippingStatus": 3, "PaymentStatus": 10, "Dropship": 1, "FirstName": "A", "LastName": "B",
        "CustomerEmail": "c@example.net", "CompanyID": 1, "CompanyName": "D", "IsGiftOrder": True,
        "RequireSignatureConfirmation": True, "TimeOfOrder": "2026-01-01T00:00:00",
        "CreatedOn": "2026-01-01T00:00:00", "OrderCurrencyCode": 0, "ShippingCarrier": "E",
        "ShippingService": "F", "ShippingAddress": None, "Items": [],
    }.items()),
    *((("ShippingAddress", name), "changed") for name in (*address(), "MiddleInitial",
        "CompanyName", "EmailAddress")),
    *((("Items", 0, name), value) for name, value in {
        "ID": 7, "ProductID": "G", "DisplayName": "H", "Qty": 3, "QtyShipped": 1,
        "SitePrice": 118.99, "AdjustedSitePrice": 1, "LineTotal": 5, "Weight": 2.41,
        "NonShipping": 1, "ShipFromWareHouseID": 9, "GiftWrapMessage": "I",
        "BundleItems": [{"ProductID": "J"}],
    }.items()),
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(EDITS))
def test_every_field_that_counts_changes_the_revision(
    edit: tuple[tuple[str | int, ...], Any],
) -> None:
    """An edit of any field a guard or the mapping reads is seen."""
    path, value = edit
    edited: Any = copy.deepcopy({**ORDER, "ShippingAddress": address(), "Items": [line()]})
    inner = edited
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert revision(Order.model_validate(edited)) != revision(Order.model_validate(ORDER))
