"""The fetch: a schedule's tick, or a person's wish, starts one fetch run.

In: the scheduler's event, or `{"action": "release"}` to let through what the surge guard holds. Out: what the run
did, as JSON. Wrong: a setting that cannot be used ends the invocation with one sentence; everything else is in the
result's status.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connector.flows.fetch import fetch
from connector.flows.requeue import release_held
from connector.runtime import Runtime

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one fetch."""
    with runtime.observed("fetch_orders"):
        tools = runtime.tools(context)
        action = event.get("action", "fetch")
        if action not in ("fetch", "release"):
            return {"status": "refused", "message": "The action is not known; allowed are fetch and release."}
        if action == "release":
            released = release_held(tools)
            status, message = "completed", "Held orders are queued."
            if released.more:
                status, message = "checkpointed", "The time was up and some orders are still held; release again."
            return {"status": status, "message": message, "released": released.count}
        return asdict(fetch(tools))
