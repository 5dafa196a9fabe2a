"""The write-back: label reports become tracking numbers in Sellercloud.

In: messages of the tracking queue, one report each. Out: the messages that are to be seen again. Wrong: a message
that is not a report goes to the dead-letter queue with its reason, and its neighbours are worked on.
"""

from __future__ import annotations

from typing import Any

from connector.flows.write_back import write_back
from connector.rules.write_back import patience
from connector.runtime import Runtime
from connector.vendors.starshipit.webhook import MalformedReport, Report

runtime = Runtime()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Apply the reports together, so that their orders are read together."""
    with runtime.observed("apply_tracking"):
        tools = runtime.tools(context)
        records = {record["messageId"]: record for record in event["Records"]}
        reports, malformed = {}, {}
        for message_id, record in records.items():
            try:
                reports[message_id] = Report.from_message(record["body"])
            except MalformedReport as exc:
                malformed[message_id] = str(exc)
        again = write_back(tools, reports)
        # Set aside last: a run that fails is run again, and would set them aside twice.
        for message_id, reason in malformed.items():
            runtime.set_aside("TRACKING_DEAD_LETTER_URL", records[message_id], reason)
        queue = runtime.queue("TRACKING_QUEUE_URL")
        for message_id, seconds in again.items():
            record = records[message_id]
            receives = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
            queue.hide(record["receiptHandle"], patience(seconds, receives))
        return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
