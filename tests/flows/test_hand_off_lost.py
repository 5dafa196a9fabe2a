"""I1, hand-off 3: a create whose answer is lost leads to no second order."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_well_behaved,
    bulk_reads,
    calls,
    creates,
    deliver_again,
    hand_off_once,
    queue_page,
    rows,
    settled_bench,
    until_final,
)

pytestmark = pytest.mark.slow

DUPLICATES = ["duplicate", "reject"]
COMMITTED = ["lost_after_commit", "500_after_commit", "slow", "late_commit"]
NOT_COMMITTED = ["lost_before_commit", "500", "502", "503", "504", "garbage"]


@pytest.mark.parametrize("duplicates", DUPLICATES)
@pytest.mark.parametrize("kind", COMMITTED + NOT_COMMITTED)
def test_an_import_without_an_answer_makes_no_second_order(bench: Bench, kind: str, duplicates: str) -> None:
    """The answer is lost, late or an error; the orders appear at once, minutes later, or never: each is there once."""
    settled_bench(bench)
    bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
    bench.starshipit.faults.next(IMPORT, kind, seconds=120 if kind in ("slow", "late_commit") else None)
    ids = add_orders(bench, 6)
    bench.fetch()
    hand_off_once(bench)
    assert {row.state for row in rows(bench, ids)} == {State.UNKNOWN}
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    if kind in COMMITTED:
        assert calls(bench, IMPORT) + calls(bench, CREATE) == 1
    assert_well_behaved(bench)


@pytest.mark.parametrize("duplicates", DUPLICATES)
@pytest.mark.parametrize("kind", COMMITTED + NOT_COMMITTED)
def test_a_single_create_without_an_answer_makes_no_second_order(bench: Bench, kind: str, duplicates: str) -> None:
    """The same for the single create that follows a refused batch."""
    settled_bench(bench)
    bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
    bench.starshipit.faults.next(IMPORT, "refuse")
    bench.starshipit.faults.next(CREATE, kind, seconds=120 if kind in ("slow", "late_commit") else None)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    hand_off_once(bench)
    assert bench.row(order_id).state is State.UNKNOWN
    until_final(bench, [order_id])
    assert_handed_over_once(bench, [order_id])
    assert_well_behaved(bench)


@pytest.mark.parametrize("settle", [1, 5, 15, 60, 600, 900])
def test_a_commit_within_the_settling_time_is_never_doubled(make_bench: MakeBench, settle: int) -> None:
    """The vendor commits a moment before the settling time ends, however short that is: found, not sent again."""
    bench = settled_bench(make_bench(SETTLE_SECONDS=str(settle)))
    bench.starshipit.faults.next(IMPORT, "late_commit", seconds=settle - 0.5)
    ids = add_orders(bench, 3)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, IMPORT) + calls(bench, CREATE) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_killed_call_is_given_its_settling_time_from_its_last_possible_moment(
    make_bench: MakeBench, after: bool
) -> None:
    """Killed around the import while the vendor commits late: the row waits out the dead invocation, then settles."""
    bench = settled_bench(make_bench(FUNCTION_TIMEOUT="60", SETTLE_SECONDS="150"))
    bench.starshipit.faults.next(IMPORT, "late_commit", seconds=140)
    ids = add_orders(bench, 2)
    bench.fetch()
    seen = Fuse()
    seen.at = _import_effect(make_bench)
    seen.after = after
    hand_off_once(bench, seen)
    assert {row.state for row in rows(bench, ids)} == {State.SENDING}
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, IMPORT) + calls(bench, CREATE) == (1 if after else 2)


def _import_effect(make_bench: MakeBench) -> int:
    """Which effect of such a hand-off the import is."""
    bench = settled_bench(make_bench(FUNCTION_TIMEOUT="60", SETTLE_SECONDS="150"))
    add_orders(bench, 2)
    bench.fetch()
    fuse = Fuse()
    found: list[int] = []
    bench.wire.on_send = lambda method, path: found.append(fuse.count) if f"{method} {path}" == IMPORT else None
    hand_off_once(bench, fuse)
    return found[0]


def test_somebody_elses_live_sending_is_left_alone_and_its_message_kept(bench: Bench) -> None:
    """The message comes again while its first consumer is in its call: no call, not acknowledged, not a hot loop."""
    settled_bench(bench)
    ids = add_orders(bench, 3)
    bench.fetch()
    deliver_again(bench)
    seen: list[tuple[int, int, float | None]] = []

    def second(method: str, path: str) -> None:
        if f"{method} {path}" != IMPORT:
            return
        bench.wire.on_send = None
        before = len(bench.starshipit.calls)
        hand_off_once(bench)
        assert {row.state for row in rows(bench, ids)} == {State.SENDING}
        left = len(bench.sqs.queues[ORDERS])
        seen.append((len(bench.starshipit.calls) - before, left, bench.sqs.next_visible(ORDERS)))

    bench.wire.on_send = second
    hand_off_once(bench)
    [(made, left, hidden)] = seen
    assert made == 0
    assert left == 2
    assert hidden is not None
    assert hidden > 5
    until_final(bench, ids)
    bench.work(900)
    assert_handed_over_once(bench, ids)
    assert bench.sqs.queues[ORDERS] == []


def test_two_overlapping_pages_at_once(bench: Bench) -> None:
    """Two messages share half of their orders and are worked on at the same time: each order is created once."""
    settled_bench(bench)
    ids = add_orders(bench, 9)
    bench.fetch()
    bench.sqs.queues[ORDERS].clear()
    queue_page(bench, ids[:6])
    queue_page(bench, ids[3:])

    def second(method: str, path: str) -> None:
        if f"{method} {path}" == IMPORT:
            bench.wire.on_send = None
            hand_off_once(bench)

    bench.wire.on_send = second
    hand_off_once(bench)
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, IMPORT) == 2
    assert_well_behaved(bench)


def test_stale_pointers_and_repeated_messages_do_nothing(bench: Bench) -> None:
    """Messages from an older version of a row, and of orders long handed over, cause no call and are acknowledged."""
    settled_bench(bench)
    ids = add_orders(bench, 3)
    bench.fetch()
    queue_page(bench, ids, back=1)
    stale = bench.sqs.queues[ORDERS].pop(0)
    before = len(bench.starshipit.calls), len(bench.sellercloud.calls)
    hand_off_once(bench)
    assert (len(bench.starshipit.calls), len(bench.sellercloud.calls)) == before
    bench.sqs.queues[ORDERS].append(stale)
    until_final(bench, ids)
    queue_page(bench, ids)
    queue_page(bench, ids, back=2)
    made = calls(bench, IMPORT), bulk_reads(bench)
    bench.work(60)
    assert (calls(bench, IMPORT), bulk_reads(bench)) == made
    assert bench.sqs.queues[ORDERS] == []
    assert_handed_over_once(bench, ids)


def test_a_label_report_that_overtakes_the_answer_keeps_both_records(bench: Bench) -> None:
    """The warehouse prints while the import's answer is on its way: the row knows its order and is shipped, once."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    bench.starshipit.faults.next(IMPORT, "slow", seconds=2)
    plain = bench.wire.send

    def send(method: str, url: str, **request: object) -> object:
        answer = plain(method, url, **request)  # type: ignore[arg-type]
        if url.endswith("/orders/import"):
            bench.wire.send = plain  # type: ignore[method-assign]
            [made] = bench.starshipit.created_by_api(str(order_id))
            bench.starshipit.print_label(made.order_id)
            bench.deliver_webhooks()
            bench.deliver("tracking", "apply_tracking", 10)
        return answer

    bench.wire.send = send  # type: ignore[method-assign]
    hand_off_once(bench)
    assert bench.row(order_id).labels
    assert_handed_over_once(bench, [order_id])
    bench.work(900)
    assert creates(bench, order_id) == 1
    row = bench.row(order_id)
    assert row.state is State.SHIPPED, row
    assert len(row.starshipit_ids) == 1


def test_an_old_order_in_answer_to_a_create_is_for_a_person(bench: Bench) -> None:
    """The vendor answers the create with an archived order of that number: nothing is sent again, a person looks."""
    settled_bench(bench)
    bench.starshipit.faults.next(IMPORT, "old_order")
    ids = add_orders(bench, 2)
    bench.fetch()
    bench.work(1)
    versions = [row.version for row in rows(bench, ids)]
    for _ in range(8):
        bench.fetch()
        bench.work(600)
    for row in rows(bench, ids):
        assert row.attention == "answered_with_old_order", row
    assert [row.version for row in rows(bench, ids)] == versions
    assert calls(bench, IMPORT) + calls(bench, CREATE) == 1
    assert bench.telemetry.metrics["OutcomeUnknown"] == 2


def test_a_message_with_the_same_order_twice_takes_the_newest_pointer(bench: Bench) -> None:
    """One message leads to an order by an old and by the present version of its row: it goes, once."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    bench.fetch()
    version = bench.row(order_id).version
    bench.sqs.queues[ORDERS].clear()
    body = f'{{"orders": [[{order_id}, {version}], [{order_id}, {version - 1}]], "correlation_id": "x"}}'
    bench.sqs._put(ORDERS, body, 0)
    hand_off_once(bench)
    assert_handed_over_once(bench, [order_id])
    assert bench.sqs.queues[ORDERS] == []
