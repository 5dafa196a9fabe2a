"""What lies in the parcel: order lines into Starshipit items, kits whole or as their components.

In: the order, the kit mode, the weight unit and a function that values one unit for customs. Out:
items (weight in kilograms and value, both for one unit), or `NotSent` with the line's position.
Wrong: nothing is raised. A component carries its share of the kit's price and weight, the same for
every piece: Sellercloud shows neither for components, and the totals of the order stay what they
were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from connector.rules.eligibility import lines_to_ship
from connector.rules.reasons import NotSent, Reason
from connector.rules.texts import cut, length, tidy
from connector.rules.units import HEAVIEST_KG, HIGHEST_VALUE, kilograms, rounded, share
from connector.settings import KitMode, WeightUnit
from connector.vendors.sellercloud.models import KitPart, Line, Order
from connector.vendors.starshipit.models import NewItem

SKU_LIMIT = 50
DESCRIPTION_LIMIT = 500
"""Our own: the vendor names none, and fifty orders have to stay within a megabyte."""
MOST_UNITS = 1_000_000
"""More of one line is an error of entry."""

ToCustomsValue = Callable[[Decimal], Decimal]


@dataclass(frozen=True)
class _Unit:
    """One unit of a line, not yet rounded."""

    quantity: int
    weight_kg: Decimal | None
    value: Decimal | None


def items(
    order: Order, kit_mode: KitMode, weight_unit: WeightUnit, to_customs_value: ToCustomsValue
) -> tuple[NewItem, ...] | NotSent:
    """Everything of the order that is left to ship; non-shipping lines are left out."""
    shipping = lines_to_ship(order)
    if not shipping:
        return NotSent(Reason.NO_SHIPPING_ITEMS)
    found: list[NewItem] = []
    for line in shipping:
        unit = _unit(line, weight_unit, to_customs_value)
        if isinstance(unit, NotSent):
            return _at(unit, order, line)
        parts = _parts(line, unit.quantity) if kit_mode is KitMode.COMPONENTS else ()
        if isinstance(parts, NotSent):
            return _at(parts, order, line)
        found += _components(parts, unit) if parts else [_whole(line, unit)]
    return tuple(found)


@dataclass(frozen=True)
class Origin:
    """Where an item comes from: a line by its place in the order, from 1 on, perhaps a component of its kit."""

    place: int
    line: Line
    part: KitPart | None = None
    part_place: int = 0


def origins(order: Order, kit_mode: KitMode) -> tuple[Origin, ...]:
    """Where each item of `items` comes from, in the same order; of a line that is refused, the line."""
    shipping = {id(line) for line in lines_to_ship(order)}
    found: list[Origin] = []
    for place, line in enumerate(order.lines, 1):
        if id(line) not in shipping:
            continue
        left = (line.quantity or 0) - (line.quantity_shipped or 0)
        parts = _parts(line, left) if kit_mode is KitMode.COMPONENTS else ()
        counted = [] if isinstance(parts, NotSent) else [id(part) for part, _ in parts]
        named = [Origin(place, line, part, at) for at, part in enumerate(line.kit_parts, 1) if id(part) in counted]
        found += named or [Origin(place, line)]
    return tuple(found)


def unit_price(line: Line) -> Decimal | None:
    """What one unit is sold for, after discounts if Sellercloud shows that.

    An adjusted price of 0 is the vendor's default as well as a free item; the line's total tells
    which.
    """
    adjusted = line.adjusted_unit_price
    if adjusted is None or (adjusted == 0 and line.line_total != 0):
        return line.unit_price if line.unit_price is not None else adjusted
    return adjusted


def _unit(line: Line, weight_unit: WeightUnit, to_customs_value: ToCustomsValue) -> _Unit | NotSent:
    """One unit of what is left of a line, checked."""
    if line.quantity is None or line.quantity > MOST_UNITS:
        return NotSent(Reason.BAD_QUANTITY)
    left = line.quantity - (line.quantity_shipped or 0)
    if left > MOST_UNITS:
        return NotSent(Reason.BAD_QUANTITY)
    price = unit_price(line)
    if price is not None and not 0 <= price <= HIGHEST_VALUE:
        return NotSent(Reason.BAD_VALUE)
    value = None if price is None else to_customs_value(price)
    if value is not None and value > HIGHEST_VALUE:
        return NotSent(Reason.BAD_VALUE)
    weight_kg = kilograms(line.weight, weight_unit)
    if weight_kg is not None and weight_kg > HEAVIEST_KG:
        return NotSent(Reason.BAD_WEIGHT)
    return _Unit(left, weight_kg, value)


def _whole(line: Line, unit: _Unit) -> NewItem:
    weight = None if unit.weight_kg is None else rounded(unit.weight_kg)
    value = None if unit.value is None else rounded(unit.value)
    return _item(line.sku, line.name, unit.quantity, weight, value)


def _parts(line: Line, left: int) -> tuple[tuple[KitPart, int], ...] | NotSent:
    """Each component with the pieces of it that are left to ship; components without a piece are
    left out.
    """
    counted: list[tuple[KitPart, int]] = []
    for part in line.kit_parts:
        pieces = _pieces(part, line, left)
        if pieces is None or pieces > MOST_UNITS:
            return NotSent(Reason.BAD_QUANTITY, "component")
        if pieces:
            counted.append((part, pieces))
    return tuple(counted)


def _pieces(part: KitPart, line: Line, left: int) -> int | None:
    """Pieces of a component in `left` kits; None if the figures do not come out even."""
    if part.quantity is not None and line.quantity and part.quantity >= 0:
        pieces, over = divmod(part.quantity * left, line.quantity)
        if not over:
            return pieces
    if part.quantity_per_kit is not None and part.quantity_per_kit >= 0:
        return part.quantity_per_kit * left
    return None


def _components(parts: tuple[tuple[KitPart, int], ...], unit: _Unit) -> list[NewItem]:
    """The components of a kit line, each piece with its share of the line's weight and value."""
    pieces = sum(count for _, count in parts)
    weight = None if unit.weight_kg is None else share(unit.weight_kg * unit.quantity, pieces)
    value = None if unit.value is None else share(unit.value * unit.quantity, pieces)
    return [_item(part.sku, part.name, count, weight, value) for part, count in parts]


def _item(sku: str, name: str, quantity: int, weight: Decimal | None, value: Decimal | None) -> NewItem:
    """An item. An SKU too long for its field goes in front of the description, so that it is not
    lost.
    """
    fits = length(sku) <= SKU_LIMIT
    description = tidy(name if fits else f"{sku} {name}") or sku or "Item"
    return NewItem(
        description=cut(description, DESCRIPTION_LIMIT),
        quantity=quantity,
        sku=sku if sku and fits else None,
        weight=weight,
        value=value,
    )


def _at(why: NotSent, order: Order, line: Line) -> NotSent:
    """The reason with the place of the line, counted from 1; its SKU is not ours to repeat."""
    where = f"line {order.lines.index(line) + 1}"
    return NotSent(why.reason, f"{where}, {why.detail}" if why.detail else where)
