"""What sellers do to an order that was handed over: edits, cancellations, shipping by hand, a split.

Both systems agree in the end, or a person is told why they do not.
"""

from __future__ import annotations

from dataclasses import replace

from tests.e2e.day import HANDED_OVER, NEXT_DAY, RECONCILED, TOLD, Day, Story, story
from tests.e2e.sale import line
from tests.simulators.sellercloud.models import CANCELLED, COMPLETED, FULLY_SHIPPED, IN_PROCESS


@story
def test_the_seller_edits_the_address_before_printing(day: Day) -> Story:
    """Starshipit gets the new street, once; the label goes there."""
    sale = day.order()
    yield HANDED_OVER
    first = sale.there.order_id
    sale.edit_address(street1="7 Wattle Rise", postal_code="3068")
    yield RECONCILED
    to = sale.there.destination
    assert ("7 Wattle Rise" in to["street"], to["post_code"], sale.there.order_id) == (True, "3068", first)
    sale.expect_row("handed_over")
    yield RECONCILED
    assert sale.history.count("amended") == 1
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)


@story
def test_the_seller_changes_a_quantity(day: Day) -> Story:
    """The line has the new quantity in Starshipit, and the other line its old one."""
    sale = day.order(lines=(line("CUP", 2), line("BOWL", 3)))
    yield HANDED_OVER
    sale.edit_quantities(5, 3)
    yield RECONCILED
    assert sale.goods == {"CUP": 5, "BOWL": 3}
    sale.expect_row("handed_over")
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)


@story
def test_the_seller_removes_a_line(day: Day) -> Story:
    """It is not packed any more."""
    sale = day.order(lines=(line("CUP", 2), line("BOWL", 3)))
    yield HANDED_OVER
    sale.edit_quantities(0, 3)
    yield RECONCILED
    assert sale.goods == {"BOWL": 3}
    sale.expect_row("handed_over")


@story
def test_the_warehouse_corrects_the_same_address(day: Day) -> Story:
    """What the warehouse typed stays, and a person decides."""
    sale = day.order()
    yield HANDED_OVER
    day.starshipit.correct_address(sale.there.order_id, street="14 Acacia Crescent")
    sale.edit_address(street1="41 Acacia Cres")
    yield RECONCILED
    assert sale.there.destination["street"] == "14 Acacia Crescent"
    sale.expect_row("handed_over", "edited_on_both_sides")
    assert "amending" not in sale.history


@story
def test_the_warehouse_corrects_an_address_nobody_edits(day: Day) -> Story:
    """The sync never overwrites it, also when the seller edits something else."""
    sale = day.order(lines=(line("CUP", 2),))
    yield HANDED_OVER
    day.starshipit.correct_address(sale.there.order_id, street="14 Acacia Crescent")
    sale.edit_quantities(1)
    yield RECONCILED
    assert sale.there.destination["street"] == "14 Acacia Crescent"
    assert sale.goods == {"CUP": 1}
    sale.expect_row("handed_over")


@story
def test_the_seller_edits_the_address_after_printing(day: Day) -> Story:
    """A label exists (and another one is to come): nothing is sent, and a person is told."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    sale.print(2, partial=True)
    sale.edit_address(street1="7 Wattle Rise")
    yield RECONCILED
    sale.expect_row("handed_over", "edited_after_printing")
    assert "Wattle" not in sale.there.destination["street"]
    sale.expect_unshipped(IN_PROCESS)


@story
def test_the_seller_cancels_before_printing(day: Day) -> Story:
    """The order is gone from Starshipit, and stays away."""
    sale = day.order()
    yield HANDED_OVER
    day.sellercloud.cancel(sale.id)
    yield RECONCILED
    assert sale.live == []
    sale.expect_row("excluded")
    assert (sale.row["reason"], sale.history[-1]) == ("order_status", "withdrawn")
    yield HANDED_OVER
    assert len(sale.all_there) == 1
    sale.expect_unshipped(CANCELLED)


@story
def test_the_seller_holds_an_order_and_releases_it(day: Day) -> Story:
    """Held, it leaves Starshipit; released, it goes once more by itself, under a number of its own, and ships."""
    sale = day.order()
    yield HANDED_OVER
    day.sellercloud.hold(sale.id)
    yield RECONCILED
    assert sale.live == []
    sale.expect_row("excluded")
    day.sellercloud.release(sale.id)
    yield HANDED_OVER
    assert sale.there.order_number == f"{sale.id}-R2"
    assert len(day.starshipit.created_by_api(str(sale.id))) == 2
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)
    assert sale.row["generation"] == 2


@story
def test_the_seller_cancels_after_printing(day: Day) -> Story:
    """The label is left as it is, the order is not shipped, and a person is told."""
    sale = day.order()
    yield HANDED_OVER
    day.sellercloud.cancel(sale.id)
    sale.print()
    yield TOLD
    yield RECONCILED
    sale.expect_row("handed_over", "order_is_cancelled")
    assert (sale.there.status, sale.writes) == ("Printed", [])
    sale.expect_unshipped(CANCELLED)


@story
def test_the_seller_ships_by_hand(day: Day) -> Story:
    """The person's number stays, and somebody is told that Starshipit still has the order."""
    sale = day.order()
    yield HANDED_OVER
    day.sellercloud.ship_by_hand(sale.id, "HAND0001")
    yield RECONCILED
    sale.expect_row("shipped", "shipped_by_hand_still_in_starshipit")
    assert "shipped_by_hand" in sale.history
    assert (sale.shown.tracking, sale.writes, sale.there.status) == (("HAND0001",), [], "Unshipped")


@story
def test_the_seller_unships_by_hand(day: Day) -> Story:
    """It is noticed, a person is told, and nothing ships it again."""
    sale = day.order()
    yield HANDED_OVER
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)
    day.sellercloud.unship_by_hand(sale.id)
    yield NEXT_DAY
    sale.expect_row("shipped", "unshipped_in_sellercloud")
    sale.expect_unshipped(IN_PROCESS)
    assert len(sale.writes) == 1


@story
def test_the_seller_types_another_number(day: Day) -> Story:
    """It is recorded, and never written over; nobody is disturbed."""
    sale = day.order()
    yield HANDED_OVER
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)
    [package] = day.sellercloud.orders[sale.id].packages
    day.sellercloud.edit(sale.id, packages=(replace(package, tracking="HAND0002"),))
    yield NEXT_DAY
    sale.expect_row("shipped")
    assert sale.row["events"][-1]["facts"] == {"tracking_numbers": ["hand0002"]}
    assert (sale.history[-1], sale.shown.tracking) == ("retracked_by_hand", ("HAND0002",))
    assert (sale.shown.status, sale.shown.shipping_status) == (COMPLETED, FULLY_SHIPPED)


@story
def test_the_seller_splits_the_order(day: Day) -> Story:
    """What went to Starshipit as one is not taken apart there: a person is told."""
    sale = day.order(lines=(line("CUP", 2), line("BOWL", 3)))
    yield HANDED_OVER
    bowls = day.sellercloud.orders[sale.id].lines[1]
    child = day.sellercloud.split(sale.id, {bowls.id: 3})
    yield RECONCILED
    sale.expect_row("handed_over", "split_in_sellercloud")
    assert sale.goods == {"CUP": 2, "BOWL": 3}
    yield HANDED_OVER
    assert len(day.starshipit.created_by_api(str(child))) == 1, "the new order goes as any other"
    day.starshipit.change_items(sale.there.order_id, {"BOWL": 0})
    yield RECONCILED
    sale.expect_row("handed_over")
