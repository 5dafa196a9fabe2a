"""From decoded Sellercloud answers to models, row by row (contract sections 3.2, 4.2, 6, 7, 9.3).

In: a decoded body. Out: pages and rows. Wrong: `RetryLater` when the answer is not the list it
should be. One order that cannot be read becomes an `Unreadable` with the names of the fields at
fault, and never spoils its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from connector.errors import RetryLater
from connector.vendors import fields
from connector.vendors.sellercloud.answers import VENDOR
from connector.vendors.sellercloud.models import Order, OrderPage, Unreadable

Model = TypeVar("Model", bound=BaseModel)


def listed(operation: str, body: Any, *keys: str) -> tuple[list[Any], int | None]:
    """The rows under the first of `keys`, and the list's total if it is told; null rows are none.

    A bare array is a list without a total. Raises `RetryLater` for anything else.
    """
    if isinstance(body, list):
        return body, None
    if isinstance(body, dict):
        rows = next((body[key] for key in keys if body.get(key) is not None), None)
        total = _whole(body.get("TotalResults"))
        if isinstance(rows, list):
            return rows, total
        if rows is None and (total is not None or any(key in body for key in keys)):
            return [], total
    raise RetryLater(VENDOR, operation, status=200, text="the answer is not a list of rows")


def order_page(operation: str, body: Any) -> OrderPage:
    """One page of orders. A missing total counts the rows at hand."""
    rows, total = listed(operation, body, "Items")
    read = [_order(row) for row in rows]
    return OrderPage(
        orders=tuple(row for row in read if isinstance(row, Order)),
        total=len(rows) if total is None else total,
        unreadable=tuple(row for row in read if isinstance(row, Unreadable)),
    )


def only(page: OrderPage, order_ids: Iterable[int]) -> OrderPage:
    """The page without rows nobody asked for: the vendor drops filters silently (section 3.1)."""
    asked = {*order_ids}
    return OrderPage(
        orders=tuple({row.order_id: row for row in page.orders if row.order_id in asked}.values()),
        total=page.total,
        unreadable=tuple(row for row in page.unreadable if row.order_id in asked),
    )


def one(operation: str, model: type[Model], row: Any) -> Model:
    """A row that must be readable. Raises `RetryLater` naming the fields at fault."""
    try:
        return model.model_validate(row)
    except ValidationError as exc:
        problem = f"unreadable: {_fields_at_fault(exc)}"
    # Raised outside the handler: pydantic's own message repeats the values.
    raise RetryLater(VENDOR, operation, status=200, text=problem)


def readable(model: type[Model], rows: Iterable[Any]) -> Iterator[Model]:
    """The rows that can be read."""
    for row in rows:
        try:
            yield model.model_validate(row)
        except ValidationError:
            continue


def _order(row: Any) -> Order | Unreadable:
    try:
        return Order.model_validate(row)
    except ValidationError as exc:
        known = isinstance(row, Mapping)
        order_id = _whole(row.get("ID", row.get("OrderID"))) if known else None
        return Unreadable(order_id=order_id, problem=_fields_at_fault(exc))


def _fields_at_fault(error: ValidationError) -> str:
    places = (".".join(str(part) for part in fault["loc"]) or "row" for fault in error.errors())
    return ", ".join(dict.fromkeys(places))


def _whole(value: Any) -> int | None:
    try:
        return fields.whole(value)
    except ValueError:
        return None
