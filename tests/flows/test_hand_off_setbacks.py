"""Hand-off 7, I6: quotas, keys, addresses and time: what stops a hand-off without any order being at fault."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, ORDERS_DEAD, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    UNSHIPPED,
    add_orders,
    assert_handed_over_once,
    assert_well_behaved,
    bulk_reads,
    calls,
    hand_off_once,
    rows,
    settled_bench,
    until_final,
    visible,
)

pytestmark = pytest.mark.slow


def _queued(bench: Bench, count: int = 3) -> list[int]:
    settled_bench(bench)
    ids = add_orders(bench, count)
    bench.fetch()
    return ids


@pytest.mark.parametrize("in_body", [False, True])
@pytest.mark.parametrize("retry_after", [False, True])
def test_too_many_requests_costs_the_message_nothing_and_slows_everybody(
    bench: Bench, in_body: bool, retry_after: bool
) -> None:
    """429 as a status or inside HTTP 200, with and without Retry-After: queued anew, nobody calls for a while."""
    ids = _queued(bench)
    bench.starshipit.switches.throttle_status = 200 if in_body else 429
    bench.starshipit.switches.retry_after_header = retry_after
    bench.starshipit.faults.next(IMPORT, "429", times=3)
    while (row := bench.row(ids[0])).state is not State.HANDED_OVER:
        assert row.state is State.QUEUED
        refused_at = bench.starshipit.calls[-1].time if bench.starshipit.calls else None
        visible(bench)
        hand_off_once(bench)
        called = [call.time for call in bench.starshipit.calls]
        if refused_at and called[-1] != refused_at:
            assert (called[-1] - refused_at).total_seconds() >= 2
        assert all(message.received == 0 for message in bench.sqs.queues[ORDERS])
    assert bench.telemetry.metrics["Throttled"] == 3
    assert_handed_over_once(bench, ids)
    assert ORDERS_DEAD not in bench.sqs.queues


def test_a_quota_used_up_by_somebody_else_is_waited_out(bench: Bench) -> None:
    """Another account shares the subscription key and spends it: our orders go all the same, a little later."""
    ids = _queued(bench, 60)
    bench.starshipit.faults.chance("*", "429", 0.4)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert bench.starshipit.max_calls_in_a_second <= 2


def test_sellercloud_over_its_quota_is_waited_out(bench: Bench) -> None:
    """Sellercloud answers 409 with a reset time: no call before it, then the orders go."""
    ids = _queued(bench)
    bench.sellercloud.faults.next("GET /api/Orders", "throttle", seconds=300)
    hand_off_once(bench)
    before = len(bench.sellercloud.calls)
    bench.work(250)
    assert len(bench.sellercloud.calls) == before
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_never_more_calls_in_any_second_than_the_budget_with_several_consumers(bench: Bench) -> None:
    """Consumers interleave at every call: a strict limiter of two calls a second never refuses one."""
    settled_bench(bench)
    bench.starshipit.create_by_hand("X", "X")
    ids = add_orders(bench, 230)
    bench.starshipit.faults.poison[str(ids[7])] = "The street is not known"
    bench.starshipit.faults.poison[str(ids[120])] = "The street is not known"
    bench.fetch()
    depth = 0

    def another(method: str, path: str) -> None:
        nonlocal depth
        if depth < 3:
            depth += 1
            hand_off_once(bench)
            depth -= 1

    bench.wire.on_send = another
    bench.work(600)
    bench.wire.on_send = None
    until_final(bench, ids)
    assert_handed_over_once(bench, [order_id for order_id in ids if order_id not in (ids[7], ids[120])])
    assert bench.starshipit.max_calls_in_a_second <= 2
    assert_well_behaved(bench)


def _wrong_keys(bench: Bench, kind: str) -> None:
    """The keys stop being right; the vendor says so in one of its ways."""
    if kind == "subscription":
        bench.starshipit.gateway.subscription_key = "another"
    else:
        bench.starshipit.switches.api_key_refusal = int(kind)  # type: ignore[assignment]
        bench.starshipit.gateway.api_key = "another"


@pytest.mark.parametrize("kind", ["401", "403", "200", "subscription"])
def test_wrong_keys_are_told_once_and_not_tried_again_until_the_secret_changes(bench: Bench, kind: str) -> None:
    """401, 403 or a polite 200: one call, a record and a metric, the orders stay queued, and go by themselves after."""
    ids = _queued(bench, 5)
    _wrong_keys(bench, kind)
    bench.work(3600)
    assert len(bench.starshipit.calls) == 1
    assert bench.telemetry.metrics["CredentialsRefused"] >= 1
    assert any(facts.get("kind") == "CredentialsRefused" for _, facts in bench.telemetry.notes)
    assert {row.state for row in rows(bench, ids)} == {State.QUEUED}
    reads = bulk_reads(bench)
    bench.work(1800)
    assert bulk_reads(bench) == reads
    bench.starshipit.gateway.api_key = "right-at-last"
    bench.starshipit.gateway.subscription_key = "right-at-last"
    bench.secrets.store("starshipit", api_key="right-at-last", subscription_key="right-at-last")
    bench.work(1200)
    assert_handed_over_once(bench, ids)


@pytest.mark.parametrize("value", ["REPLACE_ME", ""])
def test_a_placeholder_secret_makes_no_call_at_all(bench: Bench, value: str) -> None:
    """Starshipit's keys are not stored yet: neither vendor is called, the orders stay queued, and go once they are."""
    ids = _queued(bench)
    bench.secrets.store("starshipit", api_key=value, subscription_key="obviously-fake-subscription-key")
    before = len(bench.sellercloud.calls)
    bench.work(2000)
    assert bench.starshipit.calls == []
    assert len(bench.sellercloud.calls) == before
    assert bench.telemetry.metrics["NotConfigured"] >= 1
    bench.secrets.store(
        "starshipit", api_key="obviously-fake-api-key", subscription_key="obviously-fake-subscription-key"
    )
    bench.work(1200)
    assert_handed_over_once(bench, ids)


def test_sellercloud_refusing_its_password_keeps_the_queue(bench: Bench) -> None:
    """One login is refused; no further one is tried, the orders stay queued, and go once the secret is right."""
    ids = _queued(bench)
    bench.sellercloud.change_password("another")
    bench.work(3600)
    assert bench.sellercloud.access.failed_logins == 1
    assert {row.state for row in rows(bench, ids)} == {State.QUEUED}
    bench.secrets.store("sellercloud", username="sync@example.com", password="another")
    bench.work(1200)
    assert_handed_over_once(bench, ids)


def test_a_web_page_in_place_of_sellercloud_stops_the_page_and_refuses_no_order(bench: Bench) -> None:
    """The portal answers 200 with its login page, for the list or for a gift's detail: everything waits."""
    settled_bench(bench)
    ids = add_orders(bench, 2) + add_orders(bench, 1, gift=True, gift_message="Happy birthday")
    bench.fetch()
    bench.sellercloud.faults.next("GET /api/Orders", "html")
    bench.sellercloud.faults.next("GET /api/Orders/{id}", "html")
    for _ in range(2):
        visible(bench)
        hand_off_once(bench)
        assert {(row.state, row.reason, row.attempts) for row in rows(bench, ids)} == {(State.QUEUED, "", 0)}
        hidden = bench.sqs.next_visible(ORDERS)
        assert hidden is not None
        assert hidden > 30
    assert bench.telemetry.metrics["WrongAddress"] == 2
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_a_web_page_in_place_of_starshipit_marks_no_order_refused(bench: Bench) -> None:
    """Starshipit's address shows a web page: a create is unknown, a look stops, and no order is refused."""
    ids = _queued(bench)
    bench.starshipit.faults.always("*", "garbage")
    for _ in range(10):
        visible(bench)
        hand_off_once(bench)
        assert {row.state for row in rows(bench, ids)} == {State.UNKNOWN}
    bench.starshipit.faults.clear()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_a_refusal_that_cannot_be_looked_into_stands(bench: Bench) -> None:
    """The bad order is refused singly, and the look that follows fails: its reason is kept, the others go."""
    ids = _queued(bench, 4)
    bench.starshipit.faults.poison[str(ids[1])] = "The street is not known"
    bench.starshipit.faults.always("GET /api/orders", "500")
    until_final(bench, ids)
    row = bench.row(ids[1])
    assert (row.state, row.vendor_text != "") == (State.REFUSED, True)
    assert_handed_over_once(bench, [ids[0], *ids[2:]])


def test_a_number_taken_that_cannot_be_looked_into_is_settled(bench: Bench) -> None:
    """`already exists` singly, and the look fails: unknown, not refused; found later and adopted."""
    bench.starshipit.switches.duplicates = "reject"
    [order_id] = _queued(bench, 1)
    there = bench.starshipit.create_by_hand(str(order_id), str(order_id))
    bench.starshipit.print_label(there)
    bench.starshipit.outbox.clear()
    bench.starshipit.faults.next("GET /api/orders", "503", times=2)
    bench.work(1)
    assert bench.row(order_id).state is State.UNKNOWN
    until_final(bench, [order_id])
    assert bench.row(order_id).starshipit_ids == (there,)


def test_nothing_is_marked_sending_without_time_for_the_whole_call(make_bench: MakeBench) -> None:
    """Less than a full timeout remains: no row is touched, no create leaves, and the page is queued again."""
    bench = make_bench(FUNCTION_TIMEOUT="60")
    ids = _queued(bench)
    bench.sellercloud.faults.latency = 27.0
    bench.starshipit.latency.reads = (5.0, 5.0)
    before = [row.version for row in rows(bench, ids)]
    bench.sellercloud.switches.token_life_seconds = 3600
    hand_off_once(bench)
    assert [row.version for row in rows(bench, ids)] == before
    assert calls(bench, IMPORT) == 0
    assert len(bench.sqs.queues[ORDERS]) == 1
    bench.sellercloud.faults.latency = 1.0
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)


def test_no_create_is_in_flight_when_its_rows_deadline_passes(make_bench: MakeBench) -> None:
    """Somebody pushes the budget while rows are *sending*: the call leaves late, and nobody takes its rows for dead."""
    bench = settled_bench(make_bench(FUNCTION_TIMEOUT="60", SETTLE_SECONDS="1"))
    ids = add_orders(bench, 2)
    bench.fetch()
    deadlines: list[float] = []

    def on_send(method: str, path: str) -> None:
        if f"{method} {path}" in (IMPORT, CREATE):
            read_timeout = 27.5
            latest = bench.clock.now().timestamp() + read_timeout
            deadlines.extend(row.deadline - latest for row in rows(bench, ids))

    bench.wire.on_send = on_send
    hand_off_once(bench)
    assert deadlines
    assert all(margin > 0 for margin in deadlines)


def test_an_outage_leaves_no_trace_but_time(bench: Bench) -> None:
    """Starshipit and then Sellercloud are down for a while: afterwards every order goes, none needs a person."""
    ids = _queued(bench, 20)
    bench.starshipit.faults.always("*", "503")
    bench.work(700)
    bench.starshipit.faults.clear()
    bench.sellercloud.faults.outage = True
    bench.work(700)
    bench.sellercloud.faults.outage = False
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert not any(row.attention for row in rows(bench, ids))
    assert ORDERS_DEAD not in bench.sqs.queues


def test_looks_share_one_list_call_for_both_halves(bench: Bench) -> None:
    """A refused batch is looked for once, not once a half."""
    ids = _queued(bench, 50)
    bench.starshipit.faults.next(IMPORT, "refuse")
    until_final(bench, ids)
    assert calls(bench, UNSHIPPED) == 1
    assert calls(bench, IMPORT) == 3
    assert_handed_over_once(bench, ids)
