"""Requeue: orders whose deadline passed are put back to work, found by index; held orders are released by a person.

In: the ledger. Out: messages for the hand-off. Wrong: `NotQueued`; nothing is lost, the next run finds the rows again.

A message may be lost, a function killed between storing a row and queueing it, a call never answered: whatever the
cause, the row still says *queued*, *sending* or *unknown*, and when it should have moved on. Rows are stored and queued
fifty at a time, so that a function killed in a backlog leaves at most one page to be found once more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connector.flows.dispatch import queue_rows
from connector.flows.tools import RESERVE_SECONDS, Tools
from connector.rules.intake import requeued
from connector.state.queues import PAGE_LIMIT
from connector.state.rows import WAITING, OrderRow, State


def requeue_overdue(tools: Tools) -> int:
    """Put the orders back to work whose deadline passed; how many. It takes a quarter of the invocation at most."""
    count = 0
    for state in WAITING:
        before = tools.now - (tools.settings.visibility_seconds if state is State.UNKNOWN else 0)

        def late(row: OrderRow, state: State = state, before: int = before) -> bool:
            return row.state is state and row.due_at < before

        moved = _Moved(tools, late, lambda row: requeued(row, tools.now, tools.due_in))
        count += moved.all(state, before, reserve=0.75 * tools.settings.function_timeout)
    if count:
        tools.telemetry.note("orders_requeued", count=count)
        tools.telemetry.count("OrdersRequeued", count)
    return count


@dataclass(frozen=True)
class Released:
    """How many held orders were queued, and whether some are still held because the time was up."""

    count: int
    more: bool


def release_held(tools: Tools) -> Released:
    """Queue every order the surge guard holds; a person asked for it."""
    moved = _Moved(tools, lambda row: row.state is State.HELD, lambda row: _released(row, tools))
    reserve = min(5 * RESERVE_SECONDS, 0.25 * tools.settings.function_timeout)
    count = moved.all(State.HELD, tools.now + 1, reserve=reserve)
    tools.telemetry.note("orders_released", count=count)
    return Released(count, bool(tools.ledger.due(State.HELD, tools.now + 1, limit=1)))


def _released(row: OrderRow, tools: Tools) -> OrderRow:
    due_at = tools.now + tools.due_in
    return row.settled().to(State.QUEUED, tools.now, "released", reason="", due_at=due_at)


@dataclass(frozen=True)
class _Moved:
    """Rows found by index that are changed and queued, page by page."""

    tools: Tools
    wanted: Callable[[OrderRow], bool]
    change: Callable[[OrderRow], OrderRow]

    def all(self, state: State, before: int, *, reserve: float) -> int:
        """Move rows until none is left or `reserve` seconds remain; how many were moved."""
        count = 0
        while found := self.tools.ledger.due(state, before):
            moved = 0
            for start in range(0, len(found), PAGE_LIMIT):
                if self.tools.deadline.remaining() < reserve:
                    return count + moved
                moved += self._page(found[start : start + PAGE_LIMIT])
            count += moved
            if not moved:  # the index is behind the rows
                break
        return count

    def _page(self, ids: list[int]) -> int:
        rows = self.tools.ledger.get_many(ids)
        late = [self.change(rows[i]) for i in ids if i in rows and self.wanted(rows[i])]
        return queue_rows(self.tools, self.tools.ledger.save_many(late).values(), self.tools.owner)
