"""What the warehouse does with the parcels of one order: all are collected, each is written once, none is lost."""

from __future__ import annotations

import pytest

from connector.state.rows import State
from tests.flows.bench import TRACKING, Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import (
    Sale,
    add,
    assert_shipped,
    counted,
    hand_over,
    note_texts,
    reports,
    say,
    starshipit_id,
    writes,
)

HOUR = 3600


@pytest.mark.parametrize("packages", range(1, 6))
@pytest.mark.parametrize("parcels", range(1, 6))
def test_a_package_list_shorter_equal_or_longer_than_the_parcels(bench: Bench, packages: int, parcels: int) -> None:
    """Numbers in print order on packages by id; what has no package stands in one note, whatever comes later."""
    sale = hand_over(bench, packages=packages)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
    bench.work(120)
    bench.starshipit.manifest(sale.starshipit_id)
    bench.work(120)
    bench.starshipit.deliver(sale.starshipit_id)
    bench.work(120)
    assert_shipped(bench, sale, numbers)
    shown = [number for _, number in bench.sellercloud.snapshot(sale.order_id).packages]
    assert shown == [*numbers[:packages], *[""] * (packages - parcels)]
    notes = note_texts(bench, sale.order_id)
    assert len(notes) == (1 if parcels > packages else 0)
    assert all(number in notes[0] for number in numbers[packages:])
    assert len(writes(bench, sale.order_id)) == min(packages, parcels)


def test_the_last_of_three_parcels_is_never_printed(bench: Bench) -> None:
    """It waits without a word for a day; then a person is told, with a reason; nothing was shipped."""
    sale = hand_over(bench, packages=3)
    first = bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    reason = bench.row(sale.order_id).events[-1]
    assert (reason.what, reason.facts["missing"]) == ("waiting_for_labels", 2)
    bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    assert bench.row(sale.order_id).events[-1].facts["missing"] == 1
    look_again(bench, sale, first[0])
    assert bench.row(sale.order_id).attention == ""
    bench.clock.pass_time(24 * HOUR)
    look_again(bench, sale, first[0])
    assert bench.row(sale.order_id).attention == "parcels_without_label"
    assert writes(bench, sale.order_id) == []
    assert [e.what for e in bench.row(sale.order_id).events].count("waiting_for_labels") == 2
    bench.starshipit.print_label(sale.starshipit_id, parcels=3)
    bench.work(60)
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def look_again(bench: Bench, sale: Sale, number: str) -> None:
    """What a poll does with a label that led to nothing yet: its report once more."""
    say(bench, number, "Printed", sale.order_id, order_reference=str(sale.order_id))
    bench.work(60)


def test_the_age_limit_is_a_setting(make_bench: MakeBench) -> None:
    """PartlyPrintedHours 2: a person is told after two hours."""
    bench = make_bench(PARTLY_PRINTED_HOURS="2")
    sale = hand_over(bench, packages=2)
    [number] = bench.starshipit.print_label(sale.starshipit_id, parcels=2, partial=True)
    bench.work(60)
    bench.clock.pass_time(1.8 * HOUR)
    look_again(bench, sale, number)
    assert bench.row(sale.order_id).attention == ""
    bench.clock.pass_time(0.2 * HOUR)
    look_again(bench, sale, number)
    assert bench.row(sale.order_id).attention == "parcels_without_label"
    assert bench.ask("retry", orders=[str(sale.order_id)])["status"] == "done"
    bench.work(60)
    assert bench.row(sale.order_id).attention == "parcels_without_label"


def test_a_parcel_that_is_deleted_is_not_waited_for(bench: Bench) -> None:
    """One of three is taken off the order in Starshipit: the next look ships the two."""
    sale = hand_over(bench, packages=3)
    [first] = bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    order = bench.starshipit.account.book.by_id[sale.starshipit_id]
    order.packages = [package for package in order.packages if package.tracking_number]
    bench.starshipit.account.touch(order)
    bench.starshipit.carrier_event(sale.starshipit_id, first, "InTransit")
    bench.work(60)
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


@pytest.mark.parametrize("packages", [1, 2, 4])
def test_two_parcels_are_added_after_shipping(bench: Bench, packages: int) -> None:
    """Each joins as soon as it is printed, on a free package or in a note of its own; the first stays where it is."""
    sale = hand_over(bench, packages=packages)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    for parcels in (2, 3):
        bench.starshipit.print_label(sale.starshipit_id, parcels=parcels)
        bench.work(120)
        assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))
    numbers = sorted(bench.starshipit.tracking_numbers(str(sale.order_id)))
    assert writes(bench, sale.order_id)[0][1] == numbers[0]
    assert len(note_texts(bench, sale.order_id)) == max(0, 3 - packages)


def test_one_of_two_parcels_added_after_shipping_is_printed(bench: Bench) -> None:
    """A shipped order waits for nothing: a printed parcel is added while another has no label yet."""
    sale = hand_over(bench, packages=3)
    bench.starshipit.print_label(sale.starshipit_id)
    bench.work(60)
    bench.starshipit.print_label(sale.starshipit_id, parcels=3, partial=True)
    bench.work(60)
    assert_shipped(bench, sale, sorted(bench.starshipit.tracking_numbers(str(sale.order_id))))


def test_all_parcels_are_collected_before_the_first_call(bench: Bench) -> None:
    """The second label is printed while the first one's report is on its way: one look takes both."""
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.starshipit.outbox[:] = bench.starshipit.outbox[:1]
    with counted(bench) as cost:
        assert reports(bench) == 1
    assert_shipped(bench, sale, numbers)
    assert cost.starshipit == 1


@pytest.mark.parametrize("freight", ["true", "false"])
def test_freight_cost(make_bench: MakeBench, freight: str) -> None:
    """With FreightCost the price Starshipit shows is written once, on the first parcel; without it none is."""
    bench = make_bench(FREIGHT_COST=freight)
    bench.starshipit.switches.price_after_seconds = 0
    sale = hand_over(bench, packages=2)
    numbers = bench.starshipit.print_label(sale.starshipit_id, parcels=2)
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    fees = [float(package.final_fee) for package in bench.sellercloud.orders[sale.order_id].packages]
    assert fees == ([11.85, 0] if freight == "true" else [0, 0])


def test_freight_cost_of_a_split_order(make_bench: MakeBench) -> None:
    """Every part's price stands with its own first parcel."""
    bench = make_bench(FREIGHT_COST="true")
    bench.starshipit.switches.price_after_seconds = 0
    sale = hand_over(bench, packages=2)
    numbers = [bench.starshipit.print_label(part)[0] for part in bench.starshipit.split(sale.starshipit_id)]
    bench.work(60)
    assert_shipped(bench, sale, numbers)
    fees = [float(package.final_fee) for package in bench.sellercloud.orders[sale.order_id].packages]
    assert fees == [11.85, 11.85]


def test_a_price_that_is_not_known_yet_holds_nobody_up(make_bench: MakeBench) -> None:
    """Starshipit shows it a minute after printing: the order ships without it."""
    bench = make_bench(FREIGHT_COST="true")
    sale = hand_over(bench)
    numbers = bench.starshipit.print_label(sale.starshipit_id)
    bench.work(30)
    assert_shipped(bench, sale, numbers)
    assert [float(package.final_fee) for package in bench.sellercloud.orders[sale.order_id].packages] == [0]


def test_contradictory_reports_only_lead_forward(bench: Bench) -> None:
    """Delivered, then printed, then a status nobody knows, then unshipped: shipped once, delivered it stays."""
    order_id = add(bench)
    bench.fetch()
    bench.work(60)
    sale = Sale(order_id, starshipit_id(bench, order_id))
    [number] = bench.starshipit.print_label(sale.starshipit_id)
    bench.starshipit.outbox.clear()
    for status in ("Delivered", "Printed", "OnTheMoon", "Unshipped", "Saved", "Dispatched"):
        say(bench, number, status, order_id, order_reference=str(order_id))
        bench.work(60)
    assert_shipped(bench, sale, [number])
    assert bench.row(order_id).labels[number].status == "Delivered"
    assert bench.row(order_id).state is State.SHIPPED
    assert len(writes(bench, order_id)) == 1
    assert bench.sqs.queues[TRACKING] == []
