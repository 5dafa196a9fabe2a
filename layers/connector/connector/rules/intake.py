"""What a fetched row means for the ledger: queue it, hold it, record why not, or leave it alone.

In: the order as fetched, the verdict of the guards, the row the ledger has (or none), and whether the surge guard still
lets new orders through. Out: the row to store, or None when nothing changed. Wrong: nothing; whatever is already on its
way is left to those who are at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from connector.rules.reasons import NotSent, Reason
from connector.rules.runs import was_on_its_way
from connector.state.rows import OrderRow, State
from connector.vendors.sellercloud.models import Order, Unreadable

_STILL_OURS = (State.EXCLUDED, State.HELD, State.QUEUED, State.REFUSED, State.PREVIEWED)


@dataclass(frozen=True)
class Intake:
    """The circumstances of one fetch. `due_in` is after how many seconds a queued order counts as forgotten."""

    now: int
    run_id: str
    due_in: int
    adopting: bool
    room: int

    @property
    def surge(self) -> bool:
        """True when the surge guard lets no further new order through."""
        return self.room <= 0


def take_in(
    order: Order, revision: str, verdict: NotSent | None, row: OrderRow | None, intake: Intake
) -> OrderRow | None:
    """The row as it has to be stored now, or None."""
    if row is None:
        return _new(order, revision, verdict, intake)
    if row.state not in _STILL_OURS:
        return None
    if verdict is not None:
        return _excluded(row, revision, verdict, intake)
    if row.state is State.EXCLUDED:
        return _admitted(row, revision, intake, is_new=not was_on_its_way(row.events))
    if row.state in (State.REFUSED, State.PREVIEWED) and row.revision != revision:
        return _admitted(row, revision, intake, is_new=False)
    return None


def _new(order: Order, revision: str, verdict: NotSent | None, intake: Intake) -> OrderRow:
    row = OrderRow(
        order.order_id,
        State.EXCLUDED,
        since=intake.now,
        revision=revision,
        company_id=order.company_id,
        channel_order_id=order.channel_order_id[:50],
        adopt=intake.adopting,
    )
    if verdict is not None:
        return _because(row, verdict).noting(intake.now, "excluded", **verdict.facts)
    return _admitted(row, revision, intake, is_new=True)


def _admitted(row: OrderRow, revision: str, intake: Intake, *, is_new: bool) -> OrderRow:
    """Queue the order, or hold it when too many are new at once."""
    state = State.HELD if is_new and intake.surge else State.QUEUED
    reason = "surge" if state is State.HELD else ""
    return row.settled().to(
        state,
        intake.now,
        str(state),
        facts={"run": intake.run_id},
        revision=revision,
        reason=reason,
        detail="",
        vendor_text="",
        attempts=0,
        due_at=intake.now + intake.due_in if state is State.QUEUED else 0,
    )


def _excluded(row: OrderRow, revision: str, verdict: NotSent, intake: Intake) -> OrderRow | None:
    """Record why the order does not go; the same reason again changes nothing."""
    if row.state is State.EXCLUDED and (row.reason, row.detail) == (verdict.reason, verdict.detail):
        return None
    moved = row.settled().to(State.EXCLUDED, intake.now, "excluded", facts=verdict.facts, revision=revision, due_at=0)
    return _because(moved, verdict)


def _because(row: OrderRow, verdict: NotSent) -> OrderRow:
    return replace(row, reason=str(verdict.reason), detail=verdict.detail)


def unreadable_row(bad: Unreadable, row: OrderRow | None, intake: Intake) -> OrderRow | None:
    """The row of an order that cannot be read: recorded, so that it is not silently missing."""
    if bad.order_id is None:
        return None
    if row is None:
        row = OrderRow(bad.order_id, State.EXCLUDED, since=intake.now, adopt=intake.adopting)
    elif row.state not in _STILL_OURS:
        return None
    return _excluded(row, row.revision, NotSent(Reason.UNREADABLE, bad.problem), intake)


def requeued(row: OrderRow, now: int, due_in: int) -> OrderRow:
    """A row that somebody must look at again; older pointers to it become stale.

    A *sending* whose deadline passed has an unknown outcome, and one that is unknown is looked for at once.
    """
    if row.state is State.SENDING:
        facts = {"because": "its deadline passed"}
        return row.to(State.UNKNOWN, now, "outcome_unknown", facts=facts, due_at=now, looks=0)
    if row.state is State.UNKNOWN:
        return replace(row, due_at=now)
    return replace(row, due_at=now + due_in).noting(now, "requeued")
