"""The fetch: a schedule's tick, or a person's wish, starts one fetch run.

In: the scheduler's event; `{"action": "backfill", "from": "2026-10-01", "to": "2026-10-31"}` for the orders created on
these days; `{"action": "release"}` to let through what the surge guard holds. Out: what the run did, as JSON. Wrong: a
setting that cannot be used ends the invocation with one sentence; everything else is in the result's status.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connector.flows.backfill import backfill
from connector.flows.fetch import fetch
from connector.flows.requeue import release_held
from connector.flows.tools import Tools
from connector.runtime import Runtime

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one fetch, one piece of a backfill, or a release."""
    with runtime.observed("fetch_orders"):
        tools = runtime.tools(context)
        match event.get("action", "fetch"):
            case "fetch":
                return asdict(fetch(tools))
            case "backfill":
                return asdict(backfill(tools, event.get("from"), event.get("to")))
            case "release":
                return _release(tools)
            case _:
                known = "allowed are fetch and release, and backfill with from and to"
                return {"status": "refused", "message": f"The action is not known; {known}."}


def _release(tools: Tools) -> dict[str, Any]:
    released = release_held(tools)
    status, message = "completed", "Held orders are queued."
    if released.more:
        status, message = "checkpointed", "The time was up and some orders are still held; release again."
    return {"status": status, "message": message, "released": released.count}
