"""The straight road: an order goes over, is printed, and is Fully Shipped in Sellercloud."""

from __future__ import annotations

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.simulators.samples import make_orders


def test_every_order_that_may_go_is_created_once_and_shipped(bench: Bench) -> None:
    """Sixty sample orders: those that may go are created once and shipped with all numbers; the others have reasons."""
    samples = make_orders(60, now=bench.clock.now())
    ids = {bench.sellercloud.add_order(sample.sim_order): sample for sample in samples}
    result = bench.fetch()
    assert result["status"] == "completed", result
    bench.work(600)
    for order_id, sample in ids.items():
        created = bench.starshipit.created_by_api(str(order_id))
        if sample.expected != "ships":
            assert created == []
            continue
        assert len(created) == 1, (order_id, bench.row(order_id))
        bench.starshipit.print_label(created[0].order_id, parcels=sample.parcels)
    bench.work(600)
    for order_id, sample in ids.items():
        if sample.expected == "ships":
            assert bench.row(order_id).state is State.SHIPPED, bench.row(order_id)
            live = bench.starshipit.tracking_numbers(str(order_id))
            shown = bench.sellercloud.snapshot(order_id)
            written = str(shown)
            assert all(number in written for number in live), (live, shown)
    assert bench.starshipit.breaches == []
