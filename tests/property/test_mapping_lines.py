"""Weights, values and kits keep what they stand for (product.md, Hand-off 6)."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.lines import items
from connector.rules.reasons import NotSent
from connector.rules.units import KG_PER_UNIT, kilograms, rounded
from connector.settings import KitMode, WeightUnit
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewItem
from tests.unit.rules.build import total_value, total_weight

WEIGHTS = st.decimals("0.000001", 5000, places=6)
PRICES = st.decimals(0, 100_000, places=2)
PIECES = st.lists(st.integers(1, 40), min_size=1, max_size=5)


@settings(max_examples=100, deadline=None)
@given(WEIGHTS, st.sampled_from(WeightUnit))
def test_a_weight_above_zero_never_becomes_zero(weight: Decimal, unit: WeightUnit) -> None:
    """Grams of paper stay something, and no weight is off by more than a tenth of a gram."""
    exact = kilograms(weight, unit)
    assert exact is not None
    assert rounded(exact) > 0
    assert abs(rounded(exact) - exact) <= Decimal("0.0001")


@settings(max_examples=100, deadline=None)
@given(WEIGHTS, st.sampled_from(WeightUnit), st.sampled_from(WeightUnit))
def test_units_agree(kg: Decimal, one: WeightUnit, other: WeightUnit) -> None:
    """The same mass gives the same kilograms whichever unit it was entered in, up to the last digit kept."""
    found = [kilograms(kg / KG_PER_UNIT[unit], unit) for unit in (one, other)]
    one_kg, other_kg = (rounded(weight or Decimal(0)) for weight in found)
    assert abs(one_kg - other_kg) <= Decimal("0.0001")


def sent(
    mode: KitMode, price: Decimal, weight: Decimal, kits: int, shipped: int, pieces: list[int]
) -> tuple[NewItem, ...]:
    """The items of an order with one kit line."""
    bundle = [{"ProductID": f"P{n}", "TotalQty": n * kits} for n in pieces]
    line = {
        "ProductID": "KIT",
        "Qty": kits,
        "QtyShipped": shipped,
        "SitePrice": str(price),
        "Weight": str(weight),
        "BundleItems": bundle,
    }
    order = Order.model_validate({"ID": 1, "Items": [line]})
    found = items(order, mode, WeightUnit.POUNDS, lambda value: value)
    assert not isinstance(found, NotSent)
    return found


@settings(max_examples=100, deadline=None)
@given(PRICES, WEIGHTS, st.integers(1, 30), st.integers(0, 29), PIECES)
def test_kit_components_keep_total_value_and_weight(
    price: Decimal, weight: Decimal, kits: int, shipped: int, pieces: list[int]
) -> None:
    """As parent or in parts, the kits left to ship are worth and weigh the same."""
    shipped = min(shipped, kits - 1)
    left = kits - shipped
    parts = sent(KitMode.COMPONENTS, price, weight, kits, shipped, pieces)
    assert sum(item.quantity for item in parts) == left * sum(pieces)
    exact = kilograms(weight, WeightUnit.POUNDS)
    assert exact is not None
    assert abs(total_value(parts) - left * price) < Decimal("0.0001")
    lightest = Decimal("0.0001") * sum(item.quantity for item in parts)
    assert abs(total_weight(parts) - left * exact) < max(Decimal("0.0001"), lightest)
    assert all(item.weight for item in parts)
    (parent,) = sent(KitMode.PARENT, price, weight, kits, shipped, pieces)
    assert parent.value is not None
    assert parent.value * parent.quantity == left * price
