"""Answers: the envelope of the application and the full order model (1.4, 2.1, 2.8, 3.1)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.simulators.transport import Response, json_response

from .order import LABELLED, UNSHIPPED, Item, Json, Order, Package, Refused
from .switches import Switches

_STYLES = ("zoneless", "z", "seven")
_HEADERS = {"Content-Type": "application/json; charset=utf-8"}


def failure(switches: Switches, refusals: Iterable[Refused], status: int | None = None, **extra: object) -> Response:
    """`success: false` in the error form the account uses."""
    known = list(refusals)
    own = next((r.status for r in known if r.status is not None), None)
    body: Json = dict(extra) | {"success": False}
    if switches.errors_as == "objects":
        body["errors"] = [{"message": r.message, "details": r.details} for r in known]
    elif switches.errors_as == "strings":
        body["errors"] = [r.details for r in known]
    elif switches.errors_as == "empty":
        body["errors"] = []
    elif switches.errors_as == "null":
        body["errors"] = None
    return json_response(status or own or switches.validation_status, body)


def success(**data: object) -> Response:
    """`success: true` with data."""
    return json_response(200, data | {"success": True})


def order_list(name: str, texts: list[str], tail: Mapping[str, object]) -> Response:
    """An answer whose rows are already JSON text (full orders are rendered once a version)."""
    rest = json.dumps(tail, separators=(",", ":"))
    body = f'{{"{name}":[{",".join(texts)}]{"," + rest[1:-1] if tail else ""}}}'
    return Response(200, body.encode(), _HEADERS)


class Printer:
    """Writes orders as JSON, in the mixed date and number styles of the vendor."""

    def __init__(self, switches: Switches) -> None:
        self.switches = switches
        self._cache: dict[int, tuple[tuple[object, ...], str]] = {}

    def moment(self, moment: datetime | None, order_id: int) -> str | None:
        """A time in the style this order uses (2.1); always UTC."""
        if moment is None:
            return None
        style: str = self.switches.date_style
        if style == "mixed":
            style = _STYLES[order_id % 3]
        text = moment.strftime("%Y-%m-%dT%H:%M:%S")
        if style == "seven":
            return f"{text}.{moment.microsecond:06d}{order_id % 10}Z"
        return text + "Z" if style == "z" else text

    def tidy(self, row: Json) -> Json:
        """Leave out empty and null fields, as the vendor often does."""
        if not self.switches.omit_empty:
            return row
        return {k: v for k, v in row.items() if v is not None and v not in ("", [])}

    def text(self, order: Order, now: datetime) -> str:
        """The full model as JSON text, kept until the order or a switch changes."""
        key = (
            order.version,
            self._priced(order, now),
            self.switches.omit_empty,
            self.switches.date_style,
            self.switches.mixed_numbers,
        )
        kept = self._cache.get(order.order_id)
        if kept is None or kept[0] != key:
            kept = (
                key,
                json.dumps(self.order(order, now), ensure_ascii=False, separators=(",", ":")),
            )
            self._cache[order.order_id] = kept
        return kept[1]

    def order(self, order: Order, now: datetime) -> Json:
        """The full order model."""
        row: Json = {
            "order_id": order.order_id,
            "order_date": self.moment(order.order_date, order.order_id),
            "order_number": order.order_number,
            "reference": order.reference,
            "carrier": order.carrier,
            "carrier_name": order.carrier_name,
            "carrier_service_code": order.carrier_service_code,
            "shipping_method": order.shipping_method,
            "shipping_description": order.shipping_description,
            "signature_required": order.signature_required,
            "dangerous_goods": False,
            "currency": order.currency,
            "sender_details": self.tidy(order.sender_details),
            "destination": self.tidy(order.destination),
            "items": [self._item(item, order.order_id) for item in order.items],
            "packages": [self._package(p, order.order_id) for p in order.packages],
            "metadatas": order.metadatas,
        }
        return self.tidy(row | self._state(order, now))

    def _state(self, order: Order, now: datetime) -> Json:
        return {
            "declared_value": round(sum(i.data.get("quantity", 0) * i.data.get("value", 0) for i in order.items), 2),
            "archived": order.archived,
            "manifest_number": order.manifest_number,
            "manifested": order.manifested,
            "writeback_status": "",
            "writeback_details": "",
            "address_validation": order.address_validation,
            "type": order.type,
            "platform": order.platform,
            "status": order.status,
            "shipped_date": self.moment(order.shipped_date, order.order_id),
            "total_shipping_price": 11.85 if self._priced(order, now) else None,
        }

    def _priced(self, order: Order, now: datetime) -> bool:
        """The exact price arrives some time after printing (2.8)."""
        if order.status not in LABELLED:
            return False
        wait = timedelta(seconds=self.switches.price_after_seconds)
        return any(p.label_created and p.label_created + wait <= now for p in order.packages)

    def _number(self, value: Any, seed: int) -> Any:
        """`2`, `2.0` or `"2"`: all three are possible (2.1)."""
        if not self.switches.mixed_numbers or value is None:
            return value
        return (value, float(value), f"{value}")[seed % 3]

    def _item(self, item: Item, seed: int) -> Json:
        quantity = item.data.get("quantity", 0)
        return self.tidy(
            {
                "item_id": item.item_id,
                **item.data,
                "quantity": self._number(quantity, seed),
                "quantity_to_ship": item.data.get("quantity_to_ship", quantity - item.shipped),
                "quantity_shipped": item.shipped,
            }
        )

    def _package(self, package: Package, seed: int) -> Json:
        number = package.tracking_number
        return self.tidy(
            {
                "package_id": package.package_id,
                "name": package.data.get("packaging_type") or "Carton",
                **package.data,
                "weight": self._number(package.data.get("weight"), seed),
                "tracking_number": number,
                "tracking_url": f"https://track.example.com/{number}" if number else None,
                "carrier_service_code": package.service_code,
                "carrier_service_name": package.service_name,
                "delivery_status": package.delivery_status,
                "shipment_type": package.shipment_type if number else None,
                "label_created_date": self.moment(package.label_created, 2),
            }
        )


def flat_status(order: Order) -> str:
    """The order status of `GET /api/track` (2.2)."""
    return {
        UNSHIPPED: "Unshipped",
        "Saved": "Unshipped",
        "Printed": "Awaiting Dispatch",
        "Shipped": "Dispatched",
    }.get(order.status, order.status)


def spaced(status: str) -> str:
    """A tracking status spelled with spaces, as outside webhooks (2.2)."""
    return "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(status))
