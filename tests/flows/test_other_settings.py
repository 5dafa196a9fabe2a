"""A merchant who chose otherwise: the settings that the deployed stack of the end-to-end tests has at their defaults.

One shop with all of them at once, so that they are also seen to go together.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from connector.state.rows import State
from tests.flows.bench import Bench
from tests.flows.conftest import MakeBench
from tests.flows.tracking import Sale, add, assert_shipped, starshipit_id
from tests.simulators.sellercloud import SimKitPart, SimLine, SimNote
from tests.simulators.sellercloud.models import IN_PROCESS, UNSHIPPED
from tests.simulators.starshipit.order import Order

EUR = 3
PIN = "4711"
COLUMN, COLUMN_LENGTH = "In Starshipit", 21
SETTINGS = {
    "SHIP_WHEN": "dispatched",
    "SPLIT_ORDERS_SHIP": "first",
    "HAND_OVER_MARKER": f"column:{COLUMN}",
    "CARRIER_MAP": "Australia Post / Parcel Post = AustraliaPost / Express Post; * = Other / Standard",
    "FREIGHT_COST": "true",
    "KIT_MODE": "components",
    "CUSTOMER_INSTRUCTIONS": "true",
    "CUSTOMS_VALUE_CURRENCY": "converted",
}
PARTS = (SimKitPart(product_id="MUG-ENAMEL", qty=2), SimKitPart(product_id="STOVE-GAS-1"))


@pytest.fixture
def shop(make_bench: MakeBench) -> Bench:
    """A strict tenant with a PIN and a short custom column, and a stack with these settings."""
    bench = make_bench(**SETTINGS)
    bench.secrets.store("sellercloud", username="sync@example.com", password="obviously-fake-password", pin=PIN)
    bench.sellercloud.switches.unship_pin = PIN
    bench.sellercloud.switches.validate_carriers = True
    bench.sellercloud.add_column(COLUMN, data_length=COLUMN_LENGTH)
    bench.starshipit.switches.price_after_seconds = 0
    return bench


def handed_over(bench: Bench, packages: int = 1, **changes: object) -> Sale:
    """An order that went over; its service is one the warehouse has a rule for."""
    order_id = add(bench, packages, **{"service": "Standard", **changes})
    bench.fetch()
    bench.work(60)
    return Sale(order_id, starshipit_id(bench, order_id))


def there(bench: Bench, sale: Sale) -> Order:
    """The order in Starshipit."""
    return bench.starshipit.order(sale.starshipit_id)


def line(sku: str, qty: int, price: str, **changes: object) -> SimLine:
    """An order line of two pounds a unit."""
    return replace(SimLine(product_id=sku, name=sku, qty=qty, price=Decimal(price), weight_lb=2.0), **changes)  # type: ignore[arg-type]


def test_a_kit_goes_as_its_components(shop: Bench) -> None:
    """Two kits of two mugs and a stove are four mugs and two stoves."""
    sale = handed_over(shop, lines=(line("CAMP-KIT-01", 2, "79", parts=PARTS),))
    goods = {item.data["sku"]: item.data["quantity"] for item in there(shop, sale).items}
    assert goods == {"MUG-ENAMEL": 4, "STOVE-GAS-1": 2}


def test_a_customer_gives_instructions(shop: Bench) -> None:
    """They are on the label's order."""
    sale = handed_over(shop, notes=(SimNote(message="Leave behind the side gate", category=1),))
    assert "side gate" in there(shop, sale).destination["delivery_instructions"]


def test_a_foreign_order_is_declared_by_its_rate(shop: Bench) -> None:
    """The tenant shows 20 USD; 30 EUR is what the customer paid."""
    sale = handed_over(shop, currency=EUR, rate_from_usd=Decimal("1.5"), lines=(line("CUP", 2, "30"),))
    [item] = there(shop, sale).items
    assert (there(shop, sale).currency, item.data["value"]) == ("EUR", 30)


def test_the_column_says_since_when_an_order_is_in_starshipit(shop: Bench) -> None:
    """As much of it as the column holds, the day first."""
    sale = handed_over(shop)
    shop.reconcile()
    text = f"{there(shop, sale).created:%Y-%m-%d} Starshipit {sale.order_id}"
    assert shop.sellercloud.snapshot(sale.order_id).custom_columns[COLUMN] == text[:COLUMN_LENGTH]


def test_the_seller_edits_after_printing_and_before_the_parcel_leaves(shop: Bench) -> None:
    """A person is told, and nothing is sent; the parcel leaves, the order is shipped."""
    sale = handed_over(shop)
    numbers = shop.starshipit.print_label(sale.starshipit_id)
    shop.sellercloud.edit(
        sale.order_id, address=replace(shop.sellercloud.orders[sale.order_id].address, street1="7 Wattle Rise")
    )
    shop.work(60)
    shop.reconcile()
    row = shop.row(sale.order_id)
    assert (row.state, row.attention) == (State.HANDED_OVER, "edited_after_printing")
    assert "Wattle" not in there(shop, sale).destination["street"]
    shop.starshipit.manifest(sale.starshipit_id)
    shop.work(60)
    assert_shipped(shop, sale, numbers)


@pytest.mark.parametrize("carrier", [None, "Aramex"])
def test_the_carrier_by_the_map_and_what_it_charges(shop: Bench, carrier: str | None) -> None:
    """Ours by its entry, another by the fallback; a strict tenant takes both."""
    sale = handed_over(shop)
    numbers = shop.starshipit.print_label(sale.starshipit_id, carrier=carrier)
    shop.starshipit.manifest(sale.starshipit_id)
    shop.work(60)
    assert_shipped(shop, sale, numbers)
    shown = shop.sellercloud.snapshot(sale.order_id)
    assert (shown.carrier, shown.service) == (("Other", "Standard") if carrier else ("AustraliaPost", "Express Post"))
    [package] = shop.sellercloud.orders[sale.order_id].packages
    assert package.final_fee == Decimal("11.85"), "what the carrier charges"


def test_a_split_order_ships_with_its_first_part(shop: Bench) -> None:
    """The first part leaves: shipped; the second joins it."""
    sale = handed_over(shop, packages=2, lines=(line("CUP", 2, "9"), line("BOWL", 2, "9")))
    parts = shop.starshipit.split(sale.starshipit_id)
    numbers: list[str] = []
    for part in parts:
        numbers += shop.starshipit.print_label(part)
        shop.starshipit.manifest(part)
        shop.work(60)
        assert_shipped(shop, sale, numbers)


def test_a_cancelled_label_is_unshipped_with_the_pin(shop: Bench) -> None:
    """The tenant asks for a PIN for shipped orders; the secret has it."""
    sale = handed_over(shop)
    shop.starshipit.print_label(sale.starshipit_id)
    shop.starshipit.manifest(sale.starshipit_id)
    shop.work(60)
    shop.starshipit.cancel_label(sale.starshipit_id)
    shop.work(60)
    shown, row = shop.sellercloud.snapshot(sale.order_id), shop.row(sale.order_id)
    assert (shown.shipping_status, shown.status) == (UNSHIPPED, IN_PROCESS)
    assert (row.state, row.attention) == (State.HANDED_OVER, "")
