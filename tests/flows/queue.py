"""SQS in memory, on virtual time: what a queue's client does, for the flows' own `Queue` to call."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes import FakeClock


@dataclass
class Message:
    """One message. It is hidden until `visible_at`, in epoch seconds."""

    message_id: str
    body: str
    visible_at: float
    received: int = 0
    reason: str = ""


@dataclass
class FakeSqs:
    """All queues of a stack. `refuse` is how many entries the next sends name as failed."""

    clock: FakeClock
    visibility: float
    queues: dict[str, list[Message]] = field(default_factory=dict)
    refuse: int = 0
    bodies: list[str] = field(default_factory=list)
    _ids: Any = field(default_factory=count)

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        """Accept entries, but name the first `refuse` as failed in an answer that is a success."""
        failed = []
        for entry in Entries:
            if self.refuse > 0:
                self.refuse -= 1
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self._put(QueueUrl, entry["MessageBody"], entry["DelaySeconds"])
        return {"Failed": failed} if failed else {}

    def send_message(self, QueueUrl: str, MessageBody: str, MessageAttributes: dict[str, Any]) -> None:  # noqa: N803
        """Accept one message with its reason."""
        self._put(QueueUrl, MessageBody, 0).reason = MessageAttributes["reason"]["StringValue"]

    def change_message_visibility(self, QueueUrl: str, ReceiptHandle: str, VisibilityTimeout: int) -> None:  # noqa: N803
        """Hide a received message for so many seconds from now."""
        assert VisibilityTimeout > 0, "a hidden time of zero is a hot loop"
        for message in self.queues[QueueUrl]:
            if message.message_id == ReceiptHandle:
                message.visible_at = self._now + VisibilityTimeout

    def receive(self, queue: str, most: int) -> list[Message]:
        """Up to `most` visible messages, hidden from now on."""
        visible = [message for message in self.queues.get(queue, []) if message.visible_at <= self._now][:most]
        for message in visible:
            message.received += 1
            message.visible_at = self._now + self.visibility
        return visible

    def delete(self, queue: str, message: Message) -> None:
        """Acknowledge."""
        self.queues[queue].remove(message)

    def next_visible(self, *queues: str) -> float | None:
        """Seconds until something becomes visible, or None when the queues are empty."""
        moments = [message.visible_at for queue in queues for message in self.queues.get(queue, [])]
        return max(0.0, min(moments) - self._now) if moments else None

    def _put(self, queue: str, body: str, delay: float) -> Message:
        message = Message(f"m{next(self._ids)}", body, self._now + delay)
        self.queues.setdefault(queue, []).append(message)
        self.bodies.append(body)
        return message

    @property
    def _now(self) -> float:
        return self.clock.now().timestamp()
