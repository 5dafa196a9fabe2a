"""Requeue: orders whose deadline passed are put back to work, found by index; held orders are released by a person.

In: the ledger. Out: messages for the hand-off. Wrong: `NotQueued`; nothing is lost, the next run finds the rows again.

A message may be lost, a function killed between storing a row and queueing it, a call never answered: whatever the
cause, the row still says *queued*, *sending* or *unknown*, and when it should have moved on.
"""

from __future__ import annotations

from connector.flows.dispatch import queue_rows
from connector.flows.tools import Tools
from connector.rules.intake import requeued
from connector.state.rows import WAITING, OrderRow, State


def requeue_overdue(tools: Tools) -> int:
    """Put every order back to work whose deadline passed; how many there were."""
    count = 0
    for state in WAITING:
        overdue = tools.now - (tools.settings.visibility_seconds if state is State.UNKNOWN else 0)
        rows = tools.ledger.get_many(tools.ledger.due(state, overdue)).values()
        late = [row for row in rows if row.state is state and row.due_at < overdue]
        moved = [requeued(row, tools.now, tools.due_in) for row in late]
        count += queue_rows(tools, tools.ledger.save_many(moved).values(), tools.owner)
    if count:
        tools.telemetry.note("orders_requeued", count=count)
        tools.telemetry.count("OrdersRequeued", count)
    return count


def release_held(tools: Tools) -> int:
    """Queue every order the surge guard holds; a person asked for it."""
    count = 0
    while held := tools.ledger.due(State.HELD, tools.now + 1):
        rows = [row for row in tools.ledger.get_many(held).values() if row.state is State.HELD]
        saved = tools.ledger.save_many([_released(row, tools) for row in rows])
        if not saved:
            break
        count += queue_rows(tools, saved.values(), tools.owner)
    tools.telemetry.note("orders_released", count=count)
    return count


def _released(row: OrderRow, tools: Tools) -> OrderRow:
    due_at = tools.now + tools.due_in
    return row.settled().to(State.QUEUED, tools.now, "released", reason="", due_at=due_at)
