"""Weights and shares."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connector.rules.units import kilograms, rounded, share
from connector.settings import WeightUnit


@pytest.mark.parametrize(
    ("weight", "unit", "expected"),
    [
        ("2.4", WeightUnit.POUNDS, "1.0886"),
        ("16", WeightUnit.OUNCES, "0.4536"),
        ("1.5", WeightUnit.KILOGRAMS, "1.5"),
        ("250", WeightUnit.GRAMS, "0.25"),
        ("0.01", WeightUnit.GRAMS, "0.0001"),
    ],
)
def test_units_become_kilograms(weight: str, unit: WeightUnit, expected: str) -> None:
    """Each unit has its own factor, and the lightest thing still weighs something."""
    found = kilograms(Decimal(weight), unit)
    assert found is not None
    assert rounded(found) == Decimal(expected)


@pytest.mark.parametrize("weight", [None, Decimal(0), Decimal(-1)])
def test_an_unknown_weight_is_left_out(weight: Decimal | None) -> None:
    """Zero and less are how Sellercloud shows a weight nobody entered."""
    assert kilograms(weight, WeightUnit.POUNDS) is None


def test_rounding_is_plain() -> None:
    """Numbers go out without exponents or trailing zeros."""
    assert str(rounded(Decimal("1E+2"))) == "100"
    assert str(rounded(Decimal("119.00"))) == "119"
    assert rounded(Decimal(0)) == 0


def test_a_share_keeps_its_total() -> None:
    """A third of ten is not quite a third, but thirds make ten again."""
    assert abs(3 * share(Decimal(10), 3) - 10) < Decimal("0.0001")
    assert abs(7000 * share(Decimal(10), 7000) - 10) < Decimal("0.0001")
