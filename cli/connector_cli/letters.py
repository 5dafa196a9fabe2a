"""Dead letters: messages a function could not work on, and records of runs that did not happen, in their queues.

In: SQS, with the caller's own rights. Out: letters, taken for a while, given back to the queue they came from, deleted,
or left. Wrong: AWS's own exceptions; whatever was taken and not dealt with is seen again at once, or when its hiding
ends.

    receive (hidden) ──► send to the work queue ──► accepted? ──► delete
                             killed here: the letter comes again, and with it the same pointer or report a second
                             time. Both are harmless: a pointer to a row that moved on does nothing, a report that
                             was applied changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

HIDDEN_SECONDS = 300  # while a person is asked, too
_BATCH = 10
_WAIT_SECONDS = 1  # long polling asks all of SQS's servers
_SHOWN = 5
_LINE_LIMIT = 160


@dataclass(frozen=True)
class Letter:
    """One message. With a `reason` it was malformed: never one of ours, and never to be given back."""

    receipt: str
    body: str
    reason: str
    sent_at: int


class Box:
    """A queue of letters, with the work queue they came from; runs have none."""

    def __init__(self, sqs: Any, name: str, url: str, work_url: str = "") -> None:
        self._sqs = sqs
        self._url = url
        self._work_url = work_url
        self.name = name
        self.goes_back = bool(work_url)

    def count(self) -> tuple[int, int]:
        """How many letters can be taken now, and how many somebody else has taken."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def take(self, most: int) -> Iterator[list[Letter]]:
        """Take at most so many letters, ten at a time: one that comes back meanwhile is not waited for."""
        taken = 0
        while taken < most:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(_BATCH, most - taken),
                VisibilityTimeout=HIDDEN_SECONDS,
                WaitTimeSeconds=_WAIT_SECONDS,
                AttributeNames=["SentTimestamp"],
                MessageAttributeNames=["reason"],
            )
            letters = [_letter(message) for message in answer.get("Messages", [])]
            if not letters:
                return
            taken += len(letters)
            yield letters

    def give_back(self, letters: Sequence[Letter]) -> list[Letter]:
        """Send letters to the work queue, and delete those it accepted; which ones."""
        accepted: list[Letter] = []
        for start in range(0, len(letters), _BATCH):
            batch = letters[start : start + _BATCH]
            entries = [{"Id": str(place), "MessageBody": letter.body} for place, letter in enumerate(batch)]
            answer = self._sqs.send_message_batch(QueueUrl=self._work_url, Entries=entries)
            failed = {entry["Id"] for entry in answer.get("Failed", [])}
            accepted += [letter for place, letter in enumerate(batch) if str(place) not in failed]
        self.delete(accepted)
        return accepted

    def delete(self, letters: Sequence[Letter]) -> int:
        """Delete letters that were taken; how many were. A letter held for too long is somebody else's by now."""
        gone = 0
        for letter in letters:
            try:
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt)
            except self._sqs.exceptions.ReceiptHandleIsInvalid:
                continue
            gone += 1
        return gone

    def leave(self, letters: Sequence[Letter]) -> None:
        """Let letters that were taken be seen again at once; nothing else reads such a queue."""
        for letter in letters:
            with suppress(self._sqs.exceptions.ReceiptHandleIsInvalid, self._sqs.exceptions.MessageNotInflight):
                self._sqs.change_message_visibility(
                    QueueUrl=self._url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
                )


def described(letter: Letter) -> str:
    """What a letter is about, in one line that is not too long."""
    try:
        read = json.loads(letter.body)
    except (ValueError, RecursionError):
        return "not JSON"
    said = _about(read) if isinstance(read, dict) else ""
    return (said or letter.body)[:_LINE_LIMIT]


def _about(read: dict[str, Any]) -> str:
    """A page of orders, a label's report, or the record of a run; empty for anything else."""
    if isinstance(orders := read.get("orders"), list):
        ids = [str(pair[0]) for pair in orders if isinstance(pair, list) and pair]
        more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
        return f"orders {', '.join(ids[:_SHOWN])}{more}"
    if read.get("tracking_number"):
        about = read.get("reference") or read.get("order_number") or "not named"
        return f"label {read['tracking_number']} {read.get('status', '')}, order {about}"
    answered, context = read.get("responsePayload"), read.get("requestContext")
    if isinstance(answered, dict) and answered.get("errorMessage"):
        return f"a run failed: {answered['errorMessage']}"
    if isinstance(context, dict) and context.get("condition"):
        return f"a run did not happen: {context['condition']}"
    return ""


def _letter(message: dict[str, Any]) -> Letter:
    return Letter(
        receipt=message["ReceiptHandle"],
        body=message["Body"],
        reason=str(message.get("MessageAttributes", {}).get("reason", {}).get("StringValue", "")),
        sent_at=int(message.get("Attributes", {}).get("SentTimestamp", 0)) // 1000,
    )
