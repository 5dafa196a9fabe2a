"""Numbers on their way to Starshipit: weights in kilograms, shares that keep their total.

In: decimals of any unit. Out: decimals short enough for a JSON number. Wrong: nothing is raised;
what is above zero never becomes zero, and a weight that cannot be true is the caller's to refuse
(`HEAVIEST_KG`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from connector.settings import WeightUnit

KG_PER_UNIT = {
    WeightUnit.POUNDS: Decimal("0.45359237"),
    WeightUnit.OUNCES: Decimal("0.028349523125"),
    WeightUnit.KILOGRAMS: Decimal(1),
    WeightUnit.GRAMS: Decimal("0.001"),
}
"""Exact by definition of the international pound."""
HEAVIEST_KG = Decimal(100_000)
"""No single unit weighs more; a figure above it is an error of entry."""
HIGHEST_VALUE = Decimal(1_000_000_000)
"""No single unit is worth more, in any currency."""
_PLACES = 4
"""Tenths of a gram, hundredths of a cent."""


def kilograms(weight: Decimal | None, unit: WeightUnit) -> Decimal | None:
    """A weight in kilograms, exactly; None when unknown (absent, zero or below)."""
    return weight * KG_PER_UNIT[unit] if weight is not None and weight > 0 else None


def rounded(value: Decimal, places: int = _PLACES) -> Decimal:
    """Rounded half up, without trailing zeros; above zero stays above zero."""
    smallest = Decimal(1).scaleb(-places)
    found = value.quantize(smallest, ROUND_HALF_UP)
    if value > 0 and found == 0:
        found = smallest
    return found.normalize() + Decimal(0)


def share(total: Decimal, pieces: int) -> Decimal:
    """What one of `pieces` equal pieces has of `total`.

    The more pieces, the more decimals, so that all pieces together miss the total by less than
    0.0001.
    """
    return rounded(total / pieces, _PLACES + len(str(pieces)))
