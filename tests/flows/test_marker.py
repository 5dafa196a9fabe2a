"""What Sellercloud is told besides the numbers: a mark at the hand-over, the ship-from warehouse."""

from __future__ import annotations

from dataclasses import replace

from tests.flows.bench import Bench
from tests.flows.tracking import assert_shipped, hand_over, hand_over_many

EXPORT = "PUT /api/Orders/SetExported"
COLUMN = "PUT /api/Orders/{id}/CustomColumns"


def calls(bench: Bench, route: str) -> int:
    """How often Sellercloud was told."""
    return bench.sellercloud.count().get(route, 0)


def test_orders_are_exported_fifty_a_call_and_once() -> None:
    """Sixty orders: two calls, and none at the next run."""
    bench = Bench(HAND_OVER_MARKER="exported")
    sales = hand_over_many(bench, 60)
    assert bench.reconcile()["counts"]["marked"] == 60
    assert calls(bench, EXPORT) == 2
    assert all(bench.sellercloud.orders[sale.order_id].exported for sale in sales)
    bench.reconcile()
    assert calls(bench, EXPORT) == 2


def test_an_order_sellercloud_did_not_mark_is_tried_again() -> None:
    """The call fails: the next run marks it."""
    bench = Bench(HAND_OVER_MARKER="exported")
    sale = hand_over(bench)
    bench.sellercloud.faults.next(EXPORT, "error_before")
    assert bench.reconcile()["counts"]["marked"] == 0
    assert bench.reconcile()["counts"]["marked"] == 1
    assert bench.sellercloud.orders[sale.order_id].exported


def test_a_custom_column_is_filled_and_cut_to_its_length() -> None:
    """The day comes first, so that a short column keeps what matters."""
    bench = Bench(HAND_OVER_MARKER="column:STARSHIPIT")
    bench.sellercloud.add_column("STARSHIPIT", data_length=21)
    sale = hand_over(bench)
    assert bench.reconcile()["counts"]["marked"] == 1
    value = str(bench.sellercloud.snapshot(sale.order_id).custom_columns["STARSHIPIT"])
    assert len(value) == 21
    assert value.endswith(" Starshipit")
    bench.reconcile()
    assert calls(bench, COLUMN) == 1


def test_a_column_that_does_not_exist_is_told_and_stops_nothing() -> None:
    """The metric counts, and the run goes on to its end."""
    bench = Bench(HAND_OVER_MARKER="column:NOBODY_MADE_IT")
    hand_over(bench)
    assert bench.reconcile()["status"] == "completed"
    assert bench.telemetry.metrics["OrdersNotMarked"] == 1


def test_no_marker_no_call(bench: Bench) -> None:
    """The default leaves Sellercloud alone."""
    hand_over(bench)
    bench.reconcile()
    assert not calls(bench, EXPORT) + calls(bench, COLUMN)


def test_the_ship_from_warehouse_is_named_if_it_is_one() -> None:
    """Accounts that ask for it get it; an order from two warehouses names none."""
    bench = Bench(SHIP_FROM_WAREHOUSE="true")
    one, two = hand_over_many(bench, 2)
    lines = bench.sellercloud.orders[two.order_id].lines
    elsewhere = replace(lines[0], id=0, warehouse_id=77)
    bench.sellercloud.edit(two.order_id, lines=(*lines, elsewhere))
    for sale in (one, two):
        numbers = bench.starshipit.print_label(sale.starshipit_id)
        bench.work(60)
        assert_shipped(bench, sale, numbers)
    named = {write.order_id: write.warehouse_id for write in bench.sellercloud.shipments[one.order_id]}
    assert named == {one.order_id: 12}
    assert {write.warehouse_id for write in bench.sellercloud.shipments[two.order_id]} == {None}
