"""Settling an unknown outcome: when to look, and what a look that finds something, or nothing, means.

In: a row, what was found, the time, the settling time. Out: the row as it has to be stored. Wrong: nothing. `sent_at`
is the last moment at which the call may have left; the settling time counts from it.

The vendor may carry out a call minutes after it failed to answer, so finding nothing early proves nothing. After the
settling time two complete looks without a find allow one more create under the same number; after that a person
decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order

LOOKS_BEFORE_RESEND = 2
RESENDS = 1
OUTCOME_UNKNOWN = "outcome_unknown"
SEVERAL_ORDERS = "several_starshipit_orders"
_EARLY_LOOK_SECONDS = 20
# A row that waits for a person is not found by deadline.
NEVER = 2**40


def lost_answer(row: OrderRow, now: int, settle_seconds: int, because: str) -> OrderRow:
    """The row of an order that may or may not have been created: it is looked for soon, to be adopted early."""
    due_at = now + max(1, min(_EARLY_LOOK_SECONDS, settle_seconds // 4))
    facts = {"because": because}
    sent_at = min(row.sent_at or now, now)
    return row.to(State.UNKNOWN, now, "outcome_unknown", facts=facts, looks=0, due_at=due_at, sent_at=sent_at)


def after_look(row: OrderRow, now: int, settle_seconds: int, due_in: int) -> OrderRow:
    """The row after a complete look that found nothing."""
    settled_at = row.sent_at + settle_seconds
    if now < settled_at:
        return replace(row, due_at=settled_at + 1)
    looks = row.looks + 1
    if looks < LOOKS_BEFORE_RESEND:
        return replace(row, looks=looks, due_at=now + max(2, settle_seconds // 20)).noting(now, "not_found_yet")
    if row.resends < RESENDS:
        facts = {"looks": looks}
        resends = row.resends + 1
        return row.to(State.QUEUED, now, "send_once_more", facts=facts, looks=0, resends=resends, due_at=now + due_in)
    return replace(row, looks=looks, due_at=NEVER).needing(OUTCOME_UNKNOWN, now)


def found_in_starshipit(row: OrderRow, orders: Sequence[Order], now: int, how: str) -> OrderRow:
    """The row of an order that exists in Starshipit: adopted in whatever status it is there."""
    ids = tuple(dict.fromkeys((*row.starshipit_ids, *(order.order_id for order in orders))))
    number = row.order_number or orders[0].order_number
    adopted = row.settled().to(
        State.HANDED_OVER,
        now,
        "adopted",
        facts={"how": how, "starshipit_ids": [order.order_id for order in orders]},
        starshipit_ids=ids,
        order_number=number,
        reason="",
        detail="",
        vendor_text="",
        attempts=0,
        due_at=now,
    )
    live = [order for order in orders if not order.archived]
    return adopted.needing(SEVERAL_ORDERS, now, count=len(live)) if len(live) > 1 else adopted
