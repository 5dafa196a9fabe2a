"""Limits: the documented fields, types and lengths of an order that is sent (2.3 to 2.7)."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from .order import Json, Refused
from .switches import Switches

ORDER_TEXT = {
    "order_number": 50,
    "reference": 50,
    "shipping_method": 100,
    "shipping_description": 100,
    "currency": 3,
    "carrier": 100,
    "carrier_name": 100,
    "carrier_service_code": 100,
    "order_date": 40,
    "status": 20,
}
ORDER_FLAGS = {"signature_required", "return_order", "dangerous_goods", "is_manifested"}
ORDER_PARTS = {"sender_details", "destination", "items", "packages", "metadatas", "order_id"}
PLACE_TEXT = {
    "name": 100,
    "company": 100,
    "email": 100,
    "phone": 100,
    "building": 100,
    "street": 100,
    "suburb": 100,
    "city": 100,
    "state": 100,
    "post_code": 10,
    "country": 100,
}
DESTINATION_TEXT = PLACE_TEXT | {"delivery_instructions": 100, "tax_number": 20}
ITEM_TEXT = {
    "description": 100_000,
    "sku": 50,
    "tariff_code": 18,
    "country_of_origin": 50,
    "color": 100,
    "size": 100,
    "barcode": 100,
}
ITEM_NUMBERS = {
    "quantity",
    "weight",
    "value",
    "quantity_to_ship",
    "height",
    "width",
    "length",
    "item_id",
    "stock_on_hand",
}
PACKAGE_TEXT = {"packaging_type": 100, "tracking_number": 100}
PACKAGE_NUMBERS = {"weight", "height", "width", "length", "package_id"}
CREATE_ONLY_RESPONSES = {"order_id", "status", "is_manifested"}

_ISO = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$")


def read_moment(text: str) -> datetime:
    """An RFC 3339 time; without a zone it is UTC (2.1). Raises Refused."""
    refused = Refused(f"The value '{text[:40]}' is not a valid date")
    match = _ISO.match(text)
    if match is None:
        raise refused
    base, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(base + (fraction or "")[:7] + (zone or "Z"))
    except ValueError:
        raise refused from None
    return moment.astimezone(UTC)


class Limits:
    """Checks and cleans what a client sends; what it should never send is kept as a breach."""

    def __init__(self, switches: Switches, breaches: list[str]) -> None:
        self.switches = switches
        self.breaches = breaches

    def order(self, raw: object, *, update: bool = False) -> Json:
        """A clean copy of an order, over-long texts cut or refused. Raises Refused."""
        if not isinstance(raw, dict):
            raise Refused("The order object is required")
        clean = self._fields("order", raw, ORDER_TEXT, flags=ORDER_FLAGS, other=ORDER_PARTS)
        if "order_date" in clean:
            clean["order_date"] = read_moment(clean["order_date"])
        self._require(raw, clean, update=update)
        if raw.get("destination") is not None:
            clean["destination"] = self.destination(raw["destination"])
        if raw.get("sender_details") is not None:
            clean["sender_details"] = self._place("sender_details", raw["sender_details"], PLACE_TEXT)
        for name, text, numbers in (
            ("items", ITEM_TEXT, ITEM_NUMBERS),
            ("packages", PACKAGE_TEXT, PACKAGE_NUMBERS),
        ):
            if raw.get(name) is not None:
                clean[name] = self._rows(name, raw[name], text, numbers)
        if raw.get("metadatas") is not None:
            clean["metadatas"] = raw["metadatas"]
        return clean

    def _require(self, raw: Json, clean: Json, *, update: bool) -> None:
        """What a create must have and an update must not empty."""
        if not update:
            for name in sorted(CREATE_ONLY_RESPONSES & raw.keys()):
                self.breaches.append(f"order.{name} sent on create")
        if not clean.get("order_number") and (not update or "order_number" in clean):
            raise Refused("The order_number is required")
        if raw.get("destination") is None and (not update or "destination" in raw):
            raise Refused("The destination object is required")

    def destination(self, raw: object) -> Json:
        """A clean copy of a whole destination with its required fields (2.4)."""
        place = self._place("destination", raw, DESTINATION_TEXT)
        for name in ("name", "street", "country"):
            if not place.get(name):
                raise Refused(f"The destination {name} is required")
        if len(place["country"]) < 2:
            raise Refused("The destination country must have 2 to 100 characters")
        return place

    def _place(self, where: str, raw: object, text: dict[str, int]) -> Json:
        if not isinstance(raw, dict):
            raise Refused(f"The {where} object is required")
        place = self._fields(where, raw, text, other={"tax_numbers"})
        if isinstance(raw.get("tax_numbers"), list):
            place["tax_numbers"] = raw["tax_numbers"]
        return place

    def _rows(self, where: str, raw: object, text: dict[str, int], numbers: set[str]) -> list[Json]:
        if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
            raise Refused(f"The {where} must be a list of objects")
        return [self._fields(where, row, text, numbers=numbers, flags={"delete"}) for row in raw]

    def _fields(
        self,
        where: str,
        raw: Json,
        text: dict[str, int],
        *,
        numbers: AbstractSet[str] = frozenset(),
        flags: AbstractSet[str] = frozenset(),
        other: AbstractSet[str] = frozenset(),
    ) -> Json:
        clean: Json = {}
        for name, value in raw.items():
            label = f"{where}.{name}"
            if value is None:
                continue
            if name in text:
                clean[name] = self._text(label, value, text[name])
            elif name in numbers:
                clean[name] = self._number(label, value)
            elif name in flags:
                clean[name] = self._flag(label, value)
            elif name not in other:
                self.breaches.append(f"undocumented field {label}")
        return clean

    def _text(self, label: str, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            self.breaches.append(f"{label} is not text")
            raise Refused(f"The {label} value must be a string")
        if len(value) <= longest:
            return value
        self.breaches.append(f"{label} longer than {longest}")
        if self.switches.over_long == "refuse" and label != "order.reference":
            raise Refused(f"The {label} must not be longer than {longest} characters")
        return value[:longest]

    def _number(self, label: str, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.breaches.append(f"{label} is not a number")
            raise Refused(f"The {label} value must be a number")
        if value < 0:
            raise Refused(
                "Incorrect package weight parameter value"
                if label == "packages.weight"
                else f"Incorrect {label} parameter value"
            )
        return value

    def _flag(self, label: str, value: Any) -> bool:
        if not isinstance(value, bool):
            self.breaches.append(f"{label} is not a boolean")
            raise Refused(f"The {label} value must be true or false")
        return value
