"""The hand-off: a page of order pointers becomes orders in Starshipit.

In: messages of the orders queue, one page each. Out: the messages that are to be seen again. Wrong: a message that is
not a page goes to the dead-letter queue with its reason, and its neighbours are worked on.
"""

from __future__ import annotations

from typing import Any

from connector.flows.hand_off import hand_off
from connector.runtime import Runtime
from connector.state.queues import MalformedMessage, Page

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Work on each page."""
    with runtime.observed("hand_off_orders"):
        tools = runtime.tools(context)
        again = []
        for record in event["Records"]:
            try:
                page = Page.parse(record["body"])
            except MalformedMessage as exc:
                runtime.set_aside("ORDERS_DEAD_LETTER_URL", record, str(exc))
                continue
            hidden = hand_off(tools, page)
            if hidden is not None:
                tools.orders_queue.hide(record["receiptHandle"], hidden)
                again.append({"itemIdentifier": record["messageId"]})
        return {"batchItemFailures": again}
