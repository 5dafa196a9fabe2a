"""Where each field of an item comes from, as Sellercloud names it, with Sellercloud's own figures.

In: an item as it would be sent (or None when the order is refused) and the line or component it comes from. Out: for
each field of `NewItem` a source and its value. Wrong: nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.rules.lines import Origin, unit_price
from connector.rules.mapping import Extras, MappingChoices
from connector.rules.sources import Source, name_of
from connector.settings import CustomsValue
from connector.vendors.sellercloud.codes import CURRENCY
from connector.vendors.sellercloud.models import KitPart, Line, Order


@dataclass(frozen=True)
class ItemCase:
    """One item's surroundings. `pieces` are all pieces of the kit's components together."""

    order: Order
    origin: Origin
    pieces: int
    extras: Extras
    choices: MappingChoices


def _line(case: ItemCase, *attributes: str) -> str:
    return ", ".join(f"Items[{case.origin.place}].{name_of(Line, attribute)}" for attribute in attributes)


def _part(case: ItemCase, attribute: str) -> str:
    return f"{_line(case, 'kit_parts')}[{case.origin.part_place}].{name_of(KitPart, attribute)}"


def _sku(case: ItemCase) -> Source:
    if case.origin.part is not None:
        return _part(case, "sku"), case.origin.part.sku
    return _line(case, "sku"), case.origin.line.sku


def _description(case: ItemCase) -> Source:
    part, line = case.origin.part, case.origin.line
    if part is not None:
        return (_part(case, "name"), part.name) if part.name else _sku(case)
    return (_line(case, "name"), line.name) if line.name else _sku(case)


def _quantity(case: ItemCase) -> Source:
    line, part = case.origin.line, case.origin.part
    shipped = f" − {line.quantity_shipped} shipped" if line.quantity_shipped else ""
    ordered = "" if line.quantity is None else f"{line.quantity}{shipped}"
    names = _line(case, "quantity", *(["quantity_shipped"] if shipped else []))
    if part is None:
        return names, ordered
    in_kit = [(f, v) for f, v in (("quantity", part.quantity), ("quantity_per_kit", part.quantity_per_kit)) if v]
    named = ", ".join(_part(case, field) for field, _ in in_kit[:1])
    return ", ".join(
        filter(None, (named, names))
    ), f"{in_kit[0][1] if in_kit else 0} for {ordered} {_kits(line.quantity)}"


def _weight(case: ItemCase) -> Source:
    weight = case.origin.line.weight
    shown = "" if weight is None else f"{weight} {case.choices.weight_unit}"
    return _line(case, "weight"), _shared(case, shown)


def _value(case: ItemCase) -> Source:
    line = case.origin.line
    price = unit_price(line)
    adjusted = price is not None and price == line.adjusted_unit_price
    name = _line(case, "adjusted_unit_price" if adjusted else "unit_price")
    rates = _rates(case)
    if price is None or not rates[0]:
        return name, _shared(case, "" if price is None else str(price))
    return f"{name}, {rates[0]}", _shared(case, f"{price} {rates[1]}")


def _rates(case: ItemCase) -> Source:
    """The rate a price is converted by: its name and how it is applied; empty when nothing is converted."""
    code = CURRENCY.get(case.order.currency or 0)
    if case.choices.customs_value is not CustomsValue.CONVERTED or case.order.currency is None or code == "USD":
        return "", ""
    if case.extras.rate_from_usd:
        return "OrderDetails.CurrencyRateFromUSD", f"× {case.extras.rate_from_usd}"
    return "OrderDetails.CurrencyRateToUSD", f"÷ {case.extras.rate_to_usd}" if case.extras.rate_to_usd else ""


def _shared(case: ItemCase, each: str) -> str:
    """What a component has of its kit's figure."""
    if case.origin.part is None or not each:
        return each
    line = case.origin.line
    left = (line.quantity or 0) - (line.quantity_shipped or 0)
    return f"{each} × {left} {_kits(left)}, over {case.pieces} pieces"


def _kits(count: int | None) -> str:
    return "kit" if count == 1 else "kits"


ITEM: Mapping[str, Callable[[ItemCase], Source]] = {
    "sku": _sku,
    "description": _description,
    "quantity": _quantity,
    "weight": _weight,
    "value": _value,
}
