"""The sample events are what the functions are really called with: each is accepted by its handler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, TRACKING, Bench
from tests.flows.tracking import add, signed

EVENTS = Path(__file__).parents[2] / "events"
FUNCTIONS = {
    "schedule": "fetch_orders",
    "fetch": "fetch_orders",
    "backfill": "fetch_orders",
    "release": "fetch_orders",
    "orders_queue": "hand_off_orders",
    "webhook": "receive_tracking",
    "webhook_test": "receive_tracking",
    "tracking_queue": "apply_tracking",
    "reconcile": "reconcile",
    "operator": "answer_operator",
}
ORDER_ID = 1045872


def event(name: str) -> dict[str, Any]:
    """One sample event."""
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return read


def test_every_sample_event_is_named_here_and_explained() -> None:
    """No file is left out of these tests, nor of the table a person reads."""
    files = {path.stem for path in EVENTS.glob("*.json")}
    assert files == set(FUNCTIONS)
    table = (EVENTS / "README.md").read_text()
    assert [name for name in FUNCTIONS if f"`{name}.json` | `{FUNCTIONS[name]}`" not in table] == []


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_sample_event_is_accepted_by_an_empty_stack(name: str) -> None:
    """On a stack that knows no order the event is taken without an error and nothing is set aside."""
    bench = Bench()
    answer = bench.invoke(FUNCTIONS[name], event(name))
    assert answer.get("batchItemFailures", []) == []
    assert answer.get("statusCode", 200) == 200
    assert answer.get("status", "completed") in ("completed", "done")
    assert set(bench.sqs.queues) <= {TRACKING}
    assert "invocation_failed" not in {said for said, _ in bench.telemetry.notes}


def test_the_sample_events_tell_one_story() -> None:
    """A tick, the page, the web-hook and its message, in this order, take order 1045872 to Fully Shipped."""
    bench = Bench()
    assert add(bench) == ORDER_ID
    assert bench.invoke("fetch_orders", event("schedule"))["status"] == "completed"
    [message] = bench.sqs.queues[ORDERS]
    page = json.loads(event("orders_queue")["Records"][0]["body"])
    assert json.loads(message.body)["orders"] == page["orders"]
    bench.invoke("hand_off_orders", event("orders_queue"))
    row = bench.row(ORDER_ID)
    assert row.state is State.HANDED_OVER
    assert bench.starshipit.print_label(row.starshipit_ids[0]) == ["34ABC0000001"]
    assert bench.invoke("receive_tracking", event("webhook"))["statusCode"] == 200
    [report] = bench.sqs.queues[TRACKING]
    assert json.loads(report.body) == json.loads(event("tracking_queue")["Records"][0]["body"])
    assert bench.invoke("apply_tracking", event("tracking_queue")) == {"batchItemFailures": []}
    assert bench.row(ORDER_ID).state is State.SHIPPED


@pytest.mark.parametrize("name", ["webhook", "webhook_test"])
def test_the_sample_signature_is_over_the_sample_body(name: str) -> None:
    """A person may rely on the file: its signature is the one of its body."""
    sample = event(name)
    expected = signed(sample["body"].encode())["X-Starshipit-Signature"]
    assert sample["headers"]["x-starshipit-signature"] == expected
