"""What an order says of itself: kits, gifts, signatures, warehouses, companies, currencies, lines of any kind."""

from __future__ import annotations

from decimal import Decimal

from tests.e2e.day import HANDED_OVER, TOLD, Day, Story, story
from tests.e2e.sale import line
from tests.simulators.sellercloud import SimKitPart

AUD, AUSTRALIA = 5, 3
PARTS = (SimKitPart(product_id="MUG-ENAMEL", qty=2), SimKitPart(product_id="STOVE-GAS-1"))


@story
def test_a_customer_buys_a_kit(day: Day) -> Story:
    """KitMode parent: one line for the kit, none for what is in it."""
    sale = day.order(lines=(line("CAMP-KIT-01", 2, "79", weight_lb=2.4, parts=PARTS),))
    yield HANDED_OVER
    assert sale.goods == {"CAMP-KIT-01": 2}
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)


@story
def test_a_customer_sends_a_gift_with_a_message(day: Day) -> Story:
    """The message is on the order for whoever packs it."""
    sale = day.order(gift=True, gift_message="Happy trails, Zoë!")
    yield HANDED_OVER
    assert "Gift: Happy trails, Zoë!" in sale.there.destination["delivery_instructions"]


@story
def test_a_customer_must_sign(day: Day) -> Story:
    """Said for the one, and denied for the other, whatever the account's default is."""
    signed, unsigned = day.order(signature=True), day.order(signature=False)
    yield HANDED_OVER
    assert (signed.there.signature_required, unsigned.there.signature_required) == (True, False)


@story
def test_orders_of_two_companies_and_two_warehouses(day: Day) -> Story:
    """All go, and all come back, though Sellercloud lists one company unless asked for another."""
    sales = [
        day.order(company_id=company, lines=(line("CUP", warehouse_id=12), line("BOWL", warehouse_id=second)))
        for company, second in ((171, 12), (172, 14))
    ]
    yield HANDED_OVER
    assert [sale.goods for sale in sales] == [{"CUP": 1, "BOWL": 1}] * 2
    labels = [sale.print() for sale in sales]
    yield TOLD
    for sale, numbers in zip(sales, labels, strict=True):
        sale.expect_shipped(*numbers)
    assert [int(sale.row["company_id"]) for sale in sales] == [171, 172]


@story
def test_a_customer_pays_in_a_foreign_currency(day: Day) -> Story:
    """CustomsValueCurrency order: the order's own currency is declared."""
    sale = day.order(currency=AUD, rate_from_usd=Decimal("1.5"), site_code=AUSTRALIA, lines=(line("CUP", 2, "30"),))
    yield HANDED_OVER
    [item] = sale.there.items
    assert (sale.there.currency, item.data["value"]) == ("AUD", 20)  # the tenant shows amounts in USD


@story
def test_a_customer_gets_a_free_sticker_without_weight(day: Day) -> Story:
    """Zero weight and zero price are sent as they are, and stop nothing."""
    sale = day.order(lines=(line("CUP"), line("STICKER-FERN", price="0", weight_lb=0.0)))
    yield HANDED_OVER
    sticker = next(item.data for item in sale.there.items if item.data["sku"] == "STICKER-FERN")
    assert (sticker.get("weight", 0), sticker.get("value", 0)) == (0, 0)
    numbers = sale.print()
    yield TOLD
    sale.expect_shipped(*numbers)


@story
def test_a_customer_buys_a_download_and_a_warranty_beside_a_cup(day: Day) -> Story:
    """What is not shipped is not packed; an order of nothing else does not go, with its reason."""
    download, warranty = (line(sku, non_shipping=True) for sku in ("MAP-PDF", "WARRANTY-2Y"))
    sale, nothing = day.order(lines=(line("CUP"), download, warranty)), day.order(lines=(download,))
    yield HANDED_OVER
    assert sale.goods == {"CUP": 1}
    assert nothing.all_there == []
    assert nothing.row["reason"] == "no_shipping_items"
