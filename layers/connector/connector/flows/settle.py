"""Settle: orders whose create got no answer are looked for, until they are found or may be sent once more.

In: rows in *unknown* whose next look is due. Out: rows handed over (found, in whatever status), still unknown with
the next look's time, queued again (once), or marked for a person. Wrong: an incomplete look raises and changes
nothing.

    lost answer ── early look ────────── settle time: look 1 ── look 2 ── send once more, same number
                   found → adopted       not found before the settle time proves nothing
"""

from __future__ import annotations

from collections.abc import Sequence

from connector.flows import look
from connector.flows.tools import Tools
from connector.rules.settling import after_look, found_in_starshipit
from connector.state.rows import OrderRow


def settle(tools: Tools, rows: Sequence[OrderRow]) -> list[OrderRow]:
    """Look once for each row and store what that means; the rows as stored, those lost to another run left out."""
    if not rows:
        return []
    since = min(row.sent_at for row in rows)
    listed = look.unshipped(tools, [row.order_id for row in rows], since)
    settled = []
    for row in rows:
        orders = listed.get(row.order_id) or look.everywhere(tools, row.order_id)
        if orders:
            settled.append(found_in_starshipit(row, orders, tools.now, "after a lost answer"))
            tools.telemetry.count("OrdersAdopted")
        else:
            settled.append(after_look(row, tools.now, tools.settings.settle_seconds, tools.due_in))
    saved = list(tools.ledger.save_many(settled).values())
    for row in saved:
        tools.telemetry.note("outcome_settled", order_id=row.order_id, state=str(row.state), looks=row.looks)
        if row.attention:
            tools.telemetry.count("OutcomeUnknown")
    return saved
