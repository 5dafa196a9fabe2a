"""Send: prepared orders are created in Starshipit, at most fifty in a call, and what became of each is recorded.

In: prepared orders, their rows in *queued*. Out: rows handed over, refused, unknown, or queued again with pointers in
the queue. Wrong: nothing is raised; a setback queues what is left, group by group, so that a batch taken apart stays
apart.

    slot held → rows *sending* (owner, deadline) → the call → rows by what the answer says
                 │ another run has the row: it is left out
                 └ killed here: the deadline passes, the row becomes unknown, it is looked for

An import refused as a whole is taken apart in halves down to single creates, so that only the bad order is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from connector.errors import OutcomeUnknown
from connector.flows import look
from connector.flows.dispatch import queue_rows, wait_for_looks
from connector.flows.refusals import refuse_single
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules.hand_off import GRACE_SECONDS, Matched, Prepared, halves, match
from connector.rules.settling import found_in_starshipit, lost_answer
from connector.state.rows import OrderRow, State
from connector.vendors.budget import Slot
from connector.vendors.starshipit.models import CreateAnswer, Order

# Marking a row takes a moment; the slot is reserved so far ahead that the call leaves on time.
LEAD_SECONDS = 0.1
LEAD_SECONDS_A_ROW = 0.01


def send(tools: Tools, prepared: Sequence[Prepared], correlation_id: str) -> None:
    """Create all of them, group by group; whatever cannot be done now is queued again."""
    groups = [[one] for one in prepared if one.row.resends]
    together = [one for one in prepared if not one.row.resends]
    groups += [together] if together else []
    while groups:
        group = groups.pop(0)
        try:
            groups = _send_group(tools, group) + groups
        except SETBACKS as exc:
            _queue_groups(tools, [group, *groups], correlation_id, delay_after(tools, exc))
            return


def _send_group(tools: Tools, group: Sequence[Prepared]) -> list[list[Prepared]]:
    """One call; the groups a refused batch is to be sent in next. Raises a setback when nothing was created."""
    timeout = tools.settings.read_timeout
    tools.deadline.require(timeout + RESERVE_SECONDS, "a create")
    latest = tools.deadline.ends_at - timedelta(seconds=timeout + RESERVE_SECONDS)
    slot = tools.starshipit_budget.reserve(latest, LEAD_SECONDS + LEAD_SECONDS_A_ROW * len(group))
    marked = _mark(tools, group, slot)
    if not marked:
        return []
    single = len(marked) == 1 and (len(group) == 1 and _was_refused(marked[0]))
    try:
        answer = _call(tools, marked, slot, single=single)
    except OutcomeUnknown as exc:
        _unknown(tools, marked, str(exc))
        return []
    except SETBACKS:
        _back_to_queued(tools, marked)
        raise
    return _record(tools, marked, answer, single=single)


def _was_refused(one: Prepared) -> bool:
    """An order that was refused in a batch, or whose outcome was unknown, is created singly for its own error."""
    return bool(one.row.resends) or any(event.what == "batch_refused" for event in one.row.events)


def _call(tools: Tools, marked: Sequence[Prepared], slot: Slot, *, single: bool) -> CreateAnswer:
    if single:
        return tools.starshipit.create(marked[0].order, slot)
    return tools.starshipit.import_orders([one.order for one in marked], slot)


def _mark(tools: Tools, group: Sequence[Prepared], slot: Slot) -> list[Prepared]:
    """Make the rows *sending* before the call; a row another run changed is left to that run."""
    deadline = int(slot.at.timestamp() + tools.settings.read_timeout) + GRACE_SECONDS
    marks: dict[str, Any] = {"owner": tools.owner, "deadline": deadline, "due_at": deadline, "sent_at": tools.now}
    rows = [one.row.to(State.SENDING, tools.now, "sending", **marks) for one in group]
    saved = tools.ledger.save_many(rows)
    return [Prepared(saved[one.row.order_id], one.order) for one in group if one.row.order_id in saved]


def _record(tools: Tools, marked: Sequence[Prepared], answer: CreateAnswer, *, single: bool) -> list[list[Prepared]]:
    """Store what the answer says of each order; what has to be sent again comes back."""
    found = match(marked, answer.orders)
    _handed_over(tools, found)
    if not found.missing:
        return []
    if answer.success:
        _unknown(tools, found.missing, "the answer does not name the order")
        return []
    if single:
        return refuse_single(tools, found.missing[0], answer.text)
    missing = _not_created_after_all(tools, found.missing)
    queued = _back_to_queued(tools, missing, "batch_refused")
    whole = not found.created and not found.foreign and len(queued) == len(marked)
    return halves(queued) if whole else [[one] for one in queued]


def _handed_over(tools: Tools, found: Matched) -> None:
    """Record the orders that exist now; an old order answered in place of ours needs a person."""
    rows = [_created(tools, one.row, order) for one, order in found.created]
    rows += [_old_order(tools, one.row, order) for one, order in found.foreign]
    saved = tools.ledger.save_many(rows)
    for row in rows:
        if row.order_id not in saved:
            tools.ledger.change(row.order_id, lambda now, then=row: _again(tools, now, then))  # type: ignore[misc]
    tools.telemetry.count("OrdersHandedOver", len(found.created))
    tools.telemetry.note("orders_handed_over", count=len(found.created))


def _created(tools: Tools, row: OrderRow, order: Order) -> OrderRow:
    return row.to(
        State.HANDED_OVER,
        tools.now,
        "handed_over",
        facts={"starshipit_id": order.order_id, "order_number": row.order_number},
        starshipit_ids=(*row.starshipit_ids, order.order_id),
        due_at=tools.now,
        reason="",
        detail="",
        vendor_text="",
    ).settled()


def _old_order(tools: Tools, row: OrderRow, order: Order) -> OrderRow:
    """The vendor answered the create with an order it had before: nobody knows whether one more was made."""
    moved = lost_answer(row, tools.now, tools.settings.settle_seconds, "answered with an old order")
    return moved.needing("answered_with_old_order", tools.now, starshipit_id=order.order_id)


def _again(tools: Tools, now: OrderRow, then: OrderRow) -> OrderRow | None:
    """Another run changed the row during our call; the created order is added to what it says now."""
    missing = [i for i in then.starshipit_ids if i not in now.starshipit_ids]
    if not missing or now.state is State.SHIPPED:
        return None
    facts = {"starshipit_id": missing[0]}
    ids = (*now.starshipit_ids, *missing)
    return now.to(State.HANDED_OVER, tools.now, "handed_over", facts=facts, starshipit_ids=ids).settled()


def _not_created_after_all(tools: Tools, missing: Sequence[Prepared]) -> list[Prepared]:
    """A refused batch may still have created some: those that are there are adopted."""
    since = min(one.row.sent_at for one in missing)
    try:
        listed = look.unshipped(tools, [one.row.order_id for one in missing], since)
    except SETBACKS as exc:
        _unknown(tools, missing, "refused, and it could not be looked for")
        delay_after(tools, exc)
        return []
    there = [one for one in missing if one.row.order_id in listed]
    tools.ledger.save_many(
        [found_in_starshipit(one.row, listed[one.row.order_id], tools.now, "after a refused batch") for one in there]
    )
    return [one for one in missing if one.row.order_id not in listed]


def _unknown(tools: Tools, some: Sequence[Prepared], because: str) -> None:
    """Nobody knows whether these exist: they are looked for, first soon, then after the settling time."""
    settle_seconds = tools.settings.settle_seconds
    rows = [lost_answer(one.row, tools.now, settle_seconds, because) for one in some]
    saved = tools.ledger.save_many(rows).values()
    tools.telemetry.count("AnswersLost", len(rows))
    tools.telemetry.note("outcome_unknown", count=len(rows), error=because)
    wait_for_looks(tools, saved, tools.owner)


def _back_to_queued(tools: Tools, some: Sequence[Prepared], what: str = "not_sent_yet") -> list[Prepared]:
    """Certainly not created: queued as before, with a deadline of its own."""
    due_at = tools.now + tools.due_in
    saved = tools.ledger.save_many([one.row.to(State.QUEUED, tools.now, what, due_at=due_at) for one in some])
    return [Prepared(saved[one.row.order_id], one.order) for one in some if one.row.order_id in saved]


def _queue_groups(tools: Tools, groups: Sequence[Sequence[Prepared]], correlation_id: str, delay: float) -> None:
    """Queue what is left, a message a group, as the rows stand now."""
    for group in groups:
        rows = tools.ledger.get_many(one.row.order_id for one in group).values()
        queue_rows(tools, [row for row in rows if row.state is State.QUEUED], correlation_id, delay)
