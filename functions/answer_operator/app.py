"""The operator's desk: a person at the terminal asks, and is answered from where the connector runs.

In: `{"command": …}` with its arguments. Out: the answer, as JSON. Wrong: a setting that cannot be used ends the
invocation with one sentence; everything else is in the answer's status.
"""

from __future__ import annotations

from typing import Any

from connector.flows.operator import answer, patience
from connector.runtime import Runtime

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one command."""
    with runtime.observed("answer_operator"):
        return answer(runtime.desk(context, patience(event)), event)
