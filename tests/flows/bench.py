"""The bench: the real handlers and flows, both simulators and the AWS services in one process, on virtual time."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from connector.runtime import Runtime
from connector.state.rows import OrderRow
from connector.telemetry import ALLOWED
from connector.vendors.http import Answer, AnswerLost, Outcome
from tests.fakes import FakeClock
from tests.flows.dynamodb import FakeDynamoDb
from tests.flows.queue import FakeSqs
from tests.simulators.sellercloud import SellercloudSimulator
from tests.simulators.starshipit import StarshipitSimulator
from tests.simulators.transport import Request

FUNCTIONS = Path(__file__).parents[2] / "functions"
SELLERCLOUD = "http://127.0.0.1:1/rest"
STARSHIPIT = "http://127.0.0.1:2/api"
WEBHOOK_SECRET = "obviously-fake-webhook-secret"
ORDERS, TRACKING, ORDERS_DEAD, TRACKING_DEAD = "orders", "tracking", "orders-dead", "tracking-dead"


class Wire:
    """Hands requests straight to the simulators; time passes as they say."""

    def __init__(self, clock: FakeClock, sellercloud: SellercloudSimulator, starshipit: StarshipitSimulator) -> None:
        self._clock = clock
        self._simulators = {1: sellercloud, 2: starshipit}
        self.on_send: Any = None

    def send(
        self, method: str, url: str, *, headers: Any, query: Any = (), body: Any = None, read_timeout: float
    ) -> Any:
        """One request; an answer that would come after the time limit is lost."""
        parts = urlsplit(url)
        if self.on_send:
            self.on_send(method, parts.path)
        raw = b"" if body is None else json.dumps(body).encode()
        names = {name.lower(): value for name, value in headers.items()}
        simulator: Any = self._simulators[parts.port or 0]
        response = simulator.handle(Request(method, parts.path, tuple(query), names, raw))
        if response.lost or response.delay > read_timeout:
            self._clock.sleep(min(read_timeout, response.delay))
            raise AnswerLost("lost")
        self._clock.sleep(response.delay)
        lowered = {name.lower(): value for name, value in response.headers.items()}
        answer: Outcome = Answer(response.status, response.body, lowered, response.reason or "")
        return answer


class FakeSecrets:
    """Secrets Manager in memory; storing makes a new version."""

    def __init__(self, **values: dict[str, str]) -> None:
        self.versions = {name: [value] for name, value in values.items()}
        self.reads: list[str] = []
        self.candidates: dict[tuple[str, str], dict[str, str]] = {}

    def store(self, name: str, **values: str) -> None:
        """A new version."""
        self.versions[name].append(values)

    def propose(self, name: str, **values: str) -> str:
        """A version that is stored and not in use; its id."""
        version = f"candidate-{len(self.candidates) + 1}"
        self.candidates[name, version] = values
        return version

    def get_secret_value(self, SecretId: str, VersionId: str = "") -> dict[str, Any]:  # noqa: N803
        """The newest version, or the one asked for."""
        self.reads.append(SecretId)
        if VersionId:
            return {"SecretString": json.dumps(self.candidates[SecretId, VersionId]), "VersionId": VersionId}
        versions = self.versions[SecretId]
        return {"SecretString": json.dumps(versions[-1]), "VersionId": f"v{len(versions)}"}


@dataclass
class FakeTelemetry:
    """Keeps what was noted and counted."""

    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    metrics: dict[str, float] = field(default_factory=dict)

    def note(self, event: str, **facts: object) -> None:
        """Keep a log line; only allowed keys pass."""
        assert facts.keys() <= ALLOWED, f"{event}: {facts.keys() - ALLOWED}"
        self.notes.append((event, facts))

    def count(self, metric: str, value: float = 1) -> None:
        """Add up."""
        self.metrics[metric] = self.metrics.get(metric, 0) + value

    def flush(self) -> None:
        """Nothing is buffered."""


@dataclass
class Context:
    """Lambda's context on virtual time."""

    clock: FakeClock
    aws_request_id: str
    ends_at: float

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the platform stops the invocation."""
        return int((self.ends_at - self.clock.now().timestamp()) * 1000)


class Bench:
    """One stack. Settings are given as environment variables."""

    def __init__(self, **settings: str) -> None:
        self.clock = FakeClock()
        self.timeout = float(settings.get("FUNCTION_TIMEOUT", "120"))
        self.sellercloud = SellercloudSimulator(clock=self.clock.now)
        self.starshipit = StarshipitSimulator(clock=self.clock.now, rate_per_second=2, webhook_secret=WEBHOOK_SECRET)
        self.sellercloud.switches.validate_carriers = False
        self.wire = Wire(self.clock, self.sellercloud, self.starshipit)
        self.sqs = FakeSqs(self.clock, 6 * self.timeout + 2)
        self.telemetry = FakeTelemetry()
        self.secrets = FakeSecrets(
            sellercloud={"username": "sync@example.com", "password": "obviously-fake-password"},
            starshipit={
                "api_key": "obviously-fake-api-key",
                "subscription_key": "obviously-fake-subscription-key",
            },
            webhook={"current": WEBHOOK_SECRET, "previous": ""},
        )
        self.environment = {
            "SELLERCLOUD_ENDPOINT": SELLERCLOUD,
            "STARSHIPIT_ENDPOINT": STARSHIPIT,
            "LEDGER_TABLE": "ledger",
            "ORDERS_QUEUE_URL": ORDERS,
            "TRACKING_QUEUE_URL": TRACKING,
            "ORDERS_DEAD_LETTER_URL": ORDERS_DEAD,
            "TRACKING_DEAD_LETTER_URL": TRACKING_DEAD,
            "SELLERCLOUD_SECRET": "sellercloud",
            "STARSHIPIT_SECRET": "starshipit",
            "WEBHOOK_SECRET": "webhook",
            **settings,
        }
        self.dynamodb = FakeDynamoDb()
        self._requests = 0
        self._delivered = 0

    def runtime(self) -> Runtime:
        """A new environment of a function, as after a cold start."""
        runtime = Runtime(self.environment, self.clock)
        runtime._clients = {"dynamodb": self.dynamodb, "sqs": self.sqs, "secretsmanager": self.secrets}
        runtime.__dict__["telemetry"] = self.telemetry
        runtime.__dict__["_transport"] = self.wire
        return runtime

    def context(self) -> Context:
        """A new invocation's context."""
        self._requests += 1
        return Context(self.clock, f"request-{self._requests}", self.clock.now().timestamp() + self.timeout)

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function's real handler in a new environment."""
        module = _load(function)
        module.runtime = self.runtime()  # type: ignore[attr-defined]
        return module.handler(event, self.context())

    def fetch(self, **event: Any) -> dict[str, Any]:
        """One tick of the schedule."""
        result: dict[str, Any] = self.invoke("fetch_orders", event)
        return result

    def reconcile(self) -> dict[str, Any]:
        """One tick of the other schedule."""
        result: dict[str, Any] = self.invoke("reconcile", {})
        return result

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        """One command of a person at the terminal; the answer is what JSON makes of it."""
        answer = self.invoke("answer_operator", {"command": command, "by": "a tester", **arguments})
        result: dict[str, Any] = json.loads(json.dumps(answer))
        return result

    def deliver(self, queue: str, function: str, most: int) -> int:
        """Give one batch of visible messages to a function; how many there were."""
        messages = self.sqs.receive(queue, most)
        if not messages:
            return 0
        records = [
            {
                "messageId": m.message_id,
                "receiptHandle": m.message_id,
                "body": m.body,
                "attributes": {"ApproximateReceiveCount": str(m.received)},
            }
            for m in messages
        ]
        answer = self.invoke(function, {"Records": records})
        failed = {item["itemIdentifier"] for item in answer["batchItemFailures"]}
        for message in messages:
            if message.message_id not in failed:
                self.sqs.delete(queue, message)
        return len(messages)

    def work(self, seconds: float = 0) -> None:
        """Deliver whatever is visible, webhooks too, and whatever becomes visible within so many seconds."""
        until = self.clock.now().timestamp() + seconds
        while True:
            worked = self.deliver_webhooks() + self.deliver(ORDERS, "hand_off_orders", 1)
            worked += self.deliver(TRACKING, "apply_tracking", 10)
            if worked:
                continue
            wait = self.sqs.next_visible(ORDERS, TRACKING)
            if wait is None or self.clock.now().timestamp() + wait > until:
                break
            self.clock.pass_time(wait + 0.001)
        if self.clock.now().timestamp() < until:
            self.clock.pass_time(until - self.clock.now().timestamp())

    def deliver_webhooks(self) -> int:
        """Post what Starshipit has to say to the web-hook; how many messages there were."""
        new = self.starshipit.outbox[self._delivered :]
        self._delivered += len(new)
        for message in new:
            status = self.post(message.body, dict(message.headers))["statusCode"]
            assert status == 200, status
        return len(new)

    def post(self, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
        """One web-hook request."""
        event = {"headers": headers, "body": body.decode(), "isBase64Encoded": False}
        answer: dict[str, Any] = self.invoke("receive_tracking", event)
        return answer

    def row(self, order_id: int) -> OrderRow:
        """The ledger's row."""
        row = self.runtime().tools(self.context()).ledger.get(order_id)
        assert row is not None
        return row


def _load(function: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"functions.{function}", FUNCTIONS / function / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
