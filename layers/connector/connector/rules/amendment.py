"""An amendment: what is sent to Starshipit of an order that was edited in Sellercloud, and nothing else.

In: the order as it would be sent now, as Starshipit shows it, the fields to send. Out: an `OrderChange`, or None when a
line cannot be named to Starshipit. Wrong: nothing is raised.

Starshipit replaces a destination as a whole, so what it shows is kept and only the changed fields are put in. Lines are
matched by product; of one product, those that are alike stay, then they are taken in their order, and what is over is
added or removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from connector.rules.fingerprints import DESTINATION, DETAILS, ONE, QUANTITY, SCALARS, by_product, is_line
from connector.rules.texts import tidy
from connector.vendors.starshipit.models import Item, ItemChange, NewItem, NewOrder, Order, OrderChange

# What a destination may hold (Starshipit contract 2.4); whatever else is shown is not ours to send.
_KEPT = (*DESTINATION, "delivery_instructions", "tax_number", "tax_numbers")


def amendment(desired: NewOrder, shown: Order, fields: Collection[str]) -> OrderChange | None:
    """What to send, of these fields."""
    changes: dict[str, Any] = {}
    for field in SCALARS:
        if field in fields:
            value = getattr(desired, field)
            changes[field] = "" if value is None else value
    if any(field in DESTINATION for field in fields):
        changes["destination"] = _destination(desired, shown, fields)
    if any(map(is_line, fields)):
        lines = tuple(_lines(desired, shown, fields))
        if any(line.item_id is None and line.description is None for line in lines):
            return None
        changes["items"] = lines
    return OrderChange(order_id=shown.order_id, order_number=shown.order_number, **changes)


def emptied(sent: OrderChange, shown: Order) -> OrderChange | None:
    """The lines that were to be removed and are still there, with nothing in them: the other way to remove one."""
    removed = {line.item_id for line in sent.items or () if line.delete}
    left = [line for line in shown.items or () if line.item_id in removed and line.quantity != 0]
    if not left:
        return None
    lines = tuple(ItemChange(item_id=line.item_id, quantity=0) for line in left)
    return OrderChange(order_id=sent.order_id, order_number=sent.order_number, items=lines)


def _destination(desired: NewOrder, shown: Order, fields: Collection[str]) -> dict[str, Any]:
    """What is shown, with the changed fields put in; a field that is empty now is sent empty."""
    whole = {name: value for name, value in (shown.destination or {}).items() if name in _KEPT and value is not None}
    wanted = desired.destination.model_dump()
    return {**whole, **{name: wanted[name] or "" for name in DESTINATION if name in fields}}


def _lines(desired: NewOrder, shown: Order, fields: Collection[str]) -> Iterator[ItemChange]:
    wanted = by_product(desired.items)
    there = by_product(line for line in shown.items or () if line.quantity != 0)
    for product in dict.fromkeys((*there, *wanted)):
        if {QUANTITY + product, DETAILS + product, QUANTITY + ONE, DETAILS + ONE} & set(fields):
            whole = not {QUANTITY + product, QUANTITY + ONE}.isdisjoint(fields)
            details = not {DETAILS + product, DETAILS + ONE}.isdisjoint(fields)
            yield from _product(wanted.get(product, []), there.get(product, []), whole=whole, details=details)


def _product(wanted: Sequence[NewItem], there: Sequence[Item], *, whole: bool, details: bool) -> Iterator[ItemChange]:
    """Changes of the lines of one product; without `whole` their number and their quantities stay as they are."""
    pairs, new, old = _paired(wanted, there)
    for line, shown in pairs:
        change = _changed(line, shown, quantity=whole, details=details)
        if change is not None:
            yield change
    if whole:
        yield from (ItemChange.model_validate(line.model_dump()) for line in new)
        yield from (ItemChange(item_id=shown.item_id, delete=True) for shown in old)


def _paired(
    wanted: Sequence[NewItem], there: Sequence[Item]
) -> tuple[list[tuple[NewItem, Item]], list[NewItem], list[Item]]:
    """Lines and what they are in Starshipit: the same quantity first, then in their order; what is over of both."""
    new, old = list(wanted), list(there)
    pairs: list[tuple[NewItem, Item]] = []
    for line in wanted:
        same = next((shown for shown in old if shown.quantity == line.quantity), None)
        if same is not None:
            pairs.append((line, same))
            new.remove(line)
            old.remove(same)
    count = min(len(new), len(old))
    pairs += zip(new[:count], old[:count], strict=True)
    return pairs, new[count:], old[count:]


def _changed(line: NewItem, shown: Item, *, quantity: bool, details: bool) -> ItemChange | None:
    """What is different in a line; what we do not know is left as Starshipit has it."""
    found: dict[str, Any] = {}
    if quantity and line.quantity != shown.quantity:
        found["quantity"] = line.quantity
    for name in ("description", "weight", "value") if details else ():
        value = getattr(line, name)
        if value is not None and _alike(value) != _alike(getattr(shown, name)):
            found[name] = value
    return ItemChange(item_id=shown.item_id, **found) if found else None


def _alike(value: Any) -> Any:
    """A text without its capitals and spare blanks: Starshipit may spell it its own way."""
    return tidy(value).casefold() if isinstance(value, str) else value
