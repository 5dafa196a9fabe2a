"""Webhooks: one message per tracking status change of one tracking number (contract 8).

The sender has several lanes (threads); an order always uses the same lane, so its messages
leave in order unless a fault says otherwise. Without an address, messages only collect in
`outbox` for a test to deliver.

Faults, one-shot (`next`) or by chance (`chance`): "drop", "duplicate", "delay" (seconds),
"reorder" (leaves after the next message), "bad_signature", "unknown_status".
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from .couriers import Courier

Signature = Literal["hex", "upper", "base64", "prefixed", "none"]
KINDS = frozenset({"drop", "duplicate", "delay", "reorder", "bad_signature", "unknown_status"})
HEADER = "X-Starshipit-Signature"


@dataclass(frozen=True, slots=True)
class Message:
    """One webhook request as it leaves."""

    number: int
    time: datetime
    order_id: int
    tracking_number: str
    status: str
    body: bytes
    headers: dict[str, str]
    delay: float = 0.0
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: HTTP status, or 0 and the error."""

    message: Message
    status: int
    seconds: float
    error: str = ""


@dataclass
class Webhooks:
    """Builds, wears and sends messages. `secret` None sends no signature."""

    url: str | None = None
    secret: str | None = None
    seed: int = 1
    lanes: int = 16
    timeout: float = 30.0
    signature: Signature = "hex"
    with_reference: bool = True
    expect_continue: bool = False
    outbox: list[Message] = field(default_factory=list)
    sent: list[Delivery] = field(default_factory=list)
    dropped: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._counted: list[tuple[str, float]] = []
        self._chances: dict[str, tuple[float, float]] = {}
        self._held: list[Message] = []
        self._numbers = 0
        self._lock = threading.Lock()
        self._courier: Courier | None = None

    def next(self, kind: str, times: int = 1, *, seconds: float = 60.0) -> None:
        """Play a fault on the next `times` messages, one fault a message."""
        self._known(kind)
        self._counted.extend([(kind, seconds)] * times)

    def chance(self, kind: str, probability: float, *, seconds: float = 60.0) -> None:
        """Play a fault on a seeded share (0..1) of all messages; 0 switches it off."""
        self._known(kind)
        self._chances[kind] = (probability, seconds)

    def post(self, now: datetime, order_id: int, body: dict[str, Any]) -> None:
        """Queue a message about an order; returns at once."""
        with self._lock:
            faults, seconds = self._choose()
            if "unknown_status" in faults:
                body = body | {"tracking_status": "HeldAtCustoms"}
            message = replace(self._build(now, order_id, body, faults), delay=seconds)
            if "drop" in faults:
                self.dropped.append(message)
                return
            if "reorder" in faults:
                self._held.append(message)
                return
            self._forward(message)
            held, self._held = self._held, []
            for late in held:
                self._forward(replace(late, delay=late.delay + 0.05))

    def send_again(self, message: Message) -> None:
        """Queue the same bytes once more."""
        with self._lock:
            self._forward(replace(message, delay=0.0))

    def flush(self, timeout: float = 30.0) -> bool:
        """Release held messages and wait until all are delivered; False after `timeout` s."""
        with self._lock:
            held, self._held = self._held, []
            for message in held:
                self._forward(message)
        return self._courier is None or self._courier.drain(timeout)

    def stop(self) -> None:
        """End the sender threads; messages not yet sent are lost."""
        if self._courier is not None:
            self._courier.stop()
            self._courier = None

    def _choose(self) -> tuple[tuple[str, ...], float]:
        chosen = [self._counted.pop(0)] if self._counted else []
        for kind, (probability, seconds) in self._chances.items():
            if self._random.random() < probability:
                chosen.append((kind, seconds))
        delay = max((seconds for kind, seconds in chosen if kind == "delay"), default=0.0)
        return tuple(kind for kind, _ in chosen), delay

    def _build(self, now: datetime, order_id: int, body: dict[str, Any], faults: tuple[str, ...]) -> Message:
        if not self.with_reference or body.get("order_reference") is None:
            body = {k: v for k, v in body.items() if k != "order_reference"}
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json"}
        signature = self._sign(raw)
        if signature is not None:
            if "bad_signature" in faults:
                signature = signature[:-1] + ("0" if signature[-1] != "0" else "1")
            headers[HEADER] = signature
        if self.expect_continue:
            headers["Expect"] = "100-continue"
        self._numbers += 1
        return Message(
            self._numbers,
            now,
            order_id,
            str(body["tracking_number"]),
            str(body["tracking_status"]),
            raw,
            headers,
            faults=faults,
        )

    def _sign(self, raw: bytes) -> str | None:
        if self.secret is None or self.signature == "none":
            return None
        digest = hmac.new(self.secret.encode(), raw, hashlib.sha256)
        if self.signature == "base64":
            return base64.b64encode(digest.digest()).decode()
        text = digest.hexdigest()
        if self.signature == "upper":
            return text.upper()
        return f"sha256={text}" if self.signature == "prefixed" else text

    def _forward(self, message: Message) -> None:
        copies = 2 if "duplicate" in message.faults else 1
        if self.url is None:
            self.outbox.extend([message] * copies)
            return
        if self._courier is None:
            self._courier = Courier(self.lanes, self._deliver)
        for _ in range(copies):
            self._courier.submit(message.order_id, message, message.delay)

    def _deliver(self, message: Message, courier: Courier) -> None:
        started = time.monotonic()
        status, error = courier.post(self.url or "", message.body, message.headers, self.timeout)
        self.sent.append(Delivery(message, status, time.monotonic() - started, error))

    @staticmethod
    def _known(kind: str) -> None:
        if kind not in KINDS:
            raise ValueError(f"unknown webhook fault {kind!r}; known: {', '.join(sorted(KINDS))}")
