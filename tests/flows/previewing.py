"""What the preview tests share: a preview to its end, what it may not have touched, what was really sent since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from tests.flows.bench import ORDERS, Bench

MOST_ANSWERS = 60
ANSWER_LIMIT_BYTES = 5_000_000
CURSOR_LIMIT_BYTES = 200_000
SENT = ("/orders/import", "/api/orders")


def previewed(bench: Bench, **arguments: Any) -> dict[str, Any]:
    """A preview to its end, as the terminal asks for it: the last answer, with the lists of all of them."""
    whole: dict[str, list[Any]] = {"would_send": [], "left_out": [], "under_way": [], "warnings": []}
    cursor: dict[str, Any] | None = {}
    for number in range(1, MOST_ANSWERS):
        answer = bench.ask("preview", cursor=cursor, **arguments)
        assert len(json.dumps(answer)) < ANSWER_LIMIT_BYTES
        assert answer["status"] == "done", answer
        for name, found in whole.items():
            found.extend(answer[name])
        cursor = answer["cursor"]
        assert len(json.dumps(cursor)) < CURSOR_LIMIT_BYTES
        if cursor is None:
            return {**answer, **whole, "answers": number}
    raise AssertionError("the preview does not come to its end")


def ids(rows: list[dict[str, Any]]) -> list[int]:
    """The orders' ids, ascending; none of them twice."""
    found = [row["order_id"] for row in rows]
    assert len(set(found)) == len(found), "an order is listed twice"
    return sorted(found)


def by_reason(answer: dict[str, Any]) -> dict[str, list[int]]:
    """The ids of what is left out, by reason."""
    found: dict[str, list[int]] = {}
    for row in answer["left_out"]:
        found.setdefault(row["reason"], []).append(row["order_id"])
    return {reason: sorted(each) for reason, each in found.items()}


def written(bench: Bench) -> dict[str, Any]:
    """Everything anybody could have written: table, queues, both vendors' orders, metrics, log lines.

    The call budgets are left out, and with them the memory of a vendor's refusals for speed.
    """
    table = {
        (item["pk"]["S"], item["sk"]["S"]): item
        for item in bench.dynamodb.items()
        if not item["pk"]["S"].startswith(("BUDGET#", "REFUSALS#"))
    }
    queues = {
        name: [(m.message_id, m.body, m.visible_at, m.received) for m in messages]
        for name, messages in bench.sqs.queues.items()
    }
    writes = [call for call in bench.sellercloud.calls if not call.route.startswith(("GET ", "POST /api/token"))]
    starshipit = (len(bench.starshipit.calls), len(bench.starshipit.outbox))
    orders = dict(bench.sellercloud.orders)
    return deepcopy(
        {
            "table": table,
            "queues": queues,
            "sellercloud": (len(writes), orders),
            "starshipit": starshipit,
            "metrics": bench.telemetry.metrics,
            "notes": len(bench.telemetry.notes),
        }
    )


@contextmanager
def nothing_written(bench: Bench) -> Iterator[None]:
    """Fails when the block leaves a trace: in the table, a queue, a log, a metric or at a vendor."""
    before = written(bench)
    yield
    after = written(bench)
    for what, value in before.items():
        assert after[what] == value, what


@contextmanager
def sent_orders(bench: Bench) -> Iterator[dict[int, dict[str, Any]]]:
    """The orders Starshipit is sent meanwhile, as they leave, by Sellercloud id."""
    found: dict[int, dict[str, Any]] = {}
    send = bench.wire.send

    def noted(method: str, url: str, *, body: Any = None, **rest: Any) -> Any:
        if method == "POST" and url.endswith(SENT) and ":2/" in url:
            for order in body.get("orders") or [body.get("order") or body]:
                found[int(order["reference"])] = json.loads(json.dumps(order))
        return send(method, url, body=body, **rest)

    bench.wire.send = noted  # type: ignore[method-assign]
    yield found
    bench.wire.send = send  # type: ignore[method-assign]


def waiting(bench: Bench) -> int:
    """How many messages the orders queue holds."""
    return len(bench.sqs.queues.get(ORDERS, []))
