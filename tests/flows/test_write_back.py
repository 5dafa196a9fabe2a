"""The write-back on a good day: every number on its own package, once, and only when it is time."""

from __future__ import annotations

import itertools

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import (
    NOTE,
    assert_shipped,
    counted,
    hand_over,
    hand_over_many,
    note_texts,
    reports,
    say,
    writes,
)
from tests.simulators.sellercloud import SimPackage
from tests.simulators.sellercloud.models import UNSHIPPED


def test_one_parcel(bench: Bench) -> None:
    """A printed label of a one-parcel order: Fully Shipped with its number, carrier and service, in one write."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    assert reports(bench) == 1
    assert_shipped(bench, sale, numbers)
    assert len(writes(bench, sale.order_id)) == 1
    assert bench.telemetry.metrics["OrdersShipped"] == 1


def test_three_parcels_on_three_packages(bench: Bench) -> None:
    """Each number stands on a package of its own, in a fixed order, all written by the first message."""
    sale = hand_over(bench, packages=3)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.deliver_webhooks()
    assert bench.deliver(TRACKING, "apply_tracking", 1) == 1
    packages = sorted(package for package, _ in bench.sellercloud.snapshot(sale.order_id).packages)
    assert writes(bench, sale.order_id) == list(zip(packages, numbers, strict=True))
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    assert len(writes(bench, sale.order_id)) == 3
    assert note_texts(bench, sale.order_id) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_the_messages_does_not_matter(bench: Bench, order: tuple[int, ...]) -> None:
    """Three parcels' messages in any order, each for itself: the same number on the same package."""
    sale = hand_over(bench, packages=3)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.starshipit.outbox[:] = [bench.starshipit.outbox[place] for place in order]
    bench.deliver_webhooks()
    while bench.deliver(TRACKING, "apply_tracking", 1):
        bench.clock.pass_time(1)
    packages = [package for package, _ in bench.sellercloud.snapshot(sale.order_id).packages]
    assert writes(bench, sale.order_id) == list(zip(packages, numbers, strict=True))
    assert_shipped(bench, sale, numbers)


def test_fewer_packages_than_parcels(bench: Bench) -> None:
    """Four parcels, two packages: two numbers on packages, the other two in one order note, whatever comes later."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=4)
    while reports(bench, 1):
        bench.clock.pass_time(1)
    bench.starshipit.manifest(sale.starshipit_id)
    bench.work(300)
    assert_shipped(bench, sale, numbers)
    [note] = note_texts(bench, sale.order_id)
    assert [number for number in numbers if number in note] == numbers[2:]
    assert bench.sellercloud.count()[NOTE] == 1


def test_a_very_long_note_cuts_no_number(bench: Bench) -> None:
    """Ninety parcels: the note leaves out carriers before it would cut a number."""
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=90)
    bench.work(600)
    assert_shipped(bench, sale, numbers)
    assert len(note_texts(bench, sale.order_id)) == 1


def test_more_packages_than_parcels(bench: Bench) -> None:
    """Two parcels, four packages: the first two packages get the numbers, the others stay empty."""
    sale = hand_over(bench, packages=4)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    shown = [number for _, number in bench.sellercloud.snapshot(sale.order_id).packages]
    assert shown == [*numbers, "", ""]
    assert_shipped(bench, sale, numbers)


def test_package_ids_that_change_with_the_first_call(bench: Bench) -> None:
    """Shipping may make the packages anew: the numbers are placed on the new ones, all five of them."""
    bench.sellercloud.switches.new_package_ids_on_ship = True
    sale = hand_over(bench, packages=5)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=5)
    bench.work(1200)
    assert_shipped(bench, sale, numbers)
    assert note_texts(bench, sale.order_id) == []


def test_a_number_typed_in_before_shipping_is_not_overwritten(bench: Bench) -> None:
    """A package of the unshipped order holds somebody's number: ours goes to the free one; with none free, a person."""
    taken, full = hand_over_many(bench, 2, packages=2)
    for sale, held in ((taken, ("HAND-1", "")), (full, ("HAND-1", "HAND-2"))):
        old = bench.sellercloud.orders[sale.order_id].packages
        packages = tuple(SimPackage(id=p.id, tracking=n) for p, n in zip(old, held, strict=True))
        bench.sellercloud.edit(sale.order_id, packages=packages)
        bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    [number] = bench.starshipit.tracking_numbers(str(taken.order_id))
    assert bench.sellercloud.snapshot(taken.order_id).tracking == ("HAND-1", number)
    assert bench.row(taken.order_id).state is State.SHIPPED
    assert bench.sellercloud.snapshot(full.order_id).tracking == ("HAND-1", "HAND-2")
    assert bench.row(full.order_id).attention == "packages_hold_other_numbers"


def test_a_partly_printed_order_waits(bench: Bench) -> None:
    """One of three labels is printed: nothing is shipped; with the last one the order ships with all numbers."""
    sale = hand_over(bench, packages=3)
    bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    assert bench.row(sale.order_id).events[-1].what == "waiting_for_labels"
    bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    assert writes(bench, sale.order_id) == []
    bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.work(60)
    numbers = sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))
    assert len(numbers) == 3
    assert_shipped(bench, sale, numbers)


def test_a_parcel_added_later_is_added(bench: Bench) -> None:
    """The order is shipped; a further parcel's number joins it on the free package, at once, as the next write."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(5)
    numbers += bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    assert reports(bench) == 1
    assert_shipped(bench, sale, numbers)
    assert [number for _, number in writes(bench, sale.order_id)] == numbers


def test_shipping_on_dispatch(make_bench: MakeBench) -> None:
    """With ShipWhen dispatched a printed label ships nothing; the manifest does."""
    bench = make_bench(SHIP_WHEN="dispatched")
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    with counted(bench) as cost:
        bench.work(60)
    assert bench.sellercloud.snapshot(sale.order_id).shipping_status == UNSHIPPED
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    bench.starshipit.manifest(sale.starshipit_id)
    bench.work(60)
    assert_shipped(bench, sale, numbers)


@pytest.mark.parametrize("status", ["InTransit", "OutForDelivery", "Delivered", "Exception", "AwaitingCollection"])
@pytest.mark.parametrize("ship_when", ["printed", "dispatched"])
def test_a_skipped_status_ships_as_well(make_bench: MakeBench, ship_when: str, status: str) -> None:
    """The first message heard is a later one: the order ships on it."""
    bench = make_bench(SHIP_WHEN=ship_when)
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.outbox.clear()
    bench.starshipit.carrier_event(sale.starshipit_id, number, status)
    bench.work(60)
    assert_shipped(bench, sale, [number])


def test_statuses_only_move_forward(bench: Bench) -> None:
    """Delivered, then Printed, Dispatched and something unknown: the label stays delivered and nothing is written."""
    sale = hand_over(bench)
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.deliver(sale.starshipit_id)
    bench.starshipit.outbox.reverse()
    bench.work(60)
    before = bench.sellercloud.snapshot(sale.order_id)
    with counted(bench) as cost:
        for status in ("Printed", "Dispatched", "HeldAtCustoms", "Delivered", ""):
            say(bench, number, status, sale.order_id)
            bench.work(60)
    assert bench.row(sale.order_id).labels[number].status == "Delivered"
    assert bench.sellercloud.snapshot(sale.order_id) == before
    assert (cost.sellercloud, cost.starshipit) == (0, 0)


def test_an_unknown_status_ships_nothing(bench: Bench) -> None:
    """A status nobody knows says nothing about the parcel; the next known one does."""
    sale = hand_over(bench)
    bench.starshipit.webhooks.next("unknown_status")
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    with counted(bench) as cost:
        bench.work(60)
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    say(bench, number, "Printed", sale.order_id)
    bench.work(60)
    assert_shipped(bench, sale, [number])


def test_every_message_twice(bench: Bench) -> None:
    """A vendor that repeats every message, and a queue that does so too: each number is written once."""
    bench.starshipit.webhooks.chance("duplicate", 1.0)
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.work(60)
    bench.starshipit.outbox.extend(bench.starshipit.outbox)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    assert len(writes(bench, sale.order_id)) == 2
    assert len(bench.row(sale.order_id).events) < 12


def test_ten_orders_that_come_together(bench: Bench) -> None:
    """Ten one-parcel orders in one batch: one read, ten writes, one read-back, and one Starshipit call an order."""
    sales = hand_over_many(bench, 10)
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id)
    with counted(bench) as cost:
        assert reports(bench) == 10
    assert cost.sellercloud <= 12
    assert cost.starshipit <= 11
    for sale in sales:
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


@pytest.mark.parametrize(("packages", "together"), [(3, 1), (3, 3), (3, 10), (2, 10), (1, 1), (1, 10)])
def test_three_parcel_orders_cost_two_calls_a_parcel(bench: Bench, packages: int, together: int) -> None:
    """Three parcels on one to three packages: at most two Sellercloud calls a parcel, however the messages come."""
    sales = hand_over_many(bench, 3, packages=packages)
    for sale in sales:
        bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    with counted(bench) as cost:
        while reports(bench, together):
            bench.clock.pass_time(1)
    assert cost.sellercloud <= 2 * 9
    assert cost.starshipit <= 3
    for sale in sales:
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def test_later_statuses_cost_no_call(bench: Bench) -> None:
    """A shipped order's journey (dispatched, in transit, delivered), also with a return label, calls nobody."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.starshipit.return_label(sale.starshipit_id)
    bench.work(60)
    with counted(bench) as cost:
        for status in ("Dispatched", "InTransit", "OutForDelivery", "Delivered"):
            for number in numbers:
                bench.starshipit.carrier_event(sale.starshipit_id, number, status)
            bench.work(60)
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    assert_shipped(bench, sale, numbers)


def test_a_dry_run_does_not_consume_tracking(make_bench: MakeBench) -> None:
    """In a dry run messages wait in the queue, nothing is recorded as unmatched, no vendor is called."""
    bench = make_bench(DRY_RUN="true")
    say(bench, "34ABC0000001", "Printed", "1045872")
    with counted(bench) as cost:
        bench.work(1000)
    assert len(bench.sqs.queues[TRACKING]) == 1
    assert (cost.sellercloud, cost.starshipit) == (0, 0)
    assert "UnmatchedTracking" not in bench.telemetry.metrics
