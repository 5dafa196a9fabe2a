"""Settle: orders whose create got no answer are looked for, until they are found or may be sent once more.

In: rows in *unknown* whose next look is due. Out: rows handed over (found, in whatever status), still unknown with
the next look's time, queued again (once), or marked for a person. Wrong: an incomplete look raises and changes
nothing of its row.

    lost answer ── early look ────────── settle time: look 1 ── look 2 ── send once more, same number
                   found → adopted       not found before the settle time proves nothing
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.hand_off import of_this_generation
from connector.rules.settling import after_look, found_in_starshipit
from connector.state.rows import OrderRow, State
from connector.vendors.starshipit.models import Order


def settle(tools: Tools, rows: Sequence[OrderRow]) -> list[OrderRow]:
    """Look once for each row and store what that means; the rows as stored, those lost to another run left out.

    Each row is stored as soon as its own look is complete: a page that cannot be looked for in one invocation gets on.
    """
    if not rows:
        return []
    listed = look.unshipped(tools, [row.order_id for row in rows], min(row.sent_at for row in rows))
    saved: list[OrderRow] = []
    for row in rows:
        settled = _after(tools, row, _found(tools, row, listed.get(row.order_id, ())))
        for stored in tools.ledger.save_many([settled]).values():
            _report(tools, stored)
            saved.append(stored)
    return saved


def _found(tools: Tools, row: OrderRow, listed: Sequence[Order]) -> list[Order]:
    """What there is of the row: unshipped, else found by its reference, else by its number."""
    found = of_this_generation(listed, row) or of_this_generation(look.everywhere(tools, row.order_id), row)
    if found or not row.order_number:
        return found
    there = look.by_number(tools, row.order_number)
    return of_this_generation([there] if there else (), row)


def _after(tools: Tools, row: OrderRow, orders: Sequence[Order]) -> OrderRow:
    if orders:
        return found_in_starshipit(row, orders, tools.now, "after a lost answer")
    return after_look(row, tools.now, tools.settings.settle_seconds, tools.due_in)


def _report(tools: Tools, row: OrderRow) -> None:
    tools.telemetry.note("outcome_settled", order_id=row.order_id, state=str(row.state), looks=row.looks)
    if row.state is State.HANDED_OVER:
        tools.telemetry.count("OrdersAdopted")
    if row.attention:
        tools.telemetry.count("OutcomeUnknown")
