"""The two queues: pages of order pointers, and label reports.

In: pointers or reports. Out: messages accepted by SQS, at most ten a call, each answer's `Failed` list looked at.
Wrong: `NotQueued` when SQS did not take a message after one repeat; `MalformedMessage` when a received body is not
ours. A message never holds customer data: the consumer reads the orders again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.errors import ConnectorError

PAGE_LIMIT = 50
LONGEST_DELAY_SECONDS = 900
_SEND_LIMIT = 10


class NotQueued(ConnectorError):
    """SQS did not accept a message; whatever was to be queued is still to be queued."""


class MalformedMessage(ConnectorError):
    """A message is not one of ours; the text says what is missing."""


@dataclass(frozen=True)
class Pointer:
    """Leads to an order. It is stale once the row has moved past `version`: a newer pointer exists then."""

    order_id: int
    version: int


@dataclass(frozen=True)
class Page:
    """Up to 50 pointers that are handed off together."""

    pointers: tuple[Pointer, ...]
    correlation_id: str

    def body(self) -> str:
        """The message's text."""
        orders = [[pointer.order_id, pointer.version] for pointer in self.pointers]
        return json.dumps({"orders": orders, "correlation_id": self.correlation_id})

    @classmethod
    def parse(cls, body: str) -> Page:
        """Read a message. Raises `MalformedMessage`."""
        try:
            read = json.loads(body)
            pointers = tuple(Pointer(_whole(i), _whole(v)) for i, v in read["orders"])
            correlation_id = str(read.get("correlation_id", ""))[:100]
        except (ValueError, TypeError, KeyError, AttributeError) as exc:
            raise MalformedMessage("not a page of orders: expected orders [[id, version], …]") from exc
        if not 1 <= len(pointers) <= PAGE_LIMIT:
            raise MalformedMessage(f"a page holds 1 to {PAGE_LIMIT} orders, not {len(pointers)}")
        return cls(pointers, correlation_id)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError("not a whole number")
    return value


@dataclass(frozen=True)
class _Waiting:
    body: str
    delay: int


class Queue:
    """One SQS queue."""

    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    def send_pages(self, pages: Sequence[Page], delay: float = 0) -> None:
        """Queue pages, to be seen after `delay` seconds (at most 15 minutes). Raises `NotQueued`."""
        seconds = max(0, min(LONGEST_DELAY_SECONDS, round(delay)))
        self._send([_Waiting(page.body(), seconds) for page in pages])

    def send(self, body: str, delay: float = 0) -> None:
        """Queue one message. Raises `NotQueued`."""
        self._send([_Waiting(body, max(0, min(LONGEST_DELAY_SECONDS, round(delay))))])

    def hide(self, receipt_handle: str, seconds: float) -> None:
        """Let a received message be seen again after `seconds` (1 to 12 hours)."""
        timeout = max(1, min(43_000, round(seconds)))
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt_handle, VisibilityTimeout=timeout
        )

    def set_aside(self, body: str, reason: str) -> None:
        """Put a message that can never be worked on into this (dead-letter) queue, with the reason beside it."""
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=body,
            MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
        )

    def _send(self, messages: Sequence[_Waiting]) -> None:
        for start in range(0, len(messages), _SEND_LIMIT):
            left = self._send_some(messages[start : start + _SEND_LIMIT])
            if left and self._send_some(left):
                raise NotQueued("SQS did not accept every message")

    def _send_some(self, messages: Sequence[_Waiting]) -> list[_Waiting]:
        """Send up to ten; those SQS names as failed come back."""
        entries = [
            {"Id": str(number), "MessageBody": message.body, "DelaySeconds": message.delay}
            for number, message in enumerate(messages)
        ]
        answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
        return [messages[int(failed["Id"])] for failed in answer.get("Failed", [])]
