"""What becomes of Starshipit's messages: lost, alone, late, doubled, and about orders nobody handed over."""

from __future__ import annotations

from tests.e2e.day import HANDED_OVER, RECONCILED, TOLD, Day, Story, story
from tests.simulators.sellercloud.models import IN_PROCESS


@story
def test_the_message_of_a_label_is_lost(day: Day) -> Story:
    """The next reconcile finds the label by itself."""
    sale = day.order()
    yield HANDED_OVER
    day.starshipit.webhooks.next("drop")
    numbers = sale.print()
    yield TOLD
    sale.expect_unshipped(IN_PROCESS)
    yield RECONCILED
    sale.expect_shipped(*numbers)


@story
def test_a_label_is_printed_and_its_message_is_all_there_is(day: Day) -> Story:
    """Shipped before any reconcile looked."""
    sale = day.order()
    yield HANDED_OVER
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)


@story
def test_every_message_comes_twice(day: Day) -> Story:
    """Each number is written once."""
    sale = day.order(packages=2)
    yield HANDED_OVER
    day.starshipit.webhooks.next("duplicate", times=2)
    numbers = sale.print(2)
    yield TOLD
    sale.expect_shipped(*numbers)
    assert len(sale.writes) == 2


@story
def test_a_parcel_is_delivered_and_its_printing_reported_late(day: Day) -> Story:
    """Forward only: delivered stays delivered, and the number stays in Sellercloud."""
    sale = day.order()
    yield HANDED_OVER
    [number] = sale.print()
    yield TOLD
    day.starshipit.deliver(sale.there.order_id)
    yield TOLD
    printed = next(sent.message for sent in day.starshipit.sent if sent.message.tracking_number == number)
    assert printed.status == "Printed"
    day.starshipit.webhooks.send_again(printed)
    yield TOLD
    sale.expect_shipped(number)
    assert sale.row["labels"][number]["status"] == "Delivered"
    assert len(sale.writes) == 1


@story
def test_a_label_of_an_order_nobody_handed_over(day: Day) -> Story:
    """Recorded as unmatched, with its number and reference; no error, nothing shipped."""
    typed = day.starshipit.create_by_hand("COUNTER-SALE-7", reference="till 3")
    [number] = day.starshipit.print_label(typed)
    yield TOLD
    record = day.item(f"UNMATCHED#{number}", "UNMATCHED")
    assert (record["order_number"], record["reference"]) == ("COUNTER-SALE-7", "till 3")
    assert day.bench.stack.depth("TrackingDeadLetters") == 0
