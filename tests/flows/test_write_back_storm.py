"""Everything goes wrong by chance, for a while: afterwards both sides agree."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, TRACKING_DEAD, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, hand_over_many, note_texts, reports
from tests.simulators.sellercloud.models import FULLY_SHIPPED, UNSHIPPED
from tests.simulators.starshipit.order import Refused

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


ORDERS_ACTS = (
    "print", "print", "part", "cancel", "cancel_all", "redo", "redo", "clone", "return", "manifest", "time", "work",
    "again",
)  # fmt: skip


def change_orders(chance: random.Random, bench: Bench, sale: Sale) -> None:
    """One thing somebody does to the orders of a sale, or that happens; what the screen refuses is not done."""
    warehouse, kind = bench.starshipit, chance.choice(ORDERS_ACTS)
    orders = [o for o in warehouse.account.book.by_id.values() if o.reference == str(sale.order_id)]
    outgoing = [o for o in orders if o.type != "Return" and not o.deleted and not o.archived]
    order = chance.choice(outgoing or orders).order_id
    live = sorted(warehouse.tracking_numbers(str(sale.order_id)))
    holders = [o.order_id for o in orders for p in o.packages if live and p.tracking_number == live[0]]
    acts: dict[str, Callable[[], object]] = {
        "print": lambda: warehouse.print_label(order, parcels=chance.randint(1, 3)),
        "part": lambda: warehouse.print_label(order, parcels=chance.randint(1, 3), partial=True),
        "cancel": lambda: warehouse.cancel_label(holders[0], live[0]) if holders else None,
        "cancel_all": lambda: warehouse.cancel_label(order),
        "redo": lambda: warehouse.redo(order),
        "clone": lambda: warehouse.clone(order) if len(outgoing) < 3 else None,
        "return": lambda: warehouse.return_label(order),
        "manifest": lambda: warehouse.manifest(order),
        "time": lambda: bench.clock.pass_time(chance.randint(1, 100)),
        "work": lambda: reports(bench, chance.randint(1, 10)),
        "again": lambda: warehouse.outbox.append(chance.choice(warehouse.outbox)) if warehouse.outbox else None,
    }
    with suppress(Refused):
        acts[kind]()


@pytest.mark.parametrize("seed", range(16))
def test_after_a_storm_of_cancelled_and_redone_orders_both_sides_agree(make_bench: MakeBench, seed: int) -> None:
    """Cancelled, redone, cloned, un-shipped, with faults of all calls; then calm: every live number is in Sellercloud
    once, no other is on a package unless a person was told, and an order without a live label is not shipped.
    """
    chance = random.Random(seed)
    bench = make_bench()
    switches, warehouse = bench.sellercloud.switches, bench.starshipit
    switches.unship_clears_tracking, switches.unship_resets_status = chance.random() < 0.5, chance.random() < 0.5
    warehouse.switches.cancelled_package = chance.choice(["status", "cleared"])
    warehouse.switches.cancelled_order = chance.choice(["kept", "unshipped"])
    warehouse.switches.shipped_includes_printed = chance.random() < 0.5
    sales = hand_over_many(bench, 4, packages=2)
    bench.sellercloud.faults.seed = seed
    bench.sellercloud.faults.read_back_lag = chance.choice([0, 0, 40])
    for kind in KINDS:
        bench.sellercloud.faults.chance("*", kind, 0.03)  # type: ignore[arg-type]
    warehouse.faults.chance("GET *", "500", 0.05)
    for _ in range(80):
        change_orders(chance, bench, chance.choice(sales))
        if chance.random() < 0.4:
            bench.work(chance.randint(1, 120))
    bench.sellercloud.faults.clear()
    warehouse.faults.clear()
    bench.work(4000)
    for order in list(warehouse.account.book.by_id.values()):
        if order.type != "Return" and not order.archived and not order.deleted:
            warehouse.print_label(order.order_id)  # nothing is left half printed
            for package in order.packages:
                if package.tracking_number and not package.cancelled:
                    warehouse.carrier_event(order.order_id, package.tracking_number, "InTransit")
    bench.work(8000)
    assert bench.sqs.queues[TRACKING] == []
    assert TRACKING_DEAD not in bench.sqs.queues
    for sale in sales:
        _all_live_and_nothing_else(bench, sale)


def _all_live_and_nothing_else(bench: Bench, sale: Sale) -> None:
    shown, row = bench.sellercloud.snapshot(sale.order_id), bench.row(sale.order_id)
    live = bench.starshipit.tracking_numbers(str(sale.order_id))
    noted = " ".join(note_texts(bench, sale.order_id))
    told = row.attention in ("cancelled_number_in_sellercloud", "unship_refused", "label_not_in_starshipit")
    for number in live:  # one that was noted, and found a package later, stands in both: a note is never taken back
        there = (shown.tracking.count(number), noted.count(number))
        assert there in {(1, 0), (0, 1), (1, 1)}, (number, there, noted, row)
    if live:
        assert (shown.shipping_status, row.state) == (FULLY_SHIPPED, State.SHIPPED), row
        assert set(shown.tracking) <= set(live) or told, (row, shown.tracking, live)
    else:
        assert shown.shipping_status == UNSHIPPED or told, (row, shown)
        assert row.state is State.HANDED_OVER or told, row
    assert not row.attention or told, row
    assert bench.sellercloud.breaches == []
