"""How an order becomes a Starshipit order, field by field: what is sent, and where in Sellercloud it comes from.

In: the order, what would be sent (or why it is refused), what extra calls brought, the merchant's choices. Out: a row
for each field. Wrong: nothing. The values are those of `NewOrder` itself; only their sources are told here, in one
table a group: `ORDER`, `explain_address.DESTINATION` and `explain_items.ITEM` have an entry for every field there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.rules.explain_address import DESTINATION
from connector.rules.explain_items import ITEM, ItemCase
from connector.rules.faults import faults
from connector.rules.lines import Origin, origins
from connector.rules.mapping import Extras, MappingChoices
from connector.rules.reasons import NotSent
from connector.rules.sources import Case, Source, all_of, of_order
from connector.settings import CustomsValue
from connector.vendors.sellercloud.codes import CHANNEL, CURRENCY
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewItem, NewOrder

UNITS = {"weight": "kg each", "value": "each"}


@dataclass(frozen=True)
class Shown:
    """One field: `value` as it is sent (None: it is not), its source as Sellercloud names it, what is in there.

    `problem` says why the order is refused because of this field.
    """

    target: str
    value: Any
    source: str
    source_value: str
    unit: str = ""
    problem: str = ""


def explain(order: Order, sent: NewOrder | NotSent, extras: Extras, choices: MappingChoices) -> list[Shown]:
    """Every field of the order, its destination and its items, in the order they are sent."""
    refused = sent if isinstance(sent, NotSent) else None
    case = Case(order, None if isinstance(sent, NotSent) else sent, extras, choices)
    wrong = faults(refused) if refused else {}
    rows = [*_plain(case, "", ORDER, case.sent)]
    rows += _plain(case, "destination.", DESTINATION, case.sent.destination if case.sent else None)
    rows += _items(case)
    shown = [_blamed(row, wrong) for row in rows]
    missing = [Shown(target, None, "", "", problem=why) for target, why in wrong.items() if not _has(shown, target)]
    return shown + missing


def _plain(case: Case, prefix: str, table: Mapping[str, Callable[[Case], Source]], sent: Any) -> Iterator[Shown]:
    for target, source in table.items():
        yield Shown(prefix + target, _value(sent, target), *source(case))


def _items(case: Case) -> Iterator[Shown]:
    found = origins(case.order, case.choices.kit_mode)
    sent: tuple[NewItem | None, ...] = case.sent.items if case.sent else (None,) * len(found)
    for number, (origin, item) in enumerate(zip(found, sent, strict=True), 1):
        pieces = sum(other.quantity for near, other in zip(found, sent, strict=True) if other and _same(near, origin))
        surroundings = ItemCase(case.order, origin, pieces, case.extras, case.choices)
        for target, source in ITEM.items():
            name, value = source(surroundings)
            unit = UNITS.get(target, "")
            unit = f"{case.sent.currency or ''} {unit}".strip() if case.sent and target == "value" else unit
            yield Shown(f"items[{number}].{target}", _value(item, target), name, value, unit)
    shipping = {origin.place for origin in found}
    for place, line in enumerate(case.order.lines, 1):
        if place not in shipping:
            why = "non-shipping" if line.non_shipping else f"{line.quantity_shipped or 0} of {line.quantity} shipped"
            yield Shown("(not sent)", None, f"Items[{place}]", f"{line.sku}: {why}")


def _same(one: Origin, other: Origin) -> bool:
    return one.place == other.place


def _value(sent: Any, target: str) -> Any:
    """The value as it is sent; a decimal in its own digits."""
    value = getattr(sent, target) if sent is not None else None
    return str(value) if isinstance(value, Decimal) else value


def _blamed(row: Shown, wrong: Mapping[str, str]) -> Shown:
    """The row with the problem that is its own: of its target, or of the line it comes from."""
    line = row.source.split(".")[0]
    problem = wrong.get(row.target) or wrong.get(f"{line}.{row.target.rpartition('.')[2]}") or ""
    return Shown(row.target, row.value, row.source, row.source_value, row.unit, problem) if problem else row


def _has(shown: list[Shown], target: str) -> bool:
    return any(row.problem and (row.target == target or target.startswith("Items[")) for row in shown)


def _coded(number: int | None, names: Mapping[int, str]) -> str:
    return "" if number is None else f"{number} = {names.get(number, 'not known')}"


def _number(case: Case) -> Source:
    by_id = (of_order("order_id"), str(case.order.order_id))
    by_channel = (of_order("channel_order_id"), case.order.channel_order_id)
    sent = case.sent.order_number if case.sent else ""
    exact = [candidate for candidate in (by_id, by_channel) if candidate[1] == sent]
    if exact or not sent:
        return exact[0] if exact else by_id
    if by_channel[1] and sent.startswith(by_channel[1]):
        return f"{by_channel[0]}, and a suffix that makes it unique", by_channel[1]
    return f"{by_id[0]}, or a number chosen before", by_id[1]


def _date(case: Case) -> Source:
    name, moment = next(
        ((name, m) for name, m in (("ordered_at", case.order.ordered_at), ("created_at", case.order.created_at)) if m),
        ("ordered_at", None),
    )
    return of_order(name), _moment(moment, str(case.choices.zone))


def _moment(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return ""
    return moment.isoformat() + ("" if moment.tzinfo else f" on the clock of {zone}")


def _method(case: Case) -> Source:
    return all_of((of_order("carrier"), case.order.carrier), (of_order("service"), case.order.service))


def _described(case: Case) -> Source:
    channels = {number: name for name, number in CHANNEL.items()}
    return all_of(
        (of_order("company_name"), case.order.company_name), (of_order("channel"), _coded(case.order.channel, channels))
    )


def _currency(case: Case) -> Source:
    if case.choices.customs_value is CustomsValue.USD:
        return "setting CustomsValueCurrency", "usd"
    return of_order("currency"), _coded(case.order.currency, CURRENCY)


ORDER: Mapping[str, Callable[[Case], Source]] = {
    "order_number": _number,
    "reference": lambda case: (of_order("order_id"), str(case.order.order_id)),
    "order_date": _date,
    "signature_required": lambda case: (of_order("signature_required"), str(case.order.signature_required).lower()),
    "shipping_method": _method,
    "shipping_description": _described,
    "currency": _currency,
}
