"""Send: prepared orders are created in Starshipit, at most fifty in a call, and what became of each is recorded.

In: prepared orders, their rows in *queued*. Out: rows handed over, refused, unknown, or queued again with pointers in
the queue. Wrong: nothing is raised; a setback queues what is left, group by group, so that a batch taken apart stays
apart.

    slot held → rows *sending* (owner, deadline) → the call → rows by what the answer says
                 │ another run has the row: it is left out
                 └ killed here: the deadline passes, the row becomes unknown, it is looked for

An import refused as a whole is taken apart in halves down to single creates, so that only the bad order is refused. A
refused import may have created some orders all the same: all of them are looked for before they are sent again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from connector.errors import OutcomeUnknown
from connector.flows import look
from connector.flows.dispatch import queue_rows, wait_for_looks
from connector.flows.refusals import record_refusal, refuse_single
from connector.flows.setback import SETBACKS, delay_after
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules.fingerprints import of_new, of_shown
from connector.rules.hand_off import (
    BATCH_REFUSED,
    GRACE_SECONDS,
    Matched,
    Prepared,
    halves,
    match,
    may_exist,
    of_this_generation,
    was_refused,
)
from connector.rules.settling import NEVER, SEVERAL_ORDERS, found_in_starshipit, lost_answer
from connector.state.rows import OrderRow, State
from connector.vendors.budget import Slot
from connector.vendors.starshipit.models import CreateAnswer, Order

# Marking a row takes a moment; the slot is reserved so far ahead that the call leaves on time.
LEAD_SECONDS = 0.1
LEAD_SECONDS_A_ROW = 0.01


@dataclass(frozen=True)
class Group:
    """Orders of one call. `look_first`: a refused call may have created some of them."""

    orders: Sequence[Prepared]
    look_first: bool = False


def send(tools: Tools, prepared: Sequence[Prepared], correlation_id: str) -> None:
    """Create all of them, group by group; whatever cannot be done now is queued again."""
    alone = [one for one in prepared if one.row.resends]
    together = [one for one in prepared if not one.row.resends]
    groups = [Group([one], may_exist(one.row)) for one in alone]
    groups += [Group(together, any(may_exist(one.row) for one in together))] if together else []
    while groups:
        try:
            groups = _looked(tools, groups)
            if groups:
                groups = _send_group(tools, groups[0].orders) + groups[1:]
        except SETBACKS as exc:
            _queue_groups(tools, groups, correlation_id, delay_after(tools, exc))
            return


def _looked(tools: Tools, groups: Sequence[Group]) -> list[Group]:
    """The groups without what a refused call created after all, found by one look; that is adopted."""
    rows = [one.row for group in groups if group.look_first for one in group.orders]
    if not rows:
        return list(groups)
    listed = look.unshipped(tools, [row.order_id for row in rows], min(row.sent_at for row in rows))
    found = {row.order_id: orders for row in rows if (orders := of_this_generation(listed.get(row.order_id, ()), row))}
    how = "after a refused batch"
    there = [row for row in rows if row.order_id in found]
    tools.ledger.save_many([found_in_starshipit(row, found[row.order_id], tools.now, how) for row in there])
    if there:
        tools.telemetry.count("OrdersAdopted", len(there))
    left = [Group([one for one in group.orders if one.row.order_id not in found]) for group in groups]
    return [group for group in left if group.orders]


def _send_group(tools: Tools, group: Sequence[Prepared]) -> list[Group]:
    """One call; the groups a refused batch is to be sent in next. Raises a setback when nothing was created."""
    timeout = tools.settings.read_timeout
    latest = tools.deadline.ends_at - timedelta(seconds=timeout + RESERVE_SECONDS)
    slot = tools.starshipit_budget.reserve(latest, LEAD_SECONDS + LEAD_SECONDS_A_ROW * len(group))
    marked = _mark(tools, group)
    if not marked:
        return []
    single = len(group) == 1 and was_refused(marked[0].row)
    try:
        answer = _call(tools, marked, slot, single=single)
    except OutcomeUnknown as exc:
        _unknown(tools, marked, str(exc))
        return []
    except SETBACKS:
        _back_to_queued(tools, marked)
        raise
    return _record(tools, marked, answer, single=single)


def _call(tools: Tools, marked: Sequence[Prepared], slot: Slot, *, single: bool) -> CreateAnswer:
    if single:
        return tools.starshipit.create(marked[0].order, slot)
    return tools.starshipit.import_orders([one.order for one in marked], slot)


def _mark(tools: Tools, group: Sequence[Prepared]) -> list[Prepared]:
    """Make the rows *sending* before the call; a row another run changed is left to that run.

    The call may wait for a later slot, but neither leave nor be answered after the invocation has ended.
    """
    ends_at = math.ceil(tools.deadline.ends_at.timestamp())
    deadline = ends_at + GRACE_SECONDS
    marks: dict[str, Any] = {"owner": tools.owner, "deadline": deadline, "due_at": deadline, "sent_at": ends_at}
    rows = [one.row.to(State.SENDING, tools.now, "sending", sent=of_new(one.order), there={}, **marks) for one in group]
    saved = tools.ledger.save_many(rows)
    return [Prepared(saved[one.row.order_id], one.order) for one in group if one.row.order_id in saved]


def _record(tools: Tools, marked: Sequence[Prepared], answer: CreateAnswer, *, single: bool) -> list[Group]:
    """Store what the answer says of each order; what has to be sent again comes back."""
    found = match(marked, answer.orders)
    _handed_over(tools, found)
    if not found.missing:
        return []
    if answer.success:
        _unknown(tools, found.missing, "the answer does not name the order")
        return []
    if single:
        return _refused(tools, found.missing[0], answer)
    queued = _back_to_queued(tools, found.missing, BATCH_REFUSED)
    return [Group(part, look_first=True) for part in halves(queued)]


def _refused(tools: Tools, one: Prepared, answer: CreateAnswer) -> list[Group]:
    """The vendor said no to this very order; that stands even if no more can be found out about it."""
    try:
        return [Group([again]) for again in refuse_single(tools, one, answer)]
    except SETBACKS:
        if answer.exists:
            _unknown(tools, [one], "it exists already, and it could not be looked for")
        else:
            record_refusal(tools, one, answer.text)
        raise


def _handed_over(tools: Tools, found: Matched) -> None:
    """Record the orders that exist now; an old order answered in place of ours needs a person."""
    rows = [_created(tools, one.row, order) for one, order in found.created]
    rows += [_old_order(tools, one.row, order) for one, order in found.foreign]
    saved = tools.ledger.save_many(rows)
    for row in rows:
        if row.order_id not in saved:
            tools.ledger.change(row.order_id, lambda now, then=row: _again(tools, now, then))  # type: ignore[misc]
    if found.created:
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
        sent_at=tools.now,
        there=of_shown([order]),
        reason="",
        detail="",
        vendor_text="",
        attempts=0,
    ).settled()


def _old_order(tools: Tools, row: OrderRow, order: Order) -> OrderRow:
    """The vendor answered the create with an order it had before: nobody knows whether one more was made."""
    tools.telemetry.count("OutcomeUnknown")
    moved = lost_answer(row, tools.now, tools.settings.settle_seconds, "answered with an old order")
    return replace(moved, due_at=NEVER).needing("answered_with_old_order", tools.now, starshipit_id=order.order_id)


def _again(tools: Tools, now: OrderRow, then: OrderRow) -> OrderRow | None:
    """Another run changed the row during our call; the created order is added to what it says now."""
    missing = [i for i in then.starshipit_ids if i not in now.starshipit_ids]
    if not missing or now.state is State.SHIPPED:
        return None
    facts = {"starshipit_id": missing[0]}
    ids = (*now.starshipit_ids, *missing)
    kept: dict[str, Any] = {"starshipit_ids": ids, "order_number": then.order_number}
    kept |= {"due_at": tools.now, "attempts": 0, "sent": then.sent, "there": then.there}
    added = now.to(State.HANDED_OVER, tools.now, "handed_over", facts=facts, **kept).settled()
    others = set(ids) - set(then.starshipit_ids)
    return added.needing(SEVERAL_ORDERS, tools.now, count=len(others) + 1) if others else added


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


def _queue_groups(tools: Tools, groups: Sequence[Group], correlation_id: str, delay: float) -> None:
    """Queue what is left, a message a group, as the rows stand now."""
    for group in groups:
        rows = tools.ledger.get_many(one.row.order_id for one in group.orders).values()
        queue_rows(tools, [row for row in rows if row.state is State.QUEUED], correlation_id, delay)
