"""Every field that is sent is explained, and what is shown is what is sent."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.rules.explain import ORDER, Shown, explain
from connector.rules.explain_address import DESTINATION
from connector.rules.explain_items import ITEM
from connector.rules.faults import faults
from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent, Reason
from connector.settings import CustomsValue, KitMode
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewDestination, NewItem, NewOrder
from tests.unit.rules.build import CHOICES, address, line, order

CONVERTED = replace(CHOICES, customs_value=CustomsValue.CONVERTED)
COMPONENTS = replace(CHOICES, kit_mode=KitMode.COMPONENTS)
KIT = line(
    ID=7,
    Qty=2,
    BundleItems=[
        {"ProductID": "MUG", "TotalQty": 4},
        {"ProductID": "AIR", "TotalQty": 0},
        {"ProductID": "POT", "Qty": 2},
    ],
)
LONG = " ".join(["Homestead"] * 12)
ORDERS: list[tuple[str, Order, Extras, MappingChoices]] = [
    ("plain", order(), Extras(), CHOICES),
    ("gift", order(), Extras("Happy trails!", "Leave at the gate"), CHOICES),
    ("converted", order(), Extras(rate_from_usd=Decimal("1.5")), CONVERTED),
    ("converted by the other rate", order(), Extras(rate_to_usd=Decimal("0.5")), CONVERTED),
    ("kit", order(Items=[KIT, line(ID=8)]), Extras(), COMPONENTS),
    ("kit whole", order(Items=[KIT, line(ID=8)]), Extras(), CHOICES),
    ("two lines alike", order(Items=[line(), line(), line(NonShipping=True), line(QtyShipped=1)]), Extras(), CHOICES),
    ("company only", order(ShippingAddress=address(FirstName="", LastName="", CompanyName="Acme")), Extras(), CHOICES),
    ("long street", order(ShippingAddress=address(StreetLine1=LONG, CompanyName="Acme")), Extras(), CHOICES),
    ("long name", order(ShippingAddress=address(FirstName=LONG)), Extras(), CHOICES),
    ("no dates", order(TimeOfOrder=None, CreatedOn=None, OrderCurrencyCode=None), Extras(), CHOICES),
    ("texts for numbers", order(Items=[line(Qty="2", Weight="2.40", SitePrice="119.00")]), Extras(), CHOICES),
]


def sent(wanted: Order, extras: Extras, choices: MappingChoices) -> NewOrder:
    """The order as it would be sent."""
    found = to_starshipit(wanted, str(wanted.order_id), extras, choices)
    assert isinstance(found, NewOrder), found
    return found


def by_target(rows: list[Shown]) -> dict[str, Shown]:
    """The rows that are fields, by their target."""
    found = {row.target: row for row in rows if row.target != "(not sent)"}
    assert len(found) == sum(row.target != "(not sent)" for row in rows), "a target is shown twice"
    return found


def test_every_field_has_an_entry() -> None:
    """A field added to what is sent must be added to the explanation."""
    assert set(ORDER) == set(NewOrder.model_fields) - {"destination", "items"}
    assert set(DESTINATION) == set(NewDestination.model_fields)
    assert set(ITEM) == set(NewItem.model_fields)


@pytest.mark.parametrize(("wanted", "extras", "choices"), [case[1:] for case in ORDERS], ids=[c[0] for c in ORDERS])
def test_what_is_shown_is_what_is_sent(wanted: Order, extras: Extras, choices: MappingChoices) -> None:
    """Each value is the one in the order that leaves; decimals keep their digits; whatever is sent has a source."""
    order_sent = sent(wanted, extras, choices)
    rows = by_target(explain(wanted, order_sent, extras, choices))
    expected: dict[str, Any] = {name: getattr(order_sent, name) for name in ORDER}
    expected |= {f"destination.{name}": getattr(order_sent.destination, name) for name in DESTINATION}
    for number, item in enumerate(order_sent.items, 1):
        expected |= {f"items[{number}].{name}": getattr(item, name) for name in ITEM}
    assert {target: row.value for target, row in rows.items()} == {
        target: str(value) if isinstance(value, Decimal) else value for target, value in expected.items()
    }
    for target, row in rows.items():
        assert row.source, target
        assert row.value is None or row.source_value, target
        assert not row.problem


def test_a_text_that_runs_on_names_all_it_holds() -> None:
    """A street too long for its field lies in two: each names where its words come from."""
    wanted = order(ShippingAddress=address(StreetLine1=LONG, StreetLine2="", CompanyName=""))
    rows = by_target(explain(wanted, sent(wanted, Extras(), CHOICES), Extras(), CHOICES))
    for target in ("destination.building", "destination.street"):
        assert rows[target].source == "ShippingAddress.StreetLine1"
        assert rows[target].source_value == LONG


def test_a_street_in_the_second_line_names_the_second_line() -> None:
    """Sellercloud's line 2 alone is the street."""
    wanted = order(ShippingAddress=address(StreetLine1="", StreetLine2="14 Acacia Cres"))
    row = by_target(explain(wanted, sent(wanted, Extras(), CHOICES), Extras(), CHOICES))["destination.street"]
    assert (row.value, row.source) == ("14 Acacia Cres", "ShippingAddress.StreetLine2")


def test_a_price_names_the_field_it_was_read_from() -> None:
    """The adjusted price where Sellercloud shows one, the site price else; the rate beside a converted one."""
    wanted = order(Items=[line(AdjustedSitePrice=99)])
    row = by_target(explain(wanted, sent(wanted, Extras(), CHOICES), Extras(), CHOICES))["items[1].value"]
    assert (row.source, row.source_value, row.unit) == ("Items[1].AdjustedSitePrice", "99", "AUD each")
    extras = Extras(rate_from_usd=Decimal("1.5"))
    row = by_target(explain(order(), sent(order(), extras, CONVERTED), extras, CONVERTED))["items[1].value"]
    assert row.source == "Items[1].SitePrice, OrderDetails.CurrencyRateFromUSD"
    assert (row.value, row.source_value) == ("178.5", "119.0 × 1.5")


def test_a_number_with_a_suffix_says_so() -> None:
    """Chosen once, made unique: the number is not in Sellercloud as it stands."""
    found = to_starshipit(order(), "#AU10482-1045872", Extras(), CHOICES)
    assert isinstance(found, NewOrder)
    row = by_target(explain(order(), found, Extras(), CHOICES))["order_number"]
    assert (row.value, row.source_value) == ("#AU10482-1045872", "#AU10482")
    assert "suffix" in row.source


REFUSED: list[tuple[Order, Extras, MappingChoices, set[str]]] = [
    (order(ShippingAddress=None), Extras(), CHOICES, {"street", "city", "country"}),
    (order(ShippingAddress=address(CountryCode="", CountryName="")), Extras(), CHOICES, {"country"}),
    (order(ShippingAddress=address(CountryCode="ZZ", CountryName="")), Extras(), CHOICES, {"country"}),
    (order(ShippingAddress=address(PostalCode="1" * 11)), Extras(), CHOICES, {"post_code"}),
    (order(ShippingAddress=address(StreetLine1=LONG * 4)), Extras(), CHOICES, {"company", "building", "street"}),
    (order(), Extras("long " * 50), CHOICES, {"delivery_instructions"}),
    (order(OrderCurrencyCode=9999), Extras(), CHOICES, {"currency"}),
    (order(), Extras(), CONVERTED, {"currency"}),
    (order(Items=[line(), line(Qty=None)]), Extras(), CHOICES, {"items[2].quantity"}),
    (order(Items=[line(NonShipping=True), line(Weight=1e9)]), Extras(), CHOICES, {"items[1].weight"}),
    (order(Items=[line(SitePrice=-1)]), Extras(), CHOICES, {"items[1].value"}),
    (
        order(Items=[line(BundleItems=[{"ProductID": "A", "TotalQty": -1}])]),
        Extras(),
        COMPONENTS,
        {"items[1].quantity"},
    ),
    (order(Items=None), Extras(), CHOICES, {"items"}),
    (order(Items=[line(NonShipping=True)]), Extras(), CHOICES, {"items"}),
]


@pytest.mark.parametrize(("wanted", "extras", "choices", "fields"), REFUSED)
def test_a_refused_order_names_the_field_at_fault(
    wanted: Order, extras: Extras, choices: MappingChoices, fields: set[str]
) -> None:
    """Nothing is sent; the sentence stands at the field, and what could be read is shown."""
    why = to_starshipit(wanted, "1", extras, choices)
    assert isinstance(why, NotSent)
    rows = by_target(explain(wanted, why, extras, choices))
    assert {row.target.removeprefix("destination.") for row in rows.values() if row.problem} == fields
    assert {row.value for row in rows.values()} == {None}
    assert rows["reference"].source_value == str(wanted.order_id)


def test_every_reason_of_the_mapping_has_a_field() -> None:
    """A refusal without a field would leave a person to guess."""
    mapping = [reason for reason in Reason if reason.startswith(("no_", "unknown_", "bad_"))]
    for reason in mapping:
        assert faults(NotSent(reason, "line 1")), reason
