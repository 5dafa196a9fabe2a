"""Hand-off 1, 2 and 5: numbers that are taken, and messages that are none."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, ORDERS_DEAD, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    add_orders,
    assert_handed_over_once,
    creates,
    hand_off_once,
    rows,
    settled_bench,
    until_final,
)


def _queued(bench: Bench, count: int = 3, **changes: object) -> list[int]:
    settled_bench(bench)
    ids = add_orders(bench, count, **changes)
    bench.fetch()
    return ids


@pytest.mark.parametrize("status", [200, 409])
def test_a_number_that_is_taken_by_us_is_adopted(bench: Bench, status: int) -> None:
    """`already exists`, as text or as 409, and the order there has our reference: handed over, not refused."""
    bench.starshipit.switches.duplicates = "reject"
    bench.starshipit.switches.duplicate_status = status  # type: ignore[assignment]
    ids = _queued(bench, 3)
    there = bench.starshipit.create_by_hand(str(ids[1]), str(ids[1]))
    bench.starshipit.print_label(there)
    bench.starshipit.outbox.clear()
    until_final(bench, ids)
    assert_handed_over_once(bench, [ids[0], ids[2]])
    row = bench.row(ids[1])
    assert (row.state, row.starshipit_ids) == (State.HANDED_OVER, (there,))
    assert creates(bench, ids[1]) == 0


@pytest.mark.parametrize("status", [200, 409])
def test_a_number_that_is_taken_by_somebody_else_gets_our_id_added(make_bench: MakeBench, status: int) -> None:
    """Another shop's order has the channel's number: ours goes as number-id, stored before it is sent."""
    bench = make_bench(ORDER_NUMBER_SOURCE="channel")
    bench.starshipit.switches.duplicates = "reject"
    bench.starshipit.switches.duplicate_status = status  # type: ignore[assignment]
    [order_id] = _queued(bench, 1, source_id="1001")
    bench.starshipit.create_by_hand("1001", "of another shop")
    stored: list[str] = []
    bench.wire.on_send = lambda method, path: stored.append(bench.row(order_id).order_number)
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])
    [made] = bench.starshipit.created_by_api(str(order_id))
    assert made.order_number == bench.row(order_id).order_number == stored[-1] == f"1001-{order_id}"


def test_two_orders_with_one_channel_number_go_under_two_numbers(make_bench: MakeBench) -> None:
    """Two shops, one number: both are in Starshipit, each under a number of its own, in one page and in two."""
    bench = make_bench(ORDER_NUMBER_SOURCE="channel")
    first = _queued(bench, 2, source_id="1001")
    until_final(bench, first)
    later = add_orders(bench, 1, source_id="1001")
    bench.fetch()
    until_final(bench, later)
    assert_handed_over_once(bench, [*first, *later])
    assert len({row.order_number for row in rows(bench, [*first, *later])}) == 3


@pytest.mark.parametrize(
    "body",
    [
        "this is no JSON",
        '{"orders": []}',
        '{"orders": [["1045001", 1]]}',
        '{"orders": [[1045001]]}',
        '{"orders": {"1": 2}}',
        "[]",
        "null",
        '{"orders": [[1045001, true]]}',
        '{"orders": [' + ", ".join(f"[{number}, 1]" for number in range(51)) + "]}",
    ],
)
def test_a_malformed_message_is_set_aside_with_its_reason(bench: Bench, body: str) -> None:
    """Not one of our pages: in the dead-letter queue with a sentence, counted; the pages beside it are worked on."""
    ids = _queued(bench, 2)
    bench.sqs._put(ORDERS, body, 0)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    [dead] = bench.sqs.queues[ORDERS_DEAD]
    assert dead.body == body
    assert "page" in dead.reason
    assert bench.telemetry.metrics["MalformedMessage"] == 1
    assert bench.sqs.queues[ORDERS] == []


def test_a_pointer_to_nothing_is_acknowledged(bench: Bench) -> None:
    """The ledger has no such order: no call, and the message does not go round."""
    settled_bench(bench)
    before = len(bench.sellercloud.calls)
    bench.sqs._put(ORDERS, '{"orders": [[7, 1]], "correlation_id": "x"}', 0)
    hand_off_once(bench)
    assert bench.sqs.queues[ORDERS] == []
    assert len(bench.sellercloud.calls) == before
