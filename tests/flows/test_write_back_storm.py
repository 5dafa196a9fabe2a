"""Everything goes wrong by chance, for a while: afterwards both sides agree."""

from __future__ import annotations

import random

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, TRACKING_DEAD, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, hand_over_many, note_texts, reports
from tests.simulators.sellercloud.models import FULLY_SHIPPED

pytestmark = pytest.mark.slow

KINDS = ("error_before", "error_after", "lost_before", "lost_after", "ok_without_effect", "unavailable", "garbled")
ACTS = ("print", "part", "cancel", "return", "manifest", "deliver", "time", "work", "again")


def act(chance: random.Random, bench: Bench, sale: Sale) -> None:
    """One thing somebody does, or that happens."""
    warehouse, starshipit_id = bench.starshipit, sale.starshipit_id
    parcels = chance.randint(1, 4)
    kind = chance.choice(ACTS)
    live = sorted(warehouse.tracking_numbers(str(sale.order_id)))
    if kind == "print":
        warehouse.print_label(starshipit_id, parcels=parcels)
    elif kind == "part":
        warehouse.print_label(starshipit_id, parcels=parcels, partial=True)
    elif kind == "cancel" and len(live) > 1:
        warehouse.cancel_label(starshipit_id, chance.choice(live))
    elif kind == "return":
        warehouse.return_label(starshipit_id)
    elif kind == "deliver" and live:
        warehouse.carrier_event(starshipit_id, chance.choice(live), chance.choice(["InTransit", "Delivered", "Odd"]))
    elif kind == "time":
        bench.clock.pass_time(chance.randint(1, 100))
    elif kind == "work":
        reports(bench, chance.randint(1, 10))
    elif kind == "again" and warehouse.outbox:
        warehouse.outbox.append(chance.choice(warehouse.outbox))


@pytest.mark.parametrize("seed", range(12))
def test_after_a_storm_both_sides_agree(make_bench: MakeBench, seed: int) -> None:
    """Random labels, cancellations, repeats and faults of all calls; then calm: all live numbers are in Sellercloud
    exactly once, no cancelled or return number is, and whatever is not needs a person with a reason.
    """
    chance = random.Random(seed)
    bench = make_bench()
    sales = hand_over_many(bench, 4, packages=2)
    bench.sellercloud.faults.seed = seed
    bench.sellercloud.faults.read_back_lag = chance.choice([0, 0, 40])
    for kind in KINDS:
        bench.sellercloud.faults.chance("*", kind, 0.04)  # type: ignore[arg-type]
    bench.starshipit.faults.chance("GET *", "500", 0.1)
    for _ in range(60):
        act(chance, bench, chance.choice(sales))
    bench.sellercloud.faults.clear()
    bench.starshipit.faults.clear()
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id)
        for number in sorted(bench.starshipit.tracking_numbers(str(sale.order_id))):
            bench.starshipit.carrier_event(sale.starshipit_id, number, "Delivered")
    bench.work(8000)
    assert bench.sqs.queues[TRACKING] == []
    assert TRACKING_DEAD not in bench.sqs.queues
    for sale in sales:
        _agrees(bench, sale)


def _agrees(bench: Bench, sale: Sale) -> None:
    shown = bench.sellercloud.snapshot(sale.order_id)
    written = " ".join([*shown.tracking, *note_texts(bench, sale.order_id)])
    live = bench.starshipit.tracking_numbers(str(sale.order_id))
    row = bench.row(sale.order_id)
    assert shown.shipping_status == FULLY_SHIPPED, row
    assert {number: written.count(number) for number in live} == dict.fromkeys(live, 1), (row, written)
    for kind in ("return", "cancelled"):
        for number in bench.starshipit.tracking_numbers(str(sale.order_id), kind=kind):
            assert number not in written or row.attention == "cancelled_number_in_sellercloud", (number, row)
    assert (row.state, row.attention) in {(State.SHIPPED, ""), (State.SHIPPED, "cancelled_number_in_sellercloud")}
