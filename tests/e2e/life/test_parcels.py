"""What the warehouse packs: several parcels of one order, and the packages Sellercloud has for them."""

from __future__ import annotations

from tests.e2e.day import HANDED_OVER, RECONCILED, TOLD, Day, Story, story
from tests.simulators.sellercloud.models import IN_PROCESS


@story
def test_three_parcels_are_printed_for_three_packages(day: Day) -> Story:
    """Each number stands on a package of its own, in the order in which they were printed."""
    sale = day.order(packages=3)
    yield HANDED_OVER
    numbers = sale.print(3)
    yield TOLD
    sale.expect_shipped(*numbers)
    assert [number for _, number in sorted(sale.shown.packages)] == numbers
    assert len(sale.writes) == 3


@story
def test_three_parcels_are_printed_for_one_package(day: Day) -> Story:
    """The first stands on it, the others in one note, written once whatever comes later."""
    sale = day.order(packages=1)
    yield HANDED_OVER
    numbers = sale.print(3)
    yield TOLD
    sale.expect_shipped(*numbers)
    day.starshipit.manifest(sale.there.order_id)
    yield TOLD
    yield RECONCILED
    sale.expect_shipped(*numbers)
    assert sale.shown.tracking == (numbers[0],)
    [note] = sale.notes
    assert all(number in note for number in numbers[1:])


@story
def test_one_parcel_is_printed_for_two_packages(day: Day) -> Story:
    """The number stands on the first; the order is Fully Shipped."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    [number] = sale.print()
    yield TOLD
    sale.expect_shipped(number)
    assert [shown for _, shown in sorted(sale.shown.packages)] == [number, ""]


@story
def test_the_warehouse_prints_one_of_three_parcels_and_the_rest_later(day: Day) -> Story:
    """The order waits, with its reason in the history; with the last label it ships with all three numbers."""
    sale = day.order(packages=3)
    yield HANDED_OVER
    sale.print(3, partial=True)
    yield TOLD
    yield RECONCILED
    sale.expect_unshipped(IN_PROCESS)
    sale.expect_row("handed_over")
    [waits] = [event for event in sale.row["events"] if event["what"] == "waiting_for_labels"]
    assert waits["facts"] == {"missing": 2}
    sale.print(3)
    yield TOLD
    assert len(sale.numbers) == 3
    sale.expect_shipped(*sale.numbers)


@story
def test_the_warehouse_adds_a_parcel_later(day: Day) -> Story:
    """The order was shipped with one: the second joins it on the free package."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    [first] = sale.print()
    yield TOLD
    sale.expect_shipped(first)
    [second] = sale.print(2)
    yield TOLD
    sale.expect_shipped(first, second)
    assert [number for _, number in sorted(sale.shown.packages)] == [first, second]
