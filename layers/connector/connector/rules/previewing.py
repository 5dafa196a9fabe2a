"""How an order of a preview is shown: one that would be sent, one that is left out, one that is under way.

In: rows, prepared orders. Out: plain values for a person's screen. Wrong: nothing; a reason another version stored is
shown as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from connector.errors import ConnectorError, VendorError
from connector.rules.attention import explain
from connector.rules.hand_off import Prepared
from connector.rules.reasons import NotSent, Reason
from connector.settings import Settings
from connector.state.rows import OrderRow, State

UNREAD_VIEW_NEXT = "Correct the setting SavedViewIds, or let the connector's Sellercloud user see the view."
SURGE = "surge"
NEW, WAITING, AGAIN, PREVIEWED = "new", "waiting", "again", "previewed"
HOW = {
    NEW: "New: the next fetch queues it.",
    WAITING: "Already on its way: an earlier fetch queued it.",
    AGAIN: "Known, and changed since: the next fetch queues it.",
    PREVIEWED: "Seen by an earlier fetch of this dry run.",
}
_SURGE_SENTENCE = (
    "More new orders than usual at once: the surge guard would hold it until a person lets it go (connector release)."
)


def how_it_goes(before: OrderRow | None) -> str:
    """How an order that goes now came to go, from its row as it was stored before."""
    if before is None:
        return NEW
    if before.state is State.QUEUED:
        return WAITING
    return PREVIEWED if before.state is State.PREVIEWED else AGAIN


def would_send(one: Prepared, how: str) -> dict[str, Any]:
    """An order as it would be created."""
    row, order = one.row, one.order
    weights = [item.weight * item.quantity for item in order.items if item.weight is not None]
    values = [item.value * item.quantity for item in order.items if item.value is not None]
    return {
        "order_id": row.order_id,
        "order_number": order.order_number,
        "channel_order_id": row.channel_order_id,
        "how": how,
        "company": order.shipping_description or "",
        "company_id": row.company_id,
        "ship_to": {
            "name": order.destination.name,
            "city": order.destination.city or order.destination.suburb or "",
            "post_code": order.destination.post_code or "",
            "country": order.destination.country,
        },
        "lines": len(order.items),
        "units": sum(item.quantity for item in order.items),
        "kilograms": _number(sum(weights, Decimal(0))) if weights else None,
        "lines_without_weight": len(order.items) - len(weights),
        "value": _number(sum(values, Decimal(0))) if values else None,
        "currency": order.currency,
        "shipping_method": order.shipping_method or "",
        "signature": order.signature_required,
        "may_be_adopted": row.adopt,
    }


def left_out(row: OrderRow) -> dict[str, Any]:
    """An order that would not go, from its row as the rehearsal left it."""
    reason, sentence = _why(row)
    return {
        "order_id": row.order_id,
        "channel_order_id": row.channel_order_id,
        "company_id": row.company_id,
        "state": str(row.state),
        "reason": reason,
        "sentence": sentence,
        "detail": row.detail,
        "vendor_text": row.vendor_text,
    }


def under_way(row: OrderRow) -> dict[str, Any]:
    """An order whose outcome is open."""
    return {"order_id": row.order_id, "state": str(row.state), "since": row.since, "attention": row.attention}


def not_sent(why: NotSent) -> dict[str, str]:
    """A reason with its sentence."""
    return {"reason": str(why.reason), "sentence": why.reason.sentence, "detail": why.detail}


def as_stopped(row: OrderRow) -> OrderRow:
    """The row as the hand-off left it; one still queued says why it is read again by itself for a while."""
    if row.state is not State.QUEUED:
        return row
    reason = Reason.UNREADABLE if row.revision else Reason.NOT_LISTED
    return replace(row, reason=str(reason), detail="read again by itself for a while, before a person is asked")


def view_warnings(unread: Mapping[int, ConnectorError], empty: Collection[int]) -> list[str]:
    """What is to be said of saved views."""
    found = [f"Saved view {view} could not be read: {_answered(error)}." for view, error in unread.items()]
    return found + [f"Saved view {view} is empty, or does not exist." for view in empty]


def closing_words(counts: Mapping[str, int], reasons: Mapping[str, int], settings: Settings) -> list[str]:
    """What a person has to know of a whole preview."""
    words = []
    if held := reasons.get(SURGE, 0):
        limit = f"MaxNewOrdersPerRun is {settings.max_new_orders_per_run}"
        words.append(f"The surge guard holds {held} orders ({limit}): connector release lets them go.")
    if adopting := counts.get("may_be_adopted", 0):
        words.append(
            f"No run is complete yet: Starshipit is searched for each of {adopting} orders before it is created, and "
            "one that another connector put there is taken over. A preview does not ask Starshipit."
        )
    if unmapped := counts.get("not_mapped", 0):
        words.append(f"{unmapped} orders were listed and not mapped any more: whether they would go is not known.")
    if strange := counts.get("not_asked_for", 0):
        words.append(f"Sellercloud listed {strange} orders that were not asked for; they are passed over.")
    return words


def _answered(error: ConnectorError) -> str:
    if not isinstance(error, VendorError):
        return str(error)
    answered = "gave no answer" if error.status is None else f"answered HTTP {error.status}"
    said = f" and said: {error.text.rstrip('.')}" if error.text else ""
    return f"{error.vendor} {answered}{said}"


def _why(row: OrderRow) -> tuple[str, str]:
    if row.state is State.HELD:
        return row.reason or SURGE, _SURGE_SENTENCE
    if row.reason:
        return row.reason, explain(row.reason).sentence
    return row.attention, explain(row.attention).sentence


def _number(value: Decimal) -> float:
    return float(round(value, 4))
