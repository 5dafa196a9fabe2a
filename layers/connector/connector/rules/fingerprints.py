"""What an order is like, field by field, in eight characters each: so that the ledger can tell a change and keeps no
address.

In: an order as we send it, or as Starshipit shows it. Out: field → fingerprint; an empty field is not there. Wrong:
nothing is raised; an order that does not show its destination has no fingerprints, one that shows no lines has none.

Fields are those of the destination, some of the order, and two for each product: `quantity:…` is the number of units of
all its lines, written plainly, and `details:…` their descriptions, weights and values. A product is known by its SKU,
without one by its description. Capitals, blanks and the way a country is written make no difference; that a text
changed in its capitals alone is therefore not noticed. Left out is what is frozen at hand-off (gift message and
instructions) and the moment of the sale.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from typing import Any, Protocol, TypeVar

from connector.rules import countries
from connector.rules.texts import tidy
from connector.vendors.starshipit.models import NewOrder, Order

Fingerprints = Mapping[str, str]

DESTINATION = (
    "name", "company", "email", "phone", "building", "street", "suburb", "city", "state", "post_code", "country",
)  # fmt: skip
SCALARS = ("signature_required", "shipping_method", "shipping_description", "currency")
QUANTITY, DETAILS = "quantity:", "details:"
ONE = "all"  # the product that stands for all
# An order of more products than this is compared as one: its row stays small.
_MOST_PRODUCTS = 100
_MOST_UNITS = 0xFFFF_FFFF


class ALine(Protocol):
    """A line, sent or shown."""

    @property
    def sku(self) -> str | None:
        """The product, if it has one."""
        ...

    @property
    def description(self) -> str | None:
        """What it is called."""
        ...

    @property
    def quantity(self) -> Decimal | int | None:
        """How many."""
        ...

    @property
    def weight(self) -> Decimal | None:
        """Kilograms for one unit."""
        ...

    @property
    def value(self) -> Decimal | None:
        """Worth of one unit."""
        ...


Line = TypeVar("Line", bound=ALine)


def of_new(order: NewOrder) -> dict[str, str]:
    """The fingerprints of an order as it is sent."""
    return _all(order.destination.model_dump(), order.model_dump(include=set(SCALARS)), order.items)


def of_shown(orders: Sequence[Order]) -> dict[str, str]:
    """The fingerprints of what Starshipit shows: of one order, or of all parts of one, whose units count together."""
    if not orders or any(order.destination is None for order in orders):
        return {}
    first = orders[0]
    lines = [line for order in orders for line in order.items or () if line.quantity != 0]
    return _all(first.destination or {}, first.model_dump(include=set(SCALARS)), lines)


def by_product(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """The lines of each product, in their order."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[_digits(tidy(line.sku or line.description or "").casefold())].append(line)
    return dict(found)


def units(fingerprint: str) -> int:
    """The number of units a `quantity:…` stands for."""
    return int(fingerprint or "0", 16)


def is_line(field: str) -> bool:
    """True for a field of lines."""
    return field.startswith((QUANTITY, DETAILS))


def products(fingerprints: Fingerprints) -> frozenset[str]:
    """The products there are."""
    return frozenset(field.removeprefix(QUANTITY) for field in fingerprints if field.startswith(QUANTITY))


def as_one(fingerprints: Fingerprints) -> dict[str, str]:
    """The fingerprints with all lines taken as one: where products cannot be told from each other."""
    lines = {field: value for field, value in fingerprints.items() if is_line(field)}
    kept = {field: value for field, value in fingerprints.items() if field not in lines}
    if not lines or products(lines) == {ONE}:
        return dict(fingerprints)
    total = sum(units(value) for field, value in lines.items() if field.startswith(QUANTITY))
    return {**kept, QUANTITY + ONE: _plain(Decimal(total)), DETAILS + ONE: _digits(repr(sorted(lines.items())))}


def _all(destination: Mapping[str, Any], scalars: Mapping[str, Any], lines: Sequence[ALine]) -> dict[str, str]:
    found = {field: _text(destination.get(field)) for field in DESTINATION}
    found["country"] = _country(str(destination.get("country") or ""))
    found |= {field: _text(scalars.get(field)) for field in SCALARS}
    texts = {field: _digits(text) for field, text in found.items() if text}
    lined = {**texts, **_lines(lines)}
    return as_one(lined) if len(products(lined)) > _MOST_PRODUCTS else lined


def _lines(lines: Sequence[ALine]) -> dict[str, str]:
    found: dict[str, str] = {}
    for product, same in by_product(lines).items():
        found[QUANTITY + product] = _plain(sum((Decimal(line.quantity or 0) for line in same), Decimal(0)))
        details = {(_text(line.description), _number(line.weight), _number(line.value)) for line in same}
        found[DETAILS + product] = _digits(repr(sorted(details)))
    return found


def _text(value: Any) -> str:
    return "" if value is None else tidy(str(value)).casefold()


def _country(name: str) -> str:
    known = countries.find(name, name)
    return known.code if known else _text(name)


def _number(value: Decimal | None) -> str:
    """Nothing and zero are one: an unknown weight is left out."""
    return format(value.normalize(), "f") if value else ""


def _plain(quantity: Decimal) -> str:
    whole = int(quantity.to_integral_value(ROUND_CEILING))
    return f"{min(max(whole, 0), _MOST_UNITS):08x}"


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
