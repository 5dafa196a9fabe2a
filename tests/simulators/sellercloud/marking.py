"""Other writes on orders: status, exported flag, notes and custom columns (section 9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.simulators.transport import Response, json_response

from .models import SimNote, SimOrder
from .shipping import order_ids
from .state import Incoming, Refusal, State

_STATUSES = frozenset({-1, 1, 2, 3, 100, 200, 300, 999})
_DROPSHIP = frozenset(range(8))


def set_status(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/StatusCode``: answers the ids that changed, which may be fewer."""
    status = _enumerated(call.fields().get("status"), _STATUSES, "Status")
    return _bulk(state, call, lambda order: replace(order, status=status))


def set_dropship_status(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/DropshipStatus``."""
    value = _enumerated(call.fields().get("dropshipstatus"), _DROPSHIP, "DropshipStatus")
    return _bulk(state, call, lambda order: replace(order, dropship_status=value))


def set_exported(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/SetExported``: answers the ids that changed."""
    exported = call.fields().get("exported")
    if not isinstance(exported, bool):
        raise Refusal(400, "The request is invalid.")
    return _bulk(state, call, lambda order: replace(order, exported=exported))


def add_note(state: State, call: Incoming) -> Response:
    """``POST /api/Orders/{id}/Notes``: notes are appended, never replaced."""
    order = state.true_order(call.ids[0])
    fields = call.fields()
    message, category = fields.get("message"), fields.get("category", 0)
    if not isinstance(message, str) or not message:
        raise Refusal(500, "Message is required.")
    if category not in (0, 1, 2):
        raise Refusal(500, "Category is not valid.")
    note = SimNote(
        message=message,
        category=category,
        id=state.next_id("note"),
        written_on=call.now,
        written_by=call.user,
    )
    state.save(replace(order, notes=(*order.notes, note)), call.now)
    return Response(200)


def set_custom_column(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/{id}/CustomColumns``: one column."""
    order = state.true_order(call.ids[0])
    state.save(_with_column(state, order, call.fields()), call.now)
    return Response(200)


def set_custom_columns(state: State, call: Incoming) -> Response:
    """``PUT /api/Orders/{id}/CustomColumns/Multiple``: a bare array, all or nothing."""
    order = state.true_order(call.ids[0])
    given = call.json()
    if not isinstance(given, list):
        raise Refusal(400, "The request is invalid.")
    for column in given:
        order = _with_column(state, order, {str(k).lower(): v for k, v in column.items()})
    state.save(order, call.now)
    return Response(200)


def _bulk(state: State, call: Incoming, change: Callable[[SimOrder], SimOrder]) -> Response:
    changed = []
    for order_id in dict.fromkeys(order_ids(call.fields())):
        order = state.book.truth.get(order_id)
        if order is None or (after := change(order)) == order:
            continue
        state.save(after, call.now)
        changed.append(order_id)
    return json_response(200, changed)


def _enumerated(value: object, allowed: frozenset[int], name: str) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise Refusal(400, "The request is invalid.") from None
    if number not in allowed:
        raise Refusal(500, f"{name} {number} is not valid.")
    return number


def _with_column(state: State, order: SimOrder, fields: dict[str, Any]) -> SimOrder:
    name, value = str(fields.get("columnname") or ""), fields.get("value")
    column = state.columns.get(name)
    if column is None:
        raise Refusal(500, f"Custom column {name!r} was not found.")
    if isinstance(value, str) and len(value) > column.data_length:
        raise Refusal(500, "String or binary data would be truncated.")
    values = {**dict(order.custom_values), name: value}
    return replace(order, custom_values=tuple(values.items()))
