"""Cancelled, held or void in Sellercloud: out of Starshipit while unprinted; released, it goes once more by itself."""

from __future__ import annotations

from contextlib import suppress

import pytest

from connector.errors import ConnectorError, NoTimeLeft
from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.comparing import (
    DELETE,
    READ,
    SEARCH,
    UPDATE,
    compare,
    deletes,
    goods,
    later,
    live,
    move,
    once,
    there,
    whats,
)
from tests.flows.conftest import MakeBench
from tests.flows.test_amend import line
from tests.flows.tracking import Sale, counted, hand_over, hand_over_many
from tests.simulators.sellercloud.models import FULLY_SHIPPED, VOID

PATH = "/api/orders/delete"
STOPPED = {"cancelled": -1, "problemorder": 100, "onhold": 200, "void": VOID}


def assert_withdrawn(bench: Bench, sale: Sale, status: int = -1) -> None:
    """Nothing of the sale can become a parcel, and the row says why it does not go."""
    row = bench.row(sale.order_id)
    assert (row.state, row.reason, row.detail) == (State.EXCLUDED, "order_status", str(status)), row
    assert (row.attention, row.removing, row.order_number, row.sent, row.there) == ("", 0, "", {}, {})
    assert live(bench, sale.order_id) == []
    assert bench.starshipit.breaches == []


def release(bench: Bench, order_id: int) -> None:
    """The order is released; the schedule ticks and the stack works."""
    bench.sellercloud.release(order_id)
    for _ in range(2):
        bench.clock.pass_time(600)
        bench.fetch()
        bench.work(60)


@pytest.mark.parametrize("status", STOPPED.values(), ids=STOPPED)
def test_a_stopped_order_is_deleted_while_unprinted(bench: Bench, status: int) -> None:
    """Cancelled, on hold, problem, void: deleted, seen to be gone, and excluded with the reason."""
    sale = hand_over(bench)
    bench.sellercloud.set_status(sale.order_id, status)
    with counted(bench) as cost:
        compare(bench, sale.order_id)
    assert_withdrawn(bench, sale, status)
    assert whats(bench, sale.order_id)[-2:] == ["removing", "withdrawn"]
    assert (cost.sellercloud, cost.starshipit) == (2, 6)
    with counted(bench) as cost:
        later(bench, sale.order_id)
        bench.fetch()
    assert cost.starshipit == 0


@pytest.mark.parametrize("status", [1, 300, 4711], ids=["cart", "quote", "unknown"])
def test_a_status_that_is_not_explicit_removes_nothing(bench: Bench, status: int) -> None:
    """Only what says stop stops an order."""
    sale = hand_over(bench)
    bench.sellercloud.set_status(sale.order_id, status)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).state, deletes(bench)) == (State.HANDED_OVER, 0)


def test_a_merchant_who_sends_orders_on_hold_keeps_them(make_bench: MakeBench) -> None:
    """A status that may be sent does not stop an order."""
    bench = make_bench(ORDER_STATUSES="InProcess;OnHold")
    sale = hand_over(bench)
    bench.sellercloud.hold(sale.order_id)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).state, deletes(bench)) == (State.HANDED_OVER, 0)


@pytest.mark.parametrize("duplicates", ["reject", "duplicate"])
def test_held_and_released_it_goes_once_more_under_a_new_number(bench: Bench, duplicates: str) -> None:
    """One new order with a suffix, and never two live ones, however often; an edit is still compared."""
    bench.starshipit.switches.duplicates = duplicates  # type: ignore[assignment]
    bench.starshipit.switches.deleted_number_taken = True
    sale = hand_over(bench)
    for generation in (2, 3):
        bench.sellercloud.hold(sale.order_id)
        later(bench, sale.order_id)
        assert_withdrawn(bench, sale, 200)
        release(bench, sale.order_id)
        row = bench.row(sale.order_id)
        assert (row.state, row.generation) == (State.HANDED_OVER, generation)
        [order] = live(bench, sale.order_id)
        assert order.order_number == f"{sale.order_id}-R{generation}" == row.order_number
    move(bench, sale.order_id, street1="1 New Road")
    later(bench, sale.order_id)
    assert order.destination["street"] == "1 New Road"
    assert bench.starshipit.breaches == []


def test_printed_before_it_was_cancelled(bench: Bench) -> None:
    """A live label: a person is told, nothing is deleted; told once, and the mark goes when it is released."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention, deletes(bench)) == (State.HANDED_OVER, "order_is_cancelled", 0)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).events == row.events
    bench.sellercloud.release(sale.order_id)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == ""


def test_printed_between_our_read_and_the_delete(bench: Bench) -> None:
    """Starshipit refuses, the label is seen, a person is told: the order is there with its label."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    once(bench, "DELETE", PATH, lambda: bench.starshipit.print_label(sale.starshipit_id))
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention, row.removing) == (State.HANDED_OVER, "order_is_cancelled", 0)
    assert len(live(bench, sale.order_id)) == 1


def test_a_label_reported_before_the_removal_begins_stops_it(bench: Bench) -> None:
    """The report arrives while we look: the order is left alone, and the next run tells a person."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)

    def printed() -> None:
        bench.starshipit.print_label(sale.starshipit_id)
        bench.work()

    once(bench, "GET", "/api/orders/search", printed)
    compare(bench, sale.order_id)
    assert deletes(bench) == 0
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "order_is_cancelled"


def test_one_parcel_of_two_is_printed(bench: Bench) -> None:
    """A label may travel already: nothing is deleted."""
    sale = hand_over(bench)
    bench.starshipit.print_label(sale.starshipit_id, parcels=2, partial=True)
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).attention, deletes(bench)) == ("order_is_cancelled", 0)


@pytest.mark.parametrize("keeps", [True, False])
def test_split_by_the_warehouse_all_parts_go(bench: Bench, keeps: bool) -> None:
    """Every part is found by reference and deleted."""
    bench.starshipit.switches.split_keeps_original = keeps
    sale = hand_over(bench)
    bench.starshipit.split(sale.starshipit_id, 3)
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert_withdrawn(bench, sale)
    assert deletes(bench) == 3


def test_one_part_of_a_split_order_is_printed(bench: Bench) -> None:
    """All parts stay: a person decides."""
    sale = hand_over(bench)
    first, second = bench.starshipit.split(sale.starshipit_id, 2)
    bench.starshipit.print_label(first)
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).attention, deletes(bench)) == ("order_is_cancelled", 0)
    assert not there(bench, second).deleted


def test_a_clone_is_a_persons_own(bench: Bench) -> None:
    """A second shipment of the same goods was made by a person: neither is deleted by us, a person decides."""
    sale = hand_over(bench)
    order = there(bench, sale.starshipit_id)
    order.status = "Printed"
    clone = bench.starshipit.clone(sale.starshipit_id)
    order.status = "Unshipped"
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).attention, deletes(bench)) == ("order_holds_other_goods", 0)
    bench.starshipit.delete(clone)
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_merged_with_another_order_it_is_not_deleted(bench: Bench) -> None:
    """The other order's goods lie in it: a person takes ours out; then, alone again, it is deleted."""
    sale, other = hand_over(bench), hand_over(bench)
    bench.starshipit.merge(sale.starshipit_id, other.starshipit_id)
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert (bench.row(sale.order_id).attention, deletes(bench)) == ("order_holds_other_goods", 0)
    assert goods(bench, sale.starshipit_id) == [("TENT-2P-GRN", 1), ("TENT-2P-GRN", 1)]
    bench.starshipit.account.book.by_id[sale.starshipit_id].items.pop()
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_the_quantity_the_warehouse_lowered_does_not_keep_it(bench: Bench) -> None:
    """Fewer than ours are ours."""
    sale = hand_over(bench)
    bench.starshipit.change_items(sale.starshipit_id, {"TENT-2P-GRN": 0})
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_cancelled_on_both_sides_by_people(bench: Bench) -> None:
    """Deleted in Starshipit by a person: that is no removal of ours, so it does not begin a new generation."""
    sale = hand_over(bench)
    bench.starshipit.delete(sale.starshipit_id)
    bench.sellercloud.cancel(sale.order_id)
    for _ in range(3):
        later(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, row.generation, deletes(bench)) == (State.HANDED_OVER, 1, 0)


@pytest.mark.parametrize("fault", ["lost_after_commit", "500_after_commit", "soft_failure"])
def test_an_answer_lost_after_the_effect(bench: Bench, fault: str) -> None:
    """What is read counts: gone is gone."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, fault)
    compare(bench, sale.order_id)
    assert_withdrawn(bench, sale)
    assert deletes(bench) == 1


def test_an_answer_lost_before_the_effect(bench: Bench) -> None:
    """Still there: the next run goes on, and it is excluded only when it is gone."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, "lost_before_commit")
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, bool(row.removing)) == (State.HANDED_OVER, True)
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_deleted_minutes_after_the_answer_was_lost(bench: Bench) -> None:
    """The vendor carries it out later: the next run sees it gone and knows that it was us."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, "late_commit", seconds=300)
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).removing
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)
    assert deletes(bench) == 1


def test_one_not_found_is_no_proof(bench: Bench) -> None:
    """The delete is lost, and the order hidden from one read: it is found by reference, and not taken for gone."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, "lost_before_commit")
    once(bench, "DELETE", PATH, lambda: bench.starshipit.faults.next(READ, "not_found"))
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).state is State.HANDED_OVER
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_a_search_that_lags_behind_does_not_hide_a_part(bench: Bench) -> None:
    """Split while we delete, and not found by search yet: the list of new orders shows the parts."""
    bench.starshipit.switches.search_lag_seconds = 3600
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    once(bench, "DELETE", PATH, lambda: bench.starshipit.split(sale.starshipit_id, 2))
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).state is State.HANDED_OVER
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_starshipit_refuses_to_delete(bench: Bench) -> None:
    """Refused though unprinted: a person reads why; tried again by itself."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, "refuse", details="The order is locked")
    compare(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert row.attention == "not_removed_from_starshipit"
    assert "The order is locked" in row.vendor_text
    later(bench, sale.order_id)
    assert_withdrawn(bench, sale)


def test_released_while_the_delete_is_on_its_way(bench: Bench) -> None:
    """The vendor deletes it after the release: gone by our doing, so it goes once more under a new number."""
    sale = hand_over(bench)
    bench.sellercloud.hold(sale.order_id)
    bench.starshipit.faults.next(DELETE, "late_commit", seconds=600)
    compare(bench, sale.order_id)
    bench.sellercloud.release(sale.order_id)
    bench.clock.pass_time(120)
    compare(bench, sale.order_id)
    assert bench.row(sale.order_id).removing, "it may be deleted yet"
    later(bench, sale.order_id)
    release(bench, sale.order_id)
    [order] = live(bench, sale.order_id)
    assert order.order_number.endswith("-R2")


def test_released_and_never_deleted(bench: Bench) -> None:
    """The delete never arrived: after the settling time the order stays as it is, and its edits are sent."""
    sale = hand_over(bench)
    bench.sellercloud.hold(sale.order_id)
    bench.starshipit.faults.next(DELETE, "lost_before_commit")
    compare(bench, sale.order_id)
    bench.sellercloud.release(sale.order_id)
    move(bench, sale.order_id, street1="1 New Road")
    later(bench, sale.order_id)
    row = bench.row(sale.order_id)
    assert (row.state, row.removing, row.generation) == (State.HANDED_OVER, 0, 1)
    assert there(bench, sale.starshipit_id).destination["street"] == "1 New Road"
    assert "not_removed" in whats(bench, sale.order_id)


def test_released_when_one_of_two_parts_is_deleted(bench: Bench) -> None:
    """Half of the goods are gone: the other half goes as well, and the whole order goes once more."""
    sale = hand_over(bench, lines=(line("CUP", 2),))
    bench.starshipit.split(sale.starshipit_id, 2)
    bench.sellercloud.hold(sale.order_id)
    once(bench, "DELETE", PATH, lambda: once(bench, "DELETE", PATH, lambda: _lose_the_next_delete(bench)))
    compare(bench, sale.order_id)
    assert len(live(bench, sale.order_id)) == 1
    bench.sellercloud.release(sale.order_id)
    later(bench, sale.order_id)
    release(bench, sale.order_id)
    [order] = live(bench, sale.order_id)
    assert (order.order_number, goods(bench, order.order_id)) == (f"{sale.order_id}-R2", [("CUP", 2)])


def test_released_when_one_of_two_parts_is_deleted_and_the_other_printed(bench: Bench) -> None:
    """A label exists, so nothing goes by itself any more: a person is told."""
    sale = hand_over(bench, lines=(line("CUP", 2),))
    _, second = bench.starshipit.split(sale.starshipit_id, 2)
    bench.sellercloud.hold(sale.order_id)
    once(bench, "DELETE", PATH, lambda: once(bench, "DELETE", PATH, lambda: _lose_the_next_delete(bench)))
    compare(bench, sale.order_id)
    bench.starshipit.print_label(second)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "order_is_onhold"
    bench.sellercloud.release(sale.order_id)
    later(bench, sale.order_id)
    assert bench.row(sale.order_id).attention == "removed_in_part"


def _lose_the_next_delete(bench: Bench) -> None:
    bench.starshipit.faults.next(DELETE, "lost_before_commit")


def test_held_and_released_before_we_noticed(bench: Bench) -> None:
    """Nothing happens."""
    sale = hand_over(bench)
    bench.sellercloud.hold(sale.order_id)
    bench.sellercloud.release(sale.order_id)
    compare(bench, sale.order_id)
    assert (deletes(bench), bench.starshipit.count().get(UPDATE, 0)) == (0, 0)


def test_cancelled_and_edited(bench: Bench) -> None:
    """An edit of a cancelled order is not sent."""
    sale = hand_over(bench)
    move(bench, sale.order_id, street1="1 New Road")
    bench.sellercloud.cancel(sale.order_id)
    compare(bench, sale.order_id)
    assert_withdrawn(bench, sale)
    assert bench.starshipit.count().get(UPDATE, 0) == 0


def test_cancelled_while_the_write_back_ships(bench: Bench) -> None:
    """The order is printed and being shipped; the comparison in the middle of it finds the lease taken."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)

    def cancelled() -> None:
        bench.sellercloud.cancel(sale.order_id)
        compare(bench, sale.order_id)

    once(bench, "PUT", "/rest/api/Orders/ShippingStatus", cancelled)
    bench.work(120)
    later(bench, sale.order_id)
    shown = bench.sellercloud.snapshot(sale.order_id)
    assert (shown.shipping_status, shown.tracking) == (FULLY_SHIPPED, (number,))
    assert (bench.row(sale.order_id).state, deletes(bench)) == (State.SHIPPED, 0)


def test_printed_and_reported_while_it_is_withdrawn(bench: Bench) -> None:
    """The write-back comes while the withdrawal holds the lease: the label wins, a person is told, nothing ships."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)

    def printed() -> None:
        bench.starshipit.print_label(sale.starshipit_id)
        bench.work()

    once(bench, "DELETE", PATH, printed)
    compare(bench, sale.order_id)
    bench.work(120)
    row = bench.row(sale.order_id)
    assert (row.state, row.attention) == (State.HANDED_OVER, "order_is_cancelled")
    assert bench.sellercloud.snapshot(sale.order_id).tracking == ()


def test_two_comparisons_at_once_delete_once(bench: Bench) -> None:
    """The order's lease keeps them apart, at every call of the first."""
    sale = hand_over(bench)
    bench.sellercloud.cancel(sale.order_id)
    running = [False]

    def second(_method: str, _path: str) -> None:
        if not running[0]:
            running[0] = True
            compare(bench, sale.order_id)
            running[0] = False

    bench.wire.on_send = second
    compare(bench, sale.order_id)
    bench.wire.on_send = None
    assert_withdrawn(bench, sale)
    assert deletes(bench) == 1
    assert bench.row(sale.order_id).generation == 2


def test_a_throttled_vendor_leaves_the_rest_for_the_next_run(bench: Bench) -> None:
    """Starshipit asks to wait: the run ends there, and nothing is half done."""
    sales = [hand_over(bench) for _ in range(3)]
    for sale in sales:
        bench.sellercloud.cancel(sale.order_id)
    bench.starshipit.faults.next(DELETE, "429")
    with suppress(ConnectorError):
        compare(bench, *(sale.order_id for sale in sales))
    later(bench, *(sale.order_id for sale in sales))
    for sale in sales:
        assert_withdrawn(bench, sale)


@pytest.mark.parametrize("timeout", ["5", "15", "900"])
def test_more_than_fits_into_one_invocation(make_bench: MakeBench, timeout: str) -> None:
    """Thirty cancelled orders at two calls a second: each run does some, the last one the rest, however short it is."""
    bench = make_bench(FUNCTION_TIMEOUT=timeout)
    sales = hand_over_many(bench, 30) if timeout != "5" else [hand_over(bench) for _ in range(4)]
    for sale in sales:
        bench.sellercloud.cancel(sale.order_id)
    for _ in range(60):
        with suppress(NoTimeLeft):
            later(bench, *(sale.order_id for sale in sales))
        if all(bench.row(sale.order_id).state is State.EXCLUDED for sale in sales):
            break
    for sale in sales:
        assert_withdrawn(bench, sale)
    assert deletes(bench) == len(sales)


def test_one_cancelled_order_among_others(bench: Bench) -> None:
    """One list call for all; each order's own calls only for those that changed."""
    sales = [hand_over(bench) for _ in range(4)]
    bench.sellercloud.cancel(sales[0].order_id)
    with counted(bench) as cost:
        compare(bench, *(sale.order_id for sale in sales))
    assert (cost.sellercloud, cost.starshipit) == (2, 6)
    assert bench.starshipit.count()[SEARCH] == 2
    assert [bench.row(sale.order_id).state for sale in sales] == [State.EXCLUDED, *[State.HANDED_OVER] * 3]
