"""The wrapper around a Starshipit answer, in every shape seen (contract sections 1.4, 4.2, 14).

In: a decoded body. Out: whether it succeeded, its orders, its error texts. Wrong: nothing here
fails; what is not there is None or empty, and `answers` decides what that means.
"""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from connector.vendors import fields
from connector.vendors.starshipit.models import FoundOrder, Order

Row = TypeVar("Row", Order, FoundOrder)

_ERROR_KEYS = ("errors", "Errors", "validation_errors", "message", "Message")
_DETAIL_KEYS = ("message", "Message", "details", "Details")
_ORDER_KEYS = ("orders", "Orders", "order", "Order")


def success(body: dict[str, Any]) -> bool | None:
    """The vendor's own word; None when it gives none."""
    for place in (body, _data(body)):
        for key in ("success", "Success", "succeeded", "Succeeded"):
            if place.get(key) is not None:
                return fields.yes(place[key])
    return None


def rows(body: dict[str, Any]) -> list[Any] | None:
    """The orders, under `data` or not, plural or singular, list or object; None when not there."""
    for place in (_data(body), body):
        for key in _ORDER_KEYS:
            found = place.get(key)
            if isinstance(found, list):
                return found
            if isinstance(found, dict) and found:
                return [found]
    return None


def total_pages(body: dict[str, Any]) -> int | None:
    """How many pages the list has, if it says so."""
    for place in (body, _data(body)):
        told = _whole(place.get("total_pages"))
        if told is not None:
            return told
    return None


def gateway_status(body: Any) -> int | None:
    """The status in the body of a gateway refusal, whatever the HTTP status was (section 1.4)."""
    if not isinstance(body, dict) or success(body) is not None or rows(body) is not None:
        return None
    told = _whole(body.get("statusCode"))
    return told if told is not None and 400 <= told < 600 else None


def texts(body: Any) -> str:
    """Every error text of the answer: objects, lists of texts, one text, null, absent."""
    if not isinstance(body, dict):
        return body.strip() if isinstance(body, str) else ""
    found = [part for key in _ERROR_KEYS for part in _flat(body.get(key))]
    return "; ".join(dict.fromkeys(found))


def order(row: Any) -> Order | None:
    """A full order, without the fields that cannot be read; None when it has no order id."""
    return _salvaged(Order, row)


def found_order(row: Any) -> FoundOrder | None:
    """A row of a list, without the fields that cannot be read; None when it has no order id."""
    return _salvaged(FoundOrder, row)


def _salvaged(model: type[Row], row: Any) -> Row | None:
    if not isinstance(row, dict):
        return None
    try:
        read = model.model_validate(row)
    except ValidationError as exc:
        at_fault = {fault["loc"][0] for fault in exc.errors() if fault["loc"]}
        if "order_id" in at_fault or not at_fault:
            return None
        kept = {key: value for key, value in row.items() if key not in at_fault}
        read = model.model_validate(kept)
    return read if read.order_id > 0 else None


def _data(body: dict[str, Any]) -> dict[str, Any]:
    found = body.get("data")
    return found if isinstance(found, dict) else {}


def _flat(value: Any) -> list[str]:
    if isinstance(value, list):
        return [part for item in value for part in _flat(item)]
    if isinstance(value, dict):
        named = [part for key in _DETAIL_KEYS for part in _flat(value.get(key))]
        if named:
            return [": ".join(dict.fromkeys(named))]
        return [f"{key}: {part}" for key, item in value.items() for part in _flat(item)]
    written = "" if value is None or isinstance(value, bool) else str(value).strip()
    return [written] if written else []


def _whole(value: Any) -> int | None:
    try:
        return fields.whole(value)
    except ValueError:
        return None
