"""Hand-off 2 and 4: an import refused as a whole is taken apart, so that only the bad order stays behind."""

from __future__ import annotations

import math

import pytest

from connector.state.rows import State
from tests.flows.bench import ORDERS, Bench
from tests.flows.conftest import MakeBench
from tests.flows.scene import (
    CREATE,
    IMPORT,
    UNSHIPPED,
    Fuse,
    add_orders,
    assert_handed_over_once,
    assert_refused,
    assert_well_behaved,
    calls,
    hand_off_once,
    rows,
    run_on,
    settled_bench,
    until_final,
)

pytestmark = pytest.mark.slow

FAILURES = ["all_or_nothing", "partial", "partial_success_true"]
WORDS = "The street is not known"


def _poison(bench: Bench, *ids: int) -> None:
    bench.starshipit.faults.poison.update({str(order_id): WORDS for order_id in ids})


@pytest.mark.parametrize("errors", ["objects", "strings"])
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("places", [(17,), (0, 49)])
def test_the_good_orders_of_a_refused_import_go_and_each_bad_one_has_its_own_reason(
    bench: Bench, failure: str, errors: str, places: tuple[int, ...]
) -> None:
    """One or two bad orders among fifty: the others are there once, the bad ones say why in the vendor's words."""
    settled_bench(bench)
    bench.starshipit.switches.import_failure = failure  # type: ignore[assignment]
    bench.starshipit.switches.errors_as = errors  # type: ignore[assignment]
    ids = add_orders(bench, 50)
    bad = [ids[place] for place in places]
    _poison(bench, *bad)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, [order_id for order_id in ids if order_id not in bad])
    for order_id in bad:
        assert_refused(bench, order_id, WORDS)
    assert_well_behaved(bench)


def test_a_batch_of_bad_orders_only_leaves_a_reason_on_each(bench: Bench) -> None:
    """All orders are refused: each by itself, none goes round the queue."""
    settled_bench(bench)
    ids = add_orders(bench, 7)
    _poison(bench, *ids)
    bench.fetch()
    until_final(bench, ids)
    for order_id in ids:
        assert_refused(bench, order_id, WORDS)
    before = calls(bench, IMPORT), calls(bench, CREATE)
    run_on(bench, 7200, every=600)
    assert (calls(bench, IMPORT), calls(bench, CREATE)) == before


@pytest.mark.parametrize(("count", "bad"), [(1, 0), (50, 0), (51, 0), (200, 2), (150, 1)])
def test_imports_are_few(bench: Bench, count: int, bad: int) -> None:
    """At most 1.3 imports for each fifty orders and 4, and 12 for each refused order, single creates included."""
    settled_bench(bench)
    ids = add_orders(bench, count)
    _poison(bench, *ids[:: max(1, count // 2)][:bad])
    bench.fetch()
    until_final(bench, ids)
    most = 1.3 * math.ceil((count - bad) / 50) + 4 + 12 * bad
    assert calls(bench, IMPORT) + calls(bench, CREATE) <= most
    assert calls(bench, UNSHIPPED) <= 10 * bad
    assert_well_behaved(bench)


def test_a_batch_taken_apart_goes_on_from_where_the_time_limit_cut_it_off(make_bench: MakeBench) -> None:
    """Slow imports and little time: the halves stay apart between invocations; the bad order is found in few calls."""
    bench = settled_bench(make_bench(FUNCTION_TIMEOUT="20", MAX_NEW_ORDERS_PER_RUN="500"))
    ids = add_orders(bench, 50)
    _poison(bench, ids[31])
    bench.fetch()
    bench.starshipit.latency.imports = (4.0, 6.0)
    bench.starshipit.latency.creates = (2.0, 3.0)
    invocations = 0
    while bench.sqs.queues[ORDERS] and invocations < 60:
        invocations += hand_off_once(bench)
        bench.clock.pass_time(5)
    assert invocations > 3
    assert_handed_over_once(bench, [order_id for order_id in ids if order_id != ids[31]])
    assert_refused(bench, ids[31], WORDS)
    assert calls(bench, IMPORT) + calls(bench, CREATE) <= 1.3 + 4 + 12
    assert_well_behaved(bench)


def test_a_refused_import_that_created_some_orders_all_the_same_makes_no_second_one(bench: Bench) -> None:
    """The vendor says no to all, and keeps the good ones without naming them: they are found and adopted."""
    settled_bench(bench)
    ids = add_orders(bench, 10)
    bench.fetch()
    bench.starshipit.faults.next(IMPORT, "refuse", details="One of the orders is not valid")
    bench.wire.on_send = _creating(bench, ids[:6])
    until_final(bench, ids)
    for order_id in ids[:6]:
        assert bench.starshipit.created_by_api(str(order_id)) == []
        assert len(bench.starshipit.by_reference(str(order_id))) == 1
        assert bench.row(order_id).state is State.HANDED_OVER
    assert_handed_over_once(bench, ids[6:])


@pytest.mark.parametrize("cut_off", ["a failed look", "a kill"])
def test_a_refused_import_is_looked_for_also_by_the_next_invocation(bench: Bench, cut_off: str) -> None:
    """The invocation ends between the refusal and the look: the next one looks before it sends anything again."""
    settled_bench(bench)
    ids = add_orders(bench, 10)
    bench.fetch()
    bench.starshipit.faults.next(IMPORT, "refuse", details="One of the orders is not valid")
    bench.wire.on_send = _creating(bench, ids[:6])
    if cut_off == "a failed look":
        bench.starshipit.faults.next(UNSHIPPED, "503")
        hand_off_once(bench)
    else:
        hand_off_once(bench, Fuse(_effect_of_the_look(bench), after=True))
    assert {row.state for row in rows(bench, ids)} == {State.QUEUED}
    until_final(bench, ids)
    for order_id in ids[:6]:
        assert bench.starshipit.created_by_api(str(order_id)) == []
        assert bench.row(order_id).state is State.HANDED_OVER
    assert_handed_over_once(bench, ids[6:])


def _effect_of_the_look(bench: Bench) -> int:
    """Bulk read, token, slot, ten rows, import, ten rows, slot, look: counted on another bench, as ids differ."""
    other = settled_bench(type(bench)())
    add_orders(other, 10)
    other.fetch()
    other.starshipit.faults.next(IMPORT, "refuse")
    fuse = Fuse()
    found: list[int] = []
    other.wire.on_send = lambda method, path: found.append(fuse.count) if f"{method} {path}" == UNSHIPPED else None
    hand_off_once(other, fuse)
    return found[0]


def test_a_success_that_leaves_an_order_out_is_unknown(bench: Bench) -> None:
    """`success: true` without the order: nobody knows, so it is settled like a lost answer and not sent at once."""
    settled_bench(bench)
    bench.starshipit.switches.import_failure = "partial_success_true"
    ids = add_orders(bench, 3)
    _poison(bench, ids[1])
    bench.fetch()
    hand_off_once(bench)
    assert_handed_over_once(bench, [ids[0], ids[2]])
    assert bench.row(ids[1]).state is State.UNKNOWN


def _creating(bench: Bench, ids: list[int]) -> object:
    """At the first import, these orders come to be in the account."""

    def on_send(method: str, path: str) -> None:
        if f"{method} {path}" == IMPORT:
            bench.wire.on_send = None
            for order_id in ids:
                bench.starshipit.create_by_hand(str(order_id), str(order_id))

    return on_send


def test_a_soft_failure_that_names_the_orders_counts_as_created(bench: Bench) -> None:
    """`success: false` with orders that have ids: they exist, so they are handed over and not sent again."""
    settled_bench(bench)
    bench.starshipit.faults.next(IMPORT, "soft_failure")
    ids = add_orders(bench, 5)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    assert calls(bench, IMPORT) == 1


def test_answers_are_matched_by_number_whatever_their_order(bench: Bench) -> None:
    """The answer lists the orders shuffled: each row gets the Starshipit id of its own order."""
    settled_bench(bench)
    ids = add_orders(bench, 50)
    bench.fetch()
    until_final(bench, ids)
    assert_handed_over_once(bench, ids)
    for order_id in ids:
        [starshipit_id] = bench.row(order_id).starshipit_ids
        assert bench.starshipit.order(starshipit_id).reference == str(order_id)


def test_a_corrected_order_goes_by_itself_with_one_more_attempt(bench: Bench) -> None:
    """Refused, then corrected in Sellercloud: the next fetch sends it, once."""
    settled_bench(bench)
    [order_id] = add_orders(bench, 1)
    _poison(bench, order_id)
    bench.fetch()
    until_final(bench, [order_id])
    assert_refused(bench, order_id, WORDS)
    before = calls(bench, CREATE) + calls(bench, IMPORT)
    run_on(bench, 1200, every=300)
    assert calls(bench, CREATE) + calls(bench, IMPORT) == before
    bench.starshipit.faults.poison.clear()
    order = bench.sellercloud.orders[order_id]
    bench.sellercloud.edit(order_id, carrier="Other", service=f"{order.service} corrected")
    run_on(bench, 600, every=300)
    assert_handed_over_once(bench, [order_id])
    assert calls(bench, CREATE) + calls(bench, IMPORT) == before + 1
