"""Mapping is total (product.md, Hand-off 6): whatever can be read is sent validly or refused by
name.
"""

from __future__ import annotations

import json
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.rules.mapping import Extras, MappingChoices, to_starshipit
from connector.rules.reasons import NotSent
from connector.rules.texts import length
from connector.settings import CustomsValue, KitMode, WeightUnit
from connector.vendors.sellercloud.models import Order
from connector.vendors.starshipit.models import NewDestination, NewItem, NewOrder
from tests.property.orders import SHORT_TEXTS, Json, orders

CHOICES = st.builds(
    MappingChoices,
    kit_mode=st.sampled_from(KitMode),
    customs_value=st.sampled_from(CustomsValue),
    weight_unit=st.sampled_from(WeightUnit),
    zone=st.sampled_from([ZoneInfo("America/New_York"), ZoneInfo("Pacific/Auckland")]),
)
RATES = st.one_of(st.none(), st.decimals(-1, 10**9, places=4))
EXTRAS = st.builds(
    Extras,
    gift_message=SHORT_TEXTS.map(lambda text: text or ""),
    instructions=SHORT_TEXTS.map(lambda text: text or ""),
    rate_from_usd=RATES,
    rate_to_usd=RATES,
)


@settings(max_examples=300, deadline=None)
@given(orders(), EXTRAS, CHOICES)
def test_mapping_is_total(shown: Json, extras: Extras, choices: MappingChoices) -> None:
    """Every order that can be read becomes a valid order or a reason that names no customer."""
    order = Order.model_validate(shown)
    found = to_starshipit(order, str(order.order_id), extras, choices)
    if isinstance(found, NotSent):
        assert found.reason.sentence
        assert len(found.detail) < 100
    else:
        assert_valid(found)


def assert_valid(order: NewOrder) -> None:
    """The documented lengths and types of Starshipit contract 2.3 to 2.5."""
    assert 1 <= length(order.order_number) <= 50
    assert 1 <= length(order.reference) <= 50
    for text in (order.shipping_method, order.shipping_description):
        assert text is None or 1 <= length(text) <= 100
    assert order.currency is None or len(order.currency) == 3
    assert_valid_destination(order.destination)
    assert order.items
    for item in order.items:
        assert_valid_item(item)


def assert_valid_destination(destination: NewDestination) -> None:
    """Required fields are filled, none is blank or too long."""
    assert destination.name.strip()
    assert destination.street.strip()
    for field, text in destination.model_dump(exclude_none=True).items():
        assert 1 <= length(text) <= (10 if field == "post_code" else 100)
        assert text == text.strip()
        assert "\n" not in text


def assert_valid_item(item: NewItem) -> None:
    """Numbers are those JSON can carry; an unknown figure is left out, never 0 kilograms."""
    assert item.description.strip()
    assert item.quantity >= 1
    assert item.sku is None or 1 <= length(item.sku) <= 50
    assert item.weight is None or item.weight > 0
    assert item.value is None or item.value >= 0
    for number in (item.weight, item.value):
        assert number is None or Decimal(json.dumps(float(number))).is_finite()
