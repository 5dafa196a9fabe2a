"""A short fingerprint of an order: has anything changed that we send or decide by?

In: an order as Sellercloud lists it. Out: 16 hexadecimal characters, the same for the same facts
however they were spelt (119, 119.0 and "119.00"; null and ""; lines in another order). Wrong:
nothing is raised. What is left out is named here, so that a field added to the models counts until
someone says otherwise.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.vendors.sellercloud.models import Order

ORDER_FIELDS_LEFT_OUT = frozenset(
    {"updated_at", "ship_date", "tracking_number", "all_tracking_numbers", "grand_total", "is_rush"}
)
"""The vendor's own bookkeeping, our write-back, and what neither a guard nor the mapping reads."""


def revision(order: Order) -> str:
    """The fingerprint of everything the guards and the mapping read."""
    facts = order.model_dump(exclude=set(ORDER_FIELDS_LEFT_OUT))
    facts["lines"] = _unordered(_line(line) for line in facts["lines"])
    facts["address"] = facts["address"] or {}
    written = json.dumps(_plain(facts), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode("ascii")).hexdigest()[:16]


def _line(line: dict[str, Any]) -> dict[str, Any]:
    """A line; nothing shipped and no weight are written as none or as 0 alike."""
    return {
        **line,
        "quantity_shipped": line["quantity_shipped"] or 0,
        "weight": line["weight"] or 0,
        "kit_parts": _unordered(line["kit_parts"]),
    }


def _unordered(rows: Any) -> list[Any]:
    return sorted((_plain(row) for row in rows), key=lambda row: json.dumps(row, sort_keys=True))


def _plain(value: Any) -> Any:
    """A value in the one spelling that is hashed."""
    match value:
        case dict():
            return {name: _plain(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case Decimal():
            return format(value.normalize() if value else Decimal(0), "f")
        case bool():
            return value
        case int():
            return str(value)
        case datetime():
            return _moment(value)
        case _:
            return value or ""


def _moment(value: datetime) -> str:
    """Whole seconds, as only those are sent; aware moments in UTC."""
    aware = value.astimezone(UTC) if value.tzinfo else value
    return aware.replace(microsecond=0).isoformat()
