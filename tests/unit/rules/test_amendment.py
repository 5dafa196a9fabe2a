"""Amendments: only what changed is sent, a destination whole, lines by their ids."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.rules.amendment import amendment, emptied
from connector.rules.fingerprints import ONE, by_product
from connector.vendors.starshipit.models import Item, NewItem, NewOrder, Order, OrderChange
from tests.contract.starshipit.desk import ORDER


def wanted(*lines: tuple[str, int], **changes: Any) -> NewOrder:
    """The order with lines of SKU and quantity, each of one kilogram."""
    items = tuple(NewItem(description=sku, sku=sku, quantity=quantity, weight=Decimal(1)) for sku, quantity in lines)
    return ORDER.model_copy(update={"items": items, **changes})


def shown(*lines: tuple[int | None, str, int], **changes: Any) -> Order:
    """The order in Starshipit with lines of item id, SKU and quantity."""
    items = [{"item_id": i, "sku": sku, "description": sku, "quantity": q, "weight": 1.0} for i, sku, q in lines]
    base = {"order_id": 7, "order_number": "N", "destination": {"name": "A", "street": "B", "country": "C"}}
    return Order.model_validate({**base, "items": items, **changes})


def product(sku: str) -> str:
    """What the fields of this product are called."""
    return next(iter(by_product([Item(sku=sku)])))


def lines(desired: NewOrder, there: Order, *fields: str) -> list[dict[str, Any]]:
    """The changed lines, without what is left out."""
    change = amendment(desired, there, fields)
    assert change is not None
    assert change.destination is None
    return [line.model_dump(exclude_none=True) for line in change.items or ()]


def test_a_destination_is_sent_whole_with_what_changed_put_in() -> None:
    """What the warehouse added stays; an emptied field is sent empty; what is not ours is not sent."""
    there = shown(
        destination={
            "name": "Old", "street": "Old 1", "company": "Gone Ltd", "country": "AU", "tax_number": "T",
            "delivery_instructions": "Ring", "is_residential": True, "phone": None,
        },
    )  # fmt: skip
    to = ORDER.destination.model_copy(update={"company": None})
    change = amendment(ORDER.model_copy(update={"destination": to}), there, {"street", "company"})
    assert change is not None
    assert change.destination == {
        "name": "Old", "street": "12 Sample Street", "company": "", "country": "AU", "tax_number": "T",
        "delivery_instructions": "Ring",
    }  # fmt: skip
    assert change.items is None


def test_fields_of_the_order_alone() -> None:
    """Nothing else comes along; a method that is no more is sent empty."""
    change = amendment(wanted(shipping_method=None), shown(), {"shipping_method", "signature_required"})
    assert change is not None
    assert change.model_dump(exclude_none=True) == {
        "order_id": 7, "order_number": "N", "shipping_method": "", "signature_required": False,
    }  # fmt: skip


A, B = product("A"), product("B")
BOTH_OF_A = (f"quantity:{A}", f"details:{A}")


@pytest.mark.parametrize(
    ("desired", "there", "fields", "expected"),
    [
        ([("A", 3)], [(1, "A", 2)], BOTH_OF_A, [{"item_id": 1, "quantity": 3}]),
        ([("A", 2)], [(1, "A", 2)], BOTH_OF_A, []),
        ([], [(1, "A", 2)], BOTH_OF_A, [{"item_id": 1, "delete": True}]),
        ([("A", 2)], [], BOTH_OF_A, [{"description": "A", "quantity": 2, "sku": "A", "weight": Decimal(1)}]),
        ([("A", 1), ("A", 2)], [(1, "A", 2)], BOTH_OF_A, [
            {"description": "A", "quantity": 1, "sku": "A", "weight": Decimal(1)}]),
        ([("A", 2)], [(1, "A", 1), (2, "A", 2)], BOTH_OF_A, [{"item_id": 1, "delete": True}]),
        ([("A", 5), ("A", 2)], [(1, "A", 1), (2, "A", 2)], BOTH_OF_A, [{"item_id": 1, "quantity": 5}]),
        ([("A", 2), ("A", 2)], [(1, "A", 2), (2, "A", 2)], BOTH_OF_A, []),
        ([("A", 2)], [(1, "a", 1), (2, "A", 0)], BOTH_OF_A, [{"item_id": 1, "quantity": 2}]),
        ([("A", 3), ("B", 9)], [(1, "A", 2), (2, "B", 1)], BOTH_OF_A, [{"item_id": 1, "quantity": 3}]),
        ([("A", 3)], [(1, "A", 2)], (f"details:{A}",), []),
        ([("A", 3)], [(1, "OTHER", 2)], (f"quantity:{ONE}", f"details:{ONE}"), [
            {"item_id": 1, "delete": True}, {"description": "A", "quantity": 3, "sku": "A", "weight": Decimal(1)}]),
    ],
)  # fmt: skip
def test_lines(desired: Any, there: Any, fields: tuple[str, ...], expected: list[dict[str, Any]]) -> None:
    """Changed and removed by id, added without one; other products and other quantities are left alone."""
    assert lines(wanted(*desired), shown(*there), *fields) == expected


def test_what_we_do_not_know_stays_as_starshipit_has_it() -> None:
    """A weight from its product catalogue is not overwritten with nothing."""
    unknown = ORDER.model_copy(update={"items": (NewItem(description="A", sku="A", quantity=2),)})
    assert lines(unknown, shown((1, "A", 2)), *BOTH_OF_A) == []
    heavier = ORDER.model_copy(update={"items": (NewItem(description="A", sku="A", quantity=2, weight=Decimal(3)),)})
    assert lines(heavier, shown((1, "A", 2)), *BOTH_OF_A) == [{"item_id": 1, "weight": Decimal(3)}]


@pytest.mark.parametrize("desired", [[("A", 3)], []])
def test_a_line_without_an_id_cannot_be_changed(desired: Any) -> None:
    """Starshipit would take it for a new line."""
    assert amendment(wanted(*desired), shown((None, "A", 2)), BOTH_OF_A) is None


def test_a_line_that_was_removed_and_is_still_there_is_emptied() -> None:
    """The other way to remove a line; one that is gone, or empty, is done."""
    sent = amendment(wanted(), shown((1, "A", 2), (2, "A", 3)), BOTH_OF_A)
    assert sent is not None
    rest = emptied(sent, shown((1, "A", 2), (3, "B", 1)))
    assert rest is not None
    assert rest.model_dump(exclude_none=True)["items"] == ({"item_id": 1, "quantity": 0},)
    assert emptied(sent, shown((1, "A", 0))) is None
    assert emptied(OrderChange(order_id=7, order_number="N"), shown((1, "A", 2))) is None
