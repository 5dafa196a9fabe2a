"""The reconcile: a schedule's tick brings both systems to agree.

In: the scheduler's event. Out: what the run did, as JSON. Wrong: a setting that cannot be used ends the invocation
with one sentence; everything else is in the result's status.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from connector.flows.reconcile import reconcile
from connector.runtime import Runtime

runtime = Runtime()


def handler(_event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Run one reconcile."""
    with runtime.observed("reconcile"):
        return asdict(reconcile(runtime.tools(context)))
