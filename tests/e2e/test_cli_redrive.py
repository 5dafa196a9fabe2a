"""`connector redrive` on the deployed stack: letters go back once, malformed ones stay, evidence is kept until told."""

from __future__ import annotations

import json
import time
from typing import Any

from tests.e2e.conftest import Bench
from tests.e2e.terminal import Ran, Terminal


def _send(bench: Bench, queue: str, body: object, reason: str = "") -> None:
    attributes = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    text = body if isinstance(body, str) else json.dumps(body)
    url = bench.stack.outputs[queue]
    bench.stack.client("sqs").send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)


def _queue(ran: Ran, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in ran.json["queues"] if each["queue"] == name)
    return found


def _figures(ran: Ran, name: str) -> tuple[int, ...]:
    one = _queue(ran, name)
    return one["there"], one["given_back"], one["discarded"], one["left"]


def _waiting_order(bench: Bench) -> tuple[int, int]:
    """An order whose pointer is a dead letter: queued in the ledger, and nothing in the queue."""
    order_id: int = bench.sellercloud.add_order()
    row = {
        "pk": {"S": f"ORDER#{order_id}"}, "sk": {"S": "ORDER"}, "order_id": {"N": str(order_id)},
        "state": {"S": "queued"}, "state_key": {"S": "queued"}, "due_at": {"N": str(int(time.time()) + 9999)},
        "since": {"N": "1700000000"}, "version": {"N": "4"},
    }  # fmt: skip
    bench.stack.client("dynamodb").put_item(TableName=bench.stack.outputs["LedgerTable"], Item=row)
    return order_id, 4


def test_letters_go_back_and_malformed_ones_stay_until_they_are_discarded(bench: Bench, terminal: Terminal) -> None:
    """Listed, given back (and worked on), left with exit code 1; then deleted, with the records of failed runs."""
    order_id, version = _waiting_order(bench)
    for _ in range(2):
        _send(bench, "OrdersDeadLettersUrl", {"orders": [[order_id, version]], "correlation_id": "x"})
    _send(bench, "OrdersDeadLettersUrl", "not ours", "not a page of orders")
    _send(
        bench, "TrackingDeadLettersUrl", {"tracking_number": "T1", "status": "\x1b[31mPrinted", "order_number": "none"}
    )
    _send(bench, "FailedRunsUrl", {"requestContext": {}, "responsePayload": {"errorMessage": "it fell over"}})

    listed = terminal("redrive", "--list")
    assert listed.code == 0, listed
    for words in (
        f"orders {order_id}",
        "label T1  [31mPrinted, order none",
        "it fell over",
        "not a page of orders",
    ):
        assert words in listed.out
    assert "\x1b[31mP" not in listed.out

    ran = terminal("redrive", "--json", role="operator")
    assert ran.code == 1, ran
    assert _figures(ran, "orders") == (3, 2, 0, 1)
    assert _figures(ran, "tracking") == (1, 1, 0, 0)
    assert _figures(ran, "failed runs") == (1, 0, 0, 1)
    bench.wait_for(lambda: bench.stack.order_rows()[order_id]["state"] == "handed_over", "the order of the letter")
    assert len(bench.starshipit.created_by_api(str(order_id))) == 1

    again = terminal("redrive")
    assert (again.code, "malformed: not a page of orders" in again.out) == (1, True)
    assert "redrive --discard" in again.out
    assert terminal("redrive", "--discard").code == 2
    gone = terminal("redrive", "--discard", "--yes", "--json")
    assert gone.code == 0, gone
    assert (_figures(gone, "orders"), _figures(gone, "failed runs")) == ((1, 0, 1, 0), (1, 0, 1, 0))
    empty = terminal("redrive")
    assert (empty.code, "No dead letter is there." in empty.out) == (0, True)
