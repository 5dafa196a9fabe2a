"""Switches: what starts the work of a direction, a queue's consumer or the schedule, and whether it is on.

In: the stack. Out: a switch for each direction. Wrong: AWS's own exceptions; `Trouble` when the stack has no such
consumer.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Protocol

from connector_cli.failures import STACK, Trouble
from connector_cli.stack import Stack

_SETTLED = {True: "Enabled", False: "Disabled"}
_SETTLES_WITHIN_SECONDS = 60.0
_ASK_AGAIN_SECONDS = 1.0
# What get_schedule tells and update_schedule does not take.
_NOT_OURS = {"Arn", "CreationDate", "LastModificationDate", "ResponseMetadata"}


class Switch(Protocol):
    """Something that is on or off."""

    def is_on(self) -> bool:
        """Whether it is on, or on its way to it."""
        ...

    def turn(self, *, on: bool) -> bool:
        """Turn it; False when AWS is still at it after a minute."""
        ...

    def waiting(self) -> int | None:
        """How many messages wait for it, those being worked on left out; None when there is no queue."""
        ...


@dataclass(frozen=True)
class Consumer:
    """A queue's consumer: the function's event source mapping."""

    stack: Stack
    function: str
    queue: str

    def is_on(self) -> bool:
        """Whether it takes messages, or soon will."""
        return str(self._mapping()["State"]) in ("Enabled", "Enabling", "Creating", "Updating")

    def turn(self, *, on: bool) -> bool:
        """Let it take messages, or not; what it works on already is finished. Waits until AWS has carried it out."""
        deadline = time.monotonic() + _SETTLES_WITHIN_SECONDS
        client = self.stack.client("lambda")
        while True:
            try:
                client.update_event_source_mapping(UUID=self._mapping()["UUID"], Enabled=on)
                break
            except client.exceptions.ResourceInUseException:  # a change before this one is still being carried out
                if time.monotonic() > deadline:
                    raise
                time.sleep(_ASK_AGAIN_SECONDS)
        while str(self._mapping()["State"]) != _SETTLED[on]:
            if time.monotonic() > deadline:
                return False
            time.sleep(_ASK_AGAIN_SECONDS)
        return True

    def waiting(self) -> int | None:
        """Messages that could be taken now or later."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"]
        answer = self.stack.client("sqs").get_queue_attributes(
            QueueUrl=self.stack.outputs[self.queue], AttributeNames=names
        )
        return sum(int(value) for value in answer["Attributes"].values())

    def _mapping(self) -> dict[str, Any]:
        name = self.stack.outputs[self.function]
        found = self.stack.client("lambda").list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        if not found:
            raise Trouble(
                f"Nothing hands messages to the function {name}.",
                next="Deploy the stack again.",
                code=STACK,
                status="no_consumer",
            )
        mapping: dict[str, Any] = found[0]
        return mapping


@dataclass(frozen=True)
class Schedule:
    """The schedule of the fetch."""

    stack: Stack

    def is_on(self) -> bool:
        """Whether it starts runs."""
        return bool(self._read()["State"] == "ENABLED")

    def turn(self, *, on: bool) -> bool:
        """Let it start runs, or not. Everything else of it stays: an update that leaves something out resets it."""
        kept = {name: value for name, value in self._read().items() if name not in _NOT_OURS}
        self.stack.client("scheduler").update_schedule(**{**kept, "State": "ENABLED" if on else "DISABLED"})
        return True

    def waiting(self) -> int | None:
        """Nothing waits for a schedule."""
        return None

    def _read(self) -> dict[str, Any]:
        found: dict[str, Any] = self.stack.client("scheduler").get_schedule(
            Name=self.stack.outputs["FetchScheduleName"]
        )
        return found


def switches(stack: Stack) -> dict[str, Switch]:
    """The switch of each direction."""
    return {
        "orders": Consumer(stack, "HandOffOrdersFunction", "OrdersQueueUrl"),
        "tracking": Consumer(stack, "ApplyTrackingFunction", "TrackingQueueUrl"),
        "fetch": Schedule(stack),
    }
