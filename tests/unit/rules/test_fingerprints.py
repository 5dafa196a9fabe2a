"""Fingerprints: the same for the same, whoever shows it; another for every change that is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connector.rules.fingerprints import ONE, as_one, of_new, of_shown, products, units
from connector.vendors.starshipit.models import NewItem, NewOrder, Order
from tests.contract.starshipit.desk import ORDER

SHOWN: dict[str, Any] = {"order_id": 1, **ORDER.model_dump(mode="json", exclude_none=True)}


def shown(**changes: Any) -> dict[str, str]:
    """The fingerprints of the order as Starshipit shows it, with some fields changed."""
    return of_shown([Order.model_validate({**SHOWN, **changes})])


def changed(**changes: Any) -> set[str]:
    """The fields whose fingerprint is another one."""
    before, after = shown(), shown(**changes)
    return {field for field in before.keys() | after.keys() if before.get(field) != after.get(field)}


def to(**fields: Any) -> dict[str, Any]:
    """The destination with some fields changed."""
    return {"destination": {**SHOWN["destination"], **fields}}


def items(*lines: dict[str, Any]) -> dict[str, Any]:
    """Lines, each the order's own with some fields changed."""
    return {"items": [{**SHOWN["items"][0], **line} for line in lines]}


def test_sent_and_shown_are_the_same() -> None:
    """What Starshipit shows as we sent it has our fingerprints, eight characters each."""
    assert of_new(ORDER) == shown()
    assert {len(value) for value in shown().values()} == {8}


@pytest.mark.parametrize(
    "same",
    [
        to(country="AU"),
        to(country="AUS"),
        to(name="PRIYA  EXAMPLE "),
        to(delivery_instructions="Another"),
        to(tax_number="GB1"),
        items({"weight": "0.210", "value": "24.50", "quantity": "2"}),
        items({"sku": "ts-nvy-m", "item_id": 7}),
        items({"tariff_code": "1", "quantity_to_ship": 1}),
        items({}, {"sku": "GONE", "quantity": 0}),
        {"order_date": "2020-01-01T00:00:00Z", "carrier": -1},
    ],
)
def test_another_way_to_write_the_same(same: dict[str, Any]) -> None:
    """Capitals, blanks, the country's name, numbers as text; and what is frozen or not ours."""
    assert changed(**same) == set()


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (to(street="1 Other"), {"street"}),
        (to(company=None), {"company"}),
        (to(country="New Zealand"), {"country"}),
        (to(country="Atlantis"), {"country"}),
        ({"signature_required": True}, {"signature_required"}),
        ({"shipping_method": "Express"}, {"shipping_method"}),
    ],
)
def test_a_change_is_seen_in_its_field(change: dict[str, Any], fields: set[str]) -> None:
    """Field by field."""
    assert changed(**change) == fields


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (items({"quantity": 3}), {"quantity"}),
        (items({"weight": 0.3}), {"details"}),
        (items({"value": 1}), {"details"}),
        (items({"description": "Another"}), {"details"}),
        (items({"quantity": 1}, {"quantity": 1}), set()),
        (items({"quantity": 1}, {"quantity": 1, "value": 3}), {"details"}),
        (items({}, {"sku": "B"}), {"quantity", "details"}),
        (items({"sku": ""}), {"quantity", "details"}),
    ],
)
def test_a_change_of_lines(change: dict[str, Any], kinds: set[str]) -> None:
    """How many, and what they are, apart; lines of one product count together."""
    assert {field.partition(":")[0] for field in changed(**change)} == kinds


def test_an_unknown_weight_is_none() -> None:
    """Left out, null and zero are the same; what cannot be read is as good as left out."""
    assert shown(**items({"weight": None})) == shown(**items({"weight": 0})) == shown(**items({"weight": "heavy"}))


def test_parts_of_an_order_count_together() -> None:
    """A split order holds what the whole one held."""
    half = Order.model_validate({**SHOWN, **items({"quantity": 1})})
    assert of_shown([half, half]) == shown()


def test_nothing_is_known_of_what_is_not_shown() -> None:
    """No order, or one without a destination, has no fingerprints; one without lines has none of those."""
    assert of_shown([]) == {}
    assert of_shown([Order.model_validate({"order_id": 1})]) == {}
    assert products(shown(items=None)) == frozenset()
    assert shown(items=None)["street"] == shown()["street"]


def test_units_are_written_plainly() -> None:
    """So that fewer can be told from more; parts of a unit count as one."""
    [quantity] = [value for field, value in shown().items() if field.startswith("quantity:")]
    assert (quantity, units(quantity), units("")) == ("00000002", 2, 0)
    [over] = [value for field, value in shown(**items({"quantity": 2.5})).items() if field.startswith("quantity:")]
    assert units(over) == 3


def test_an_order_of_very_many_products_is_compared_as_one() -> None:
    """The row stays small, and any change of a line is still seen."""

    def many(last: int) -> NewOrder:
        lines = tuple(NewItem(description="x", sku=f"S{i}", quantity=1, weight=Decimal(1)) for i in range(150))
        return ORDER.model_copy(update={"items": (*lines, NewItem(description="y", sku="Z", quantity=last))})

    few = of_new(many(1))
    assert products(few) == {ONE}
    assert units(few[f"quantity:{ONE}"]) == 151
    assert few != of_new(many(2))
    assert as_one(few) == few
