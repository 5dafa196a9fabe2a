"""Orders whose deadline passed go back to work, found by index, without multiplying messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.state.rows import OrderRow, State
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, created, pointers, settle, states

pytestmark = pytest.mark.slow


def put(bench: Bench, row: OrderRow) -> OrderRow:
    """Store a row as some function left it."""
    return bench.runtime().tools(bench.context()).ledger.save(row)


def now(bench: Bench) -> int:
    return int(bench.clock.now().timestamp())


def test_lost_messages_are_queued_again(bench: Bench) -> None:
    """The queue lost everything: half an hour later the orders are on their way again, and go once."""
    ids = add_orders(bench, 60)
    bench.fetch()
    bench.sqs.queues.clear()
    for _ in range(4):
        assert bench.fetch()["counts"]["requeued"] == 0
        bench.clock.pass_time(TICK)
    bench.clock.pass_time(TICK)
    assert bench.fetch()["counts"]["requeued"] == 60
    assert len(bench.sqs.queues[ORDERS]) == 2, "messages are full"
    bench.work(60)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_a_message_that_is_only_late_becomes_stale(bench: Bench) -> None:
    """Consumers stood still for hours: pointers pile up slowly, only the newest of each order is worked on."""
    ids = add_orders(bench, 3)
    for _ in range(36):
        bench.fetch()
        bench.clock.pass_time(TICK)
    queued = pointers(bench)
    assert len(queued) <= 3 * (1 + 36 * 300 // 1440)
    assert len(set(queued)) == len(queued), "each has another version"
    newest = {order_id: max(version for i, version in queued if i == order_id) for order_id in ids}
    assert newest == {order_id: bench.row(order_id).version for order_id in ids}
    calls = bench.sellercloud.count()["GET /api/Orders"]
    bench.work(60)
    assert {created(bench, order_id) for order_id in ids} == {1}
    assert bench.sellercloud.count()["GET /api/Orders"] == calls + 1, "stale pointers cost no call"


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.UNKNOWN])
def test_each_waiting_state_is_found_by_its_deadline(bench: Bench, state: State) -> None:
    """A row left behind in any waiting state is found once its time has come, and not before."""
    (order_id,) = add_orders(bench, 1)
    tools = bench.runtime().tools(bench.context())
    row = OrderRow(order_id, state, since=now(bench), order_number=str(order_id), company_id=171, sent_at=now(bench))
    put(bench, replace(row, due_at=now(bench) + 100, deadline=now(bench) + 100, owner="dead").noting(1, "queued"))
    assert bench.fetch()["counts"]["requeued"] == 0
    bench.clock.pass_time(101 + (tools.settings.visibility_seconds if state is State.UNKNOWN else 0))
    assert bench.fetch()["counts"]["requeued"] == 1
    found = bench.row(order_id)
    assert found.state is (State.QUEUED if state is State.QUEUED else State.UNKNOWN)
    assert bench.fetch()["counts"]["requeued"] == 0, "once"
    assert pointers(bench) == [(order_id, found.version)]
    for _ in range(10):
        settle(bench)
    assert bench.row(order_id).state is State.HANDED_OVER
    assert created(bench, order_id) == 1


def test_what_a_person_decides_is_left_alone(bench: Bench) -> None:
    """An unknown outcome that waits for a person is not queued by any tick."""
    row = OrderRow(7, State.UNKNOWN, since=1, due_at=2**40).needing("outcome_unknown", 5)
    put(bench, row)
    for _ in range(5):
        assert bench.fetch()["counts"]["requeued"] == 0
        bench.clock.pass_time(86_400)
    assert bench.sqs.bodies == []


def test_a_backlog_larger_than_one_answer_is_requeued_whole(make_bench: MakeBench) -> None:
    """Two thousand five hundred lost messages: one tick finds them all."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="5000")
    tools = bench.runtime().tools(bench.context())
    rows = [OrderRow(order_id, State.QUEUED, since=1, due_at=5) for order_id in range(1, 2501)]
    tools.ledger.save_many(rows)
    assert bench.fetch()["counts"]["requeued"] == 2500
    assert len(pointers(bench)) == 2500
    assert bench.fetch()["counts"]["requeued"] == 0


def test_a_backlog_leaves_time_for_the_fetch_and_no_row_without_its_message(make_bench: MakeBench) -> None:
    """A slow table and a short time limit: every row that was moved has its message, the rest is the next tick's."""
    bench = make_bench(FUNCTION_TIMEOUT="20")
    tools = bench.runtime().tools(bench.context())
    tools.ledger.save_many([OrderRow(order_id, State.QUEUED, since=1, due_at=5) for order_id in range(1, 301)])
    (fresh,) = add_orders(bench, 1)
    put_item = bench.dynamodb.put_item

    def slow(**arguments: object) -> object:
        bench.clock.pass_time(0.05)
        return put_item(**arguments)  # type: ignore[arg-type]

    bench.dynamodb.put_item = slow  # type: ignore[assignment, method-assign]
    first = bench.fetch()
    assert first["status"] == "completed"
    assert 0 < first["counts"]["requeued"] < 300
    assert states(bench, [fresh]) == {State.QUEUED}
    moved = [row for row in (bench.row(i) for i in range(1, 301)) if row.version > 1]
    assert {(row.order_id, row.version) for row in moved} == set(pointers(bench)) - {(fresh, 1)}
    again = [bench.fetch()["counts"]["requeued"] for _ in range(5)]
    assert first["counts"]["requeued"] + sum(again) == 300


def test_the_oldest_order_is_told_however_often_it_was_tried(bench: Bench) -> None:
    """Requeued, sent back and requeued, an order stuck for hours is still that old, behind ever newer ones."""
    (stuck,) = add_orders(bench, 1)
    bench.fetch()
    for _ in range(30):
        bench.clock.pass_time(TICK)
        row = bench.row(stuck)
        if row.state is State.QUEUED:
            row = put(bench, row.to(State.SENDING, now(bench), "sending", due_at=now(bench) + 60))
            put(bench, row.to(State.QUEUED, now(bench), "sent_back", due_at=now(bench) + 1440))
        add_orders(bench, 1)
        bench.telemetry.metrics.clear()
        bench.fetch()
    assert bench.telemetry.metrics["OldestOrderWaitingSeconds"] == 30 * TICK


def test_an_index_that_is_behind_the_rows_requeues_nothing(bench: Bench) -> None:
    """The index still shows deadlines that were met meanwhile: rows that moved on are left alone, and a tick ends."""
    ids = add_orders(bench, 3)
    bench.fetch()
    question = {"TableName": "ledger", "IndexName": "by_state", "KeyConditionExpression": "state_key = :state"}
    stale = bench.dynamodb.query(**question, ExpressionAttributeValues={":state": {"S": "queued"}})  # type: ignore[arg-type]
    assert stale["Count"] == 3
    bench.work(60)
    bench.dynamodb.query = lambda **_: stale  # type: ignore[method-assign]
    bench.clock.pass_time(2000)
    assert bench.fetch()["counts"]["requeued"] == 0
    assert states(bench, ids) == {State.HANDED_OVER}
    assert bench.fetch(action="release")["released"] == 0
