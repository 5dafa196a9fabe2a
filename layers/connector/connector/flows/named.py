"""Named: the one order a person means, by a number they typed, so that something can be done to it.

In: any number `find` knows an order by. Out: its row. Wrong: `NotOne` with a sentence, when no order here goes by that
number, or when several do: nothing is done to an order that may not be the one that was meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from connector.flows.find import find
from connector.flows.operator import BadRequest
from connector.flows.tools import Tools
from connector.state.rows import OrderRow


@dataclass(frozen=True)
class NotOne:
    """No order, or several; `status` is not_found or refused."""

    status: str
    message: str
    next: str


def named(tools: Tools, number: str) -> OrderRow | NotOne:
    """The order's row, or why there is not one. A dry run changes rows of its own only."""
    try:
        found = find(tools, number)
    except BadRequest as exc:
        return NotOne("refused", str(exc), "See the command's --help.")
    rows = [match.row for match in found.matches if match.dry_run == tools.settings.dry_run]
    if not rows:
        return _none(number, dry_run=tools.settings.dry_run)
    return rows[0] if len(rows) == 1 else _several(number, rows)


def _none(number: str, *, dry_run: bool) -> NotOne:
    where = "the dry run" if dry_run else "the connector"
    return NotOne(
        "not_found",
        f"No order that {where} knows goes by {number}.",
        "Look for it: connector order NUMBER; an order no fetch has seen yet comes with: connector fetch.",
    )


def _several(number: str, rows: list[OrderRow]) -> NotOne:
    ids = ", ".join(f"id:{order_id}" for order_id in sorted(row.order_id for row in rows))
    return NotOne("refused", f"{number} may mean several orders; nothing was done.", f"Name the one you mean: {ids}.")
