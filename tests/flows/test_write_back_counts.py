"""What a run of five hundred printed orders costs at the vendors; and that saving calls never ships wrongly."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Cost, Sale, add, assert_shipped, counted, hand_over_many, say, writes
from tests.simulators.sellercloud.models import UNSHIPPED

RUN = 500
SHIPPED_LIST, PRINTED_LIST = "GET /api/orders/shipped", "GET /api/orders/shipments"


def printed_run(make_bench: MakeBench, count: int = RUN, parcels: int = 1, **switches: Any) -> tuple[Bench, list[Sale]]:
    """So many orders handed over and printed, their reports waiting in the queue."""
    bench = make_bench(MAX_NEW_ORDERS_PER_RUN="1000", STARSHIPIT_REQUESTS_PER_SECOND="20")
    bench.starshipit.gateway.rate = 20
    for name, value in switches.items():
        setattr(bench.starshipit.switches, name, value)
    sales = hand_over_many(bench, count, parcels)
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
    bench.deliver_webhooks()
    return bench, sales


def apply_all(bench: Bench, together: int) -> Cost:
    """Every waiting report applied in batches; what it cost."""
    with counted(bench) as cost:
        while bench.deliver(TRACKING, "apply_tracking", together):
            bench.clock.pass_time(0.1)
    return cost


def assert_all_shipped(bench: Bench, sales: list[Sale]) -> None:
    """Each with its own numbers."""
    for sale in sales:
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize(("together", "sellercloud"), [(50, 1.1), (10, 1.25)])
def test_five_hundred_single_parcel_orders(
    make_bench: MakeBench, together: int, sellercloud: float, *, listed: bool
) -> None:
    """One write each and reads in bulk; Starshipit's lists answer where they prove the labels, else one read each."""
    bench, sales = printed_run(make_bench, shipped_includes_printed=listed)
    cost = apply_all(bench, together)
    assert_all_shipped(bench, sales)
    assert cost.sellercloud <= sellercloud * RUN, cost
    assert cost.starshipit <= (0.2 if listed else 1.1) * RUN, cost


@pytest.mark.slow
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("together", [50, 10])
def test_three_parcel_orders(make_bench: MakeBench, together: int, *, listed: bool) -> None:
    """At most two Sellercloud calls a parcel; one Starshipit call an order, a fifth where a list names each parcel."""
    bench, sales = printed_run(
        make_bench, 150, 3, shipped_includes_printed=listed, shipped_rows="per_parcel" if listed else "per_order"
    )
    cost = apply_all(bench, together)
    assert_all_shipped(bench, sales)
    assert cost.sellercloud <= 2.0 * 3 * len(sales), cost
    assert cost.starshipit <= (0.2 if listed else 1.1) * len(sales), cost


def test_labels_printed_while_reports_come_in(make_bench: MakeBench) -> None:
    """A steady day: ten are printed, ten are reported; the lists cost two calls for ten orders."""
    bench, _ = printed_run(make_bench, 1, shipped_includes_printed=True)
    apply_all(bench, 10)
    sales = hand_over_many(bench, 60)
    cost = Cost()
    for start in range(0, 60, 10):
        for sale in sales[start : start + 10]:
            bench.starshipit.print_label(sale.starshipit_id)
        bench.deliver_webhooks()
        spent = apply_all(bench, 10)
        cost = Cost(cost.sellercloud + spent.sellercloud, cost.starshipit + spent.starshipit)
        bench.clock.pass_time(30)
    assert_all_shipped(bench, sales)
    assert cost.starshipit <= 0.2 * 60, cost
    assert cost.sellercloud <= 1.25 * 60, cost


def test_lists_that_prove_nothing_are_left_alone_for_a_while(make_bench: MakeBench) -> None:
    """Printed orders are not in the list: it is read once for a hundred orders, and again after ten minutes."""
    bench, sales = printed_run(make_bench, 100)
    before, printed = (bench.starshipit.count().get(route, 0) for route in (SHIPPED_LIST, PRINTED_LIST))
    apply_all(bench, 10)
    assert_all_shipped(bench, sales)
    assert bench.starshipit.count()[SHIPPED_LIST] == before + 1
    assert bench.starshipit.count().get(PRINTED_LIST, 0) == printed
    bench.clock.pass_time(601)
    more = hand_over_many(bench, 10)
    for sale in more:
        bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    apply_all(bench, 10)
    assert_all_shipped(bench, more)
    assert bench.starshipit.count()[SHIPPED_LIST] == before + 2


def test_freight_cost_is_in_no_list(make_bench: MakeBench) -> None:
    """With FreightCost every order is read by itself."""
    bench = make_bench(FREIGHT_COST="true")
    bench.starshipit.switches.shipped_includes_printed = True
    sales = hand_over_many(bench, 10)
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id)
    bench.deliver_webhooks()
    cost = apply_all(bench, 10)
    assert_all_shipped(bench, sales)
    assert cost.starshipit == 10


@pytest.mark.parametrize("kind", ["500", "503", "429", "garbage", "empty"])
@pytest.mark.parametrize("route", [SHIPPED_LIST, PRINTED_LIST])
def test_a_list_that_cannot_be_read_holds_nobody_up(make_bench: MakeBench, route: str, kind: Any) -> None:
    """The orders are read one by one."""
    bench, sales = printed_run(make_bench, 10, shipped_includes_printed=True)
    bench.starshipit.faults.next(route, kind)
    apply_all(bench, 10)
    bench.work(120)
    assert_all_shipped(bench, sales)


def batch(make_bench: MakeBench, rows: str = "per_order") -> tuple[Bench, list[Sale], Sale]:
    """A batch whose lists prove its labels; the last order is the one somebody did something with."""
    bench = make_bench(STARSHIPIT_REQUESTS_PER_SECOND="20")
    bench.starshipit.gateway.rate = 20
    bench.starshipit.switches.shipped_includes_printed = True
    bench.starshipit.switches.shipped_includes_archived = True
    bench.starshipit.switches.shipped_rows = rows  # type: ignore[assignment]
    *sales, special = hand_over_many(bench, 10, packages=2)
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id)
    return bench, sales, special


ROWS = pytest.mark.parametrize("rows", ["per_order", "per_parcel"])


@ROWS
@pytest.mark.parametrize("includes_returns", [True, False])
def test_a_return_package_in_a_batch(make_bench: MakeBench, rows: str, includes_returns: bool) -> None:
    """A return label on the same order: only the outgoing number is written, whatever the lists show."""
    bench, sales, special = batch(make_bench, rows)
    bench.starshipit.switches.shipments_include_returns = includes_returns
    [out] = bench.starshipit.print_label(special.starshipit_id)
    bench.starshipit.return_label(special.starshipit_id, as_package=True)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(2000)
    assert_all_shipped(bench, [*sales, special])
    assert bench.sellercloud.snapshot(special.order_id).tracking == (out,)


@ROWS
def test_a_return_order_in_a_batch(make_bench: MakeBench, rows: str) -> None:
    """Only a return was printed: nothing is shipped."""
    bench, sales, special = batch(make_bench, rows)
    bench.starshipit.print_label(special.starshipit_id)
    bench.starshipit.outbox.pop()
    bench.starshipit.archive(special.starshipit_id)
    bench.starshipit.return_label(special.starshipit_id)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(2000)
    assert_all_shipped(bench, sales)
    assert writes(bench, special.order_id) == []


@ROWS
def test_a_partly_printed_order_in_a_batch(make_bench: MakeBench, rows: str) -> None:
    """It waits for its other label, though a list shows the first."""
    bench, sales, special = batch(make_bench, rows)
    bench.starshipit.print_label(special.starshipit_id, parcels=2, partial=True)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    assert_all_shipped_but(bench, sales, special)
    bench.starshipit.print_label(special.starshipit_id, parcels=2)
    bench.work(60)
    assert_all_shipped(bench, [special])


def assert_all_shipped_but(bench: Bench, sales: list[Sale], special: Sale) -> None:
    """The others are shipped, this one is not."""
    assert_all_shipped(bench, sales)
    assert bench.sellercloud.snapshot(special.order_id).shipping_status == UNSHIPPED


@ROWS
def test_a_split_order_in_a_batch(make_bench: MakeBench, rows: str) -> None:
    """Its first part is printed: it waits for the second."""
    bench, sales, special = batch(make_bench, rows)
    first, second = bench.starshipit.split(special.starshipit_id)
    bench.starshipit.print_label(first)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    assert_all_shipped_but(bench, sales, special)
    bench.starshipit.print_label(second)
    bench.work(60)
    assert_all_shipped(bench, [special])


@ROWS
def test_a_redone_order_in_a_batch(make_bench: MakeBench, rows: str) -> None:
    """The archived order's number is in the list: only the new one is written."""
    bench, sales, special = batch(make_bench, rows)
    [old] = bench.starshipit.print_label(special.starshipit_id)
    bench.starshipit.redo(special.starshipit_id)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(120)
    assert_all_shipped(bench, [*sales, special])
    assert old not in bench.sellercloud.snapshot(special.order_id).tracking


@ROWS
@pytest.mark.parametrize("keeps_status", [True, False])
def test_a_cancelled_label_in_a_batch(make_bench: MakeBench, rows: str, keeps_status: bool) -> None:
    """Printed, cancelled, its cancellation not reported yet: not written."""
    bench, sales, special = batch(make_bench, rows)
    bench.starshipit.switches.cancelled_package = "status" if keeps_status else "cleared"
    bench.starshipit.print_label(special.starshipit_id)
    bench.starshipit.cancel_label(special.starshipit_id)
    bench.starshipit.outbox.pop()
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(2000)
    assert_all_shipped_but(bench, sales, special)


@ROWS
@pytest.mark.parametrize("reference", ["", "OTHER-77"])
def test_a_foreign_order_of_the_same_number_in_a_batch(make_bench: MakeBench, rows: str, reference: str) -> None:
    """Its label goes nowhere, though its row bears our number."""
    bench, sales, special = batch(make_bench, rows)
    foreign = bench.starshipit.create_by_hand(str(special.order_id), reference=reference)
    [theirs] = bench.starshipit.print_label(foreign)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(2000)
    assert_all_shipped_but(bench, sales, special)
    assert theirs not in str(bench.sellercloud.snapshot(special.order_id))


def test_a_parcel_added_after_the_lists_were_read(make_bench: MakeBench) -> None:
    """What the lists said is kept for two minutes: a parcel printed meanwhile is not missed."""
    bench, sales, special = batch(make_bench)
    bench.starshipit.print_label(special.starshipit_id)
    late = bench.starshipit.outbox.pop()
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.starshipit.outbox.append(late)
    bench.starshipit.print_label(special.starshipit_id, parcels=2)
    more = hand_over_many(bench, 1)[0]
    bench.starshipit.print_label(more.starshipit_id)
    bench.work(60)
    assert_all_shipped(bench, [*sales, special, more])


def test_a_label_nobody_printed_in_a_batch(make_bench: MakeBench) -> None:
    """A report of a number no list and no order shows is looked for, and ships nothing."""
    bench, sales, special = batch(make_bench)
    say(bench, "34ABC9999999", "Printed", special.order_id, order_reference=str(special.order_id))
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(2000)
    assert_all_shipped_but(bench, sales, special)
    assert bench.row(special.order_id).attention == "label_not_in_starshipit"


def test_an_order_that_was_never_ours_in_a_batch(make_bench: MakeBench) -> None:
    """Orders of other channels fill the lists: nothing of them is written."""
    bench, sales, special = batch(make_bench)
    for number in range(20):
        bench.starshipit.print_label(bench.starshipit.create_by_hand(f"SHOP-{number}", reference=f"S{number}"))
    order_id = add(bench)
    bench.deliver_webhooks()
    apply_all(bench, 20)
    bench.work(60)
    assert_all_shipped_but(bench, sales, special)
    assert bench.sellercloud.snapshot(order_id).shipping_status == UNSHIPPED
