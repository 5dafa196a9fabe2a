"""The write-back: label reports become tracking numbers in Sellercloud.

In: messages of the tracking queue, one report each. Out: the messages that are to be seen again. Wrong: a message
that is not a report goes to the dead-letter queue with its reason, and its neighbours are worked on.
"""

from __future__ import annotations

from typing import Any

from connector.flows.write_back import write_back
from connector.runtime import Runtime
from connector.vendors.starshipit.webhook import MalformedReport, Report

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply the reports together, so that their orders are read together."""
    with runtime.observed("apply_tracking"):
        tools = runtime.tools(context)
        records = {record["messageId"]: record for record in event["Records"]}
        reports = {}
        for message_id, record in records.items():
            try:
                reports[message_id] = Report.from_message(record["body"])
            except MalformedReport as exc:
                runtime.set_aside("TRACKING_DEAD_LETTER_URL", record, str(exc))
        again = write_back(tools, reports)
        queue = runtime.queue("TRACKING_QUEUE_URL")
        for message_id, seconds in again.items():
            queue.hide(records[message_id]["receiptHandle"], seconds)
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
