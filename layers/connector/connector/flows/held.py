"""Held: how many orders the surge guard holds, so that a person knows what they let go.

In: nothing. Out: their number, since when the first is held, and some of their ids. Wrong: nothing.
"""

from __future__ import annotations

from typing import Any

from connector.flows.operator import Desk, Request
from connector.state.rows import State

MOST_COUNTED = 4000  # what one look into the index surely holds
SHOWN = 10


def held(desk: Desk, _: Request) -> dict[str, Any]:
    """Count them; `at_least` when there are more than one look shows."""
    tools = desk.tools
    ids = tools.ledger.due(State.HELD, tools.now + 1, limit=MOST_COUNTED)
    rows = tools.ledger.get_many(ids[:SHOWN])
    first = rows.get(ids[0]) if ids else None
    return {
        "status": "done",
        "count": len(ids),
        "at_least": len(ids) == MOST_COUNTED,
        "since": first.since if first else None,
        "orders": ids[:SHOWN],
        "dry_run": tools.settings.dry_run,
    }
