"""What Sellercloud gets back besides the number: carrier, service, warehouse, and the mark of what went over."""

from __future__ import annotations

from tests.e2e.day import HANDED_OVER, RECONCILED, TOLD, Day, Story, story
from tests.e2e.sale import line

CARRIERS = "Australia Post / Parcel Post = AustraliaPost / Parcel Post\nStarTrack = StarTrack\n* = Other / Standard\n"


@story
def test_the_merchant_stores_a_carrier_table(day: Day) -> Story:
    """By its entry, by the carrier's entry with the label's own service, and by the fallback."""
    wrong = day.terminal("carriers", "edit", "--file", "-", "--yes", typed=f"{CARRIERS}DHL = \n")
    assert (wrong.code, "DHL" in wrong.out + wrong.err) == (1, True)
    ran = day.terminal("carriers", "edit", "--file", "-", "--yes", typed=CARRIERS)
    assert (ran.code, ran.err) == (0, "")
    expected = {
        None: ("AustraliaPost", "Parcel Post"),
        "StarTrack": ("StarTrack", "Road Express"),
        "Aramex": ("Other", "Standard"),
    }
    sales = {carrier: day.order() for carrier in expected}
    yield HANDED_OVER
    labels = {carrier: sale.print(carrier=carrier) for carrier, sale in sales.items()}
    yield TOLD
    for carrier, sale in sales.items():
        sale.expect_shipped(*labels[carrier])
        assert (sale.shown.carrier, sale.shown.service) == expected[carrier]


@story
def test_the_merchant_wants_the_warehouse_named(day: Day) -> Story:
    """Every ship call names the one an order leaves from; an order from two names none."""
    one = day.order(packages=2, lines=(line("CUP", warehouse_id=14), line("MAP-PDF", non_shipping=True)))
    two = day.order(lines=(line("CUP", warehouse_id=14), line("BOWL", warehouse_id=19)))
    yield HANDED_OVER
    labels = [one.print(2), two.print()]
    yield TOLD
    for sale, numbers in zip((one, two), labels, strict=True):
        sale.expect_shipped(*numbers)
    assert [write.warehouse_id for write in one.writes] == [14, 14]
    assert [write.warehouse_id for write in two.writes] == [None]


@story
def test_the_merchant_marks_what_went_over(day: Day) -> Story:
    """The exported flag is set by the next reconcile, and not before the order is in Starshipit."""
    sale, unpaid = day.order(), day.order(payment_status=10)
    yield HANDED_OVER
    yield RECONCILED
    assert (sale.shown.exported, unpaid.shown.exported) == (True, False)
    assert sale.row["marked"] == "exported"
    assert unpaid.row["reason"] == "unpaid"
