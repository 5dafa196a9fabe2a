"""The surge guard: one edited saved view must not send a thousand wrong parcels (product.md, Fetch 5)."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.fetching import TICK, add_orders, clamp, created, cursor, pointers, settle, states
from tests.flows.killing import Killed, Tripwire

pytestmark = pytest.mark.slow

DAY = 86_400.0


def by_state(bench: Bench, ids: list[int]) -> dict[State, int]:
    """How many of the orders are in which state."""
    found = [bench.row(order_id).state for order_id in ids]
    return {state: found.count(state) for state in set(found)}


def test_new_orders_above_the_limit_are_held_until_released(make_bench: MakeBench) -> None:
    """Forty of two hundred go; the rest is held over later runs, released once, and goes once."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="40", SAVED_VIEW_IDS="411")
    ids = add_orders(bench, 130)
    bench.sellercloud.add_view(411, "Edited by mistake", ids)
    result = bench.fetch()
    assert (result["counts"]["queued"], result["counts"]["held"]) == (40, 90)
    assert "90 new orders are held" in result["message"]
    settle(bench, ticks=3)
    assert by_state(bench, ids) == {State.HANDED_OVER: 40, State.HELD: 90}
    released = bench.fetch(action="release")
    assert (released["status"], released["released"]) == ("completed", 90)
    assert bench.fetch(action="release")["released"] == 0
    settle(bench, ticks=2)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_what_is_taken_out_of_the_view_is_not_sent_by_a_release_of_the_rest(make_bench: MakeBench) -> None:
    """Held orders that must not go any more are stopped by the hand-off's own look, with a reason."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="1")
    ids = add_orders(bench, 4)
    bench.fetch()
    for order_id in ids:
        bench.sellercloud.hold(order_id)
    bench.fetch(action="release")
    bench.work(60)
    assert {created(bench, order_id) for order_id in ids} == {0}
    assert {bench.row(order_id).reason for order_id in ids} == {"order_status"}


def test_the_limit_grows_with_what_is_usual_for_28_days(make_bench: MakeBench) -> None:
    """Three times the largest run of 28 days, if that is more than the setting; after 28 days it is forgotten."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="5")
    add_orders(bench, 4)
    bench.fetch()
    bench.clock.pass_time(10 * DAY)
    ids = add_orders(bench, 15)
    bench.fetch()
    assert by_state(bench, ids) == {State.QUEUED: 12, State.HELD: 3}, "3 × 4"
    bench.clock.pass_time(29 * DAY)
    later = add_orders(bench, 9)
    bench.fetch()
    assert by_state(bench, later) == {State.QUEUED: 5, State.HELD: 4}, "back to the setting"
    assert list(cursor(bench)["new_by_day"].values()) == [5]


def test_orders_known_before_are_not_new(make_bench: MakeBench) -> None:
    """Refused orders that were corrected go in any number: they were let through once already."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="3")
    ids: list[int] = []
    for _ in range(3):
        new = add_orders(bench, 3)
        address = bench.sellercloud.orders[new[0]].address
        for order_id in new:
            bench.sellercloud.edit(order_id, address=type(address)(first_name="A"))
        settle(bench)
        ids += new
    assert by_state(bench, ids) == {State.REFUSED: 9}
    for order_id in ids:
        bench.sellercloud.edit(order_id, address=address)
    settle(bench)
    assert {created(bench, order_id) for order_id in ids} == {1}


def test_excluded_orders_that_may_go_at_once_are_new(bench: Bench) -> None:
    """A widened setting lets hundreds of unpaid orders go: they are new to Starshipit, so the guard holds them."""
    ids = add_orders(bench, 30, payment_status=10)
    bench.fetch()
    bench.environment |= {"PAYMENT_STATUSES": "Charged;10", "MAX_NEW_ORDERS_PER_RUN": "20"}
    bench.fetch()
    assert by_state(bench, ids) == {State.QUEUED: 20, State.HELD: 10}


def test_held_then_excluded_they_count_when_they_come_back(bench: Bench) -> None:
    """An order that was held and then excluded was never let through: it does not slip past the guard later."""
    bench.environment["MAX_NEW_ORDERS_PER_RUN"] = "2"
    ids = add_orders(bench, 8)
    bench.fetch()
    for order_id in ids:
        bench.sellercloud.edit(order_id, payment_status=10)
    bench.clock.pass_time(TICK)
    bench.fetch()
    assert by_state(bench, ids) == {State.EXCLUDED: 8}
    bench.environment["MAX_NEW_ORDERS_PER_RUN"] = "3"
    for order_id in ids:
        bench.sellercloud.edit(order_id, payment_status=30)
    bench.clock.pass_time(40 * DAY)
    bench.fetch()
    went = by_state(bench, ids)
    assert went[State.HELD] == 8 - 2 - 3, "two were let through before; three more are the limit"


def test_a_run_in_several_pieces_has_one_limit(make_bench: MakeBench) -> None:
    """Cut off by its time limit again and again, the run as a whole lets no more through."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="12", FUNCTION_TIMEOUT="10")
    clamp(bench, 5)
    bench.sellercloud.faults.latency = 1.5
    ids = add_orders(bench, 40)
    for _ in range(30):
        if bench.fetch()["status"] == "completed":
            break
        bench.clock.pass_time(TICK)
    assert by_state(bench, ids) == {State.QUEUED: 12, State.HELD: 28}


@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_is_killed_begins_no_new_count(make_bench: MakeBench, after: bool) -> None:
    """Killed on every page before its checkpoint: what was let through then counts in the run that goes on."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="6")
    clamp(bench, 3)
    ids = add_orders(bench, 30)
    trip = Tripwire(bench)
    for place in range(5, 40):
        trip.arm(place, after=after)
        with suppress(Killed):
            bench.fetch()
        trip.disarm()
        bench.clock.pass_time(TICK)
    bench.fetch()
    let_through = len({order_id for order_id, _ in pointers(bench)})
    assert let_through <= 6
    assert by_state(bench, ids)[State.HELD] == 30 - by_state(bench, ids).get(State.QUEUED, 0)


def test_a_release_that_runs_out_of_time_says_so(make_bench: MakeBench) -> None:
    """Thousands are held and the function's time is short: what was released goes, the rest waits for another wish."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="1", FUNCTION_TIMEOUT="20")
    ids = add_orders(bench, 160)
    bench.fetch()
    put_item = bench.dynamodb.put_item

    def slow(**arguments: object) -> object:
        bench.clock.pass_time(0.1)
        return put_item(**arguments)  # type: ignore[arg-type]

    bench.dynamodb.put_item = slow  # type: ignore[assignment, method-assign]
    first = bench.fetch(action="release")
    assert first["status"] == "checkpointed"
    assert 0 < first["released"] < 159
    assert bench.fetch(action="release")["status"] == "completed"
    assert states(bench, ids) == {State.QUEUED}
    assert len(pointers(bench)) == 160
